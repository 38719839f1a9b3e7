//! Prints the notes of each tune in files of ABC notation, for a comparison with other readers.
//!
//! `cargo run --release -p galant-abc --example played -- book.abc`
//!
//! A line is a tune: file, place in the file from 0, number, title, then each note as onset:pitch, or `error: …`, then the
//! tune's text; these are divided by tabs, and line ends of the text are written `\n`.
//! Onsets are in ticks of 1/10080 quarter note.

use std::error::Error;
use std::fmt::Write;

use galant_abc::Book;

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args().skip(1) {
        let book = Book::of_bytes(&std::fs::read(&path)?)?;
        for (place, (tune, decoded)) in book.decode_all().enumerate() {
            let mut notes = String::new();
            match decoded {
                Ok(decoded) => {
                    for note in &decoded.score.notes {
                        write!(notes, "{}:{} ", note.onset, note.pitch)?;
                    }
                }
                Err(error) => write!(notes, "error: {error}")?,
            }
            let text = book.lines(place).replace('\\', "\\\\").replace(['\r', '\n'], "\\n");
            let columns = [&path, &place.to_string(), &tune.number.to_string(), &tune.title, notes.trim_end(), &text];
            println!("{}", columns.map(|column| column.replace('\t', " ")).join("\t"));
        }
    }
    Ok(())
}
