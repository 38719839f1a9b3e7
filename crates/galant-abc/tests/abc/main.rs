//! The tests of galant-abc.

// What notes sound, when and how long.
mod notes;
// In which order bars are played, and by which voice.
mod repeats;
// Bars against their meter, and what is left out.
mod bars;
// Marks that are no music or in the wrong place, and what is read of them.
mod marks;
// Values of fields.
mod fields;
// What abc2midi plays of the same tunes.
mod oracle;
// Files of many tunes.
mod books;
// What is refused, and with which message.
mod errors;
// Any text at all.
mod any_text;
// The transcriptions among the fixtures, and an edition of others where this machine has it.
mod transcriptions;
