//! Says what a file of music is: `cargo run -p galant-corpus --example describe -- piece.mid`

use galant_corpus::{PieceFacts, ReadOptions, read_piece};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a MIDI, ABC or MusicXML file")?;
    let piece = read_piece(&path, &std::fs::read(&path)?, ReadOptions::default())?;
    print!("{}", PieceFacts::of(&piece.score));
    Ok(())
}
