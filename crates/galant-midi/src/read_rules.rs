//! How notes are read.

/// Which messages begin and end a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadRules {
    /// As players do.
    ///
    /// A note-on of velocity 0 is a note-off. A note-off ends the oldest note of its key that sounds: first in, first
    /// out. Where a note-off is missing, the note ends where its key is struck again, as it does in most synthesizers.
    ///
    /// A key may thus sound several times at once. First in, first out is how two voices on one channel, and players who
    /// hold a key a little beyond the next note, are recorded; if a new note always ended the old one, the old one's
    /// note-off would cut the new one short.
    #[default]
    Standard,
    /// As the lecture's program does, so that its results can be reproduced.
    ///
    /// A sounding key is ended by the next message for it, be it note-on or note-off; a note-on that ends a note
    /// starts none. Velocity is ignored: a note-on of velocity 0 starts a note, whose velocity becomes 1.
    /// The tracks of a file of format 2 begin together, and percussion is on channel 10 alone.
    Lecture,
}
