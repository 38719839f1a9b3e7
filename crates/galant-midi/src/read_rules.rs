//! How notes are read.

/// Which messages begin and end a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadRules {
    /// As players do.
    ///
    /// A note-on of velocity 0 is a note-off; a note-on for a sounding key ends the old note and starts a new one.
    #[default]
    Standard,
    /// As the lecture's program does, so that its results can be reproduced.
    ///
    /// A sounding key is ended by the next message for it, be it note-on or note-off; a note-on that ends a note
    /// starts none. Velocity is ignored: a note-on of velocity 0 starts a note, whose velocity becomes 1.
    /// The tracks of a file of format 2 begin together.
    Lecture,
}
