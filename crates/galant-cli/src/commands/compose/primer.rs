//! What a piece goes on from.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, ensure};
use galant_dice::{Throws, played_bars, tables};
use galant_sample::random_primer;
use galant_tokens::{NoteToken, PlaybackTally, Token};
use galant_types::{Score, Seed, TokenId};

use crate::args::{ComposeArgs, MeterArg, PieceArgs};
use crate::corpus::DICE;
use crate::model::Model;
use crate::{music, printable};

/// The piece with the tokens to go on from, as `--primer-tokens` takes them and as the model knows them; without them if
/// they are to be drawn. Of a file it takes the tempo, the meter and the program too, where tokens have rhythm.
///
/// A token that the model does not know is replaced by the nearest, and told.
pub(crate) fn with_primer(args: &ComposeArgs, model: &Model) -> anyhow::Result<PieceArgs> {
    let mut piece = args.piece.clone();
    let tokens = match (&args.primer, &args.piece.primer_tokens) {
        (Some(path), _) if path.as_os_str() == DICE => {
            waltz(args.primer_bars.map(|bars| bars.get()), model, &mut piece)
        }
        (Some(path), _) => read(path, args.primer_bars.map(|bars| bars.get()), model, &mut piece)?,
        (None, Some(tokens)) => parse(tokens, model)?,
        (None, None) => return Ok(piece),
    };
    let ids = model.ids(&tokens);
    // Each different token once, in the order in which they come.
    let mut unknown: BTreeMap<&Token, (usize, usize)> = BTreeMap::new();
    for &place in &ids.unknown {
        unknown.entry(&tokens[place]).or_insert((place, 0)).1 += 1;
    }
    let mut unknown: Vec<(usize, &Token, usize)> =
        unknown.into_iter().map(|(token, (place, n_times))| (place, token, n_times)).collect();
    unknown.sort();
    for (place, token, n_times) in unknown {
        let nearest = model.token(ids.ids[place]);
        let times = if n_times > 1 { format!(", and {} times later", n_times - 1) } else { String::new() };
        printable::warn(&format!(
            "primer, token {place}{times}: {token} is not in the vocabulary; {nearest} stands for it"
        ));
    }
    let tokens: Vec<String> = ids.ids.iter().map(|&id| model.token(id).to_string()).collect();
    piece.primer_tokens = Some(tokens.join(" "));
    Ok(piece)
}

/// Tokens parted by spaces.
pub(crate) fn parse(tokens: &str, model: &Model) -> anyhow::Result<Vec<Token>> {
    let kind = model.reading.tokens();
    let token = |(number, token)| kind.parse(token).with_context(|| format!("primer, token {number}"));
    let tokens = tokens.split_whitespace().enumerate().map(token).collect::<anyhow::Result<Vec<_>>>()?;
    ensure!(!tokens.is_empty(), "the primer has no tokens; write them like \"60 64.67\"");
    Ok(tokens)
}

/// What the model reads first if no primer is given, drawn from the seed; it is not played.
///
/// Chord tokens are drawn as the lecture does, a window of them. Tokens with rhythm go on from a single one, as all windows
/// of a training begin with a single token; of note tokens it is a time.
pub(crate) fn drawn(model: &Model, seed: Seed) -> anyhow::Result<Vec<TokenId>> {
    let is_beginning = |token: &Token| matches!(token, Token::Rhythm(_) | Token::Note(NoteToken::Time(_)));
    let vocabulary = (0..).map(TokenId).zip(model.vocabulary.tokens());
    let beginnings: Vec<TokenId> = vocabulary.filter(|(_, token)| is_beginning(token)).map(|(id, _)| id).collect();
    if beginnings.is_empty() {
        return Ok(random_primer(model.vocabulary.len(), model.file.window, seed)?);
    }
    let drawn = random_primer(beginnings.len(), 1, seed)?;
    Ok(drawn.iter().map(|place| beginnings[place.index()]).collect())
}

/// The tokens of a waltz of the dice game, or of its first bars, rolled from the seed of the piece.
///
/// They end at the bar line, where the next waltz begins.
fn waltz(n_bars: Option<usize>, model: &Model, piece: &mut PieceArgs) -> Vec<Token> {
    let repeats = model.repeats();
    let throws = Throws::roll(Seed(piece.seed));
    if model.reading.tokens().grid().is_some() {
        set_performance(piece, &galant_dice::score(&throws, repeats));
    }
    let bars = played_bars(&throws, repeats).into_iter().take(n_bars.unwrap_or(usize::MAX));
    bars.flat_map(|bar| model.reading.bar(tables().notes(bar))).collect()
}

/// The tokens of a file of music, or of its first bars.
fn read(path: &Path, n_bars: Option<usize>, model: &Model, piece: &mut PieceArgs) -> anyhow::Result<Vec<Token>> {
    let mut score = music::read(path, model.reading.read_rules())?.score;
    let kind = model.reading.tokens();
    let end = n_bars.map(|n_bars| end_of_bar(&score, n_bars));
    let tokens = match (kind.grid(), end) {
        (Some(grid), end) => {
            set_performance(piece, &score);
            let mut tokens = kind.encode(&score).tokens;
            if let Some(end) = end {
                let steps = u128::from(end) * u128::from(grid.steps_per_quarter());
                keep_steps(&mut tokens, (steps / u128::from(score.ticks_per_quarter)) as u64);
            }
            tokens
        }
        (None, end) => {
            score.notes.retain(|note| end.is_none_or(|end| note.onset < end));
            kind.encode(&score).tokens
        }
    };
    let bars = n_bars.map_or(String::new(), |n_bars| format!(" in its first {n_bars} bars"));
    ensure!(!tokens.is_empty(), "reading {}: it has no notes{bars} to go on from", path.display());
    Ok(tokens)
}

/// Takes from a score how it is played, where the command line does not say.
fn set_performance(piece: &mut PieceArgs, score: &Score) {
    let mut tally = PlaybackTally::default();
    tally.add(score);
    let playback = tally.playback();
    piece.tempo.get_or_insert(60e6 / f64::from(playback.us_per_quarter));
    piece.meter.get_or_insert(MeterArg { beats: playback.beats, beat_log2: playback.beat_log2 });
    piece.program.get_or_insert(playback.program);
}

/// Keeps the tokens that begin before so many steps: the last may pass more time, as in the piece.
fn keep_steps(tokens: &mut Vec<Token>, steps: u64) {
    let mut elapsed = 0;
    tokens.retain(|token| {
        let begins_before = elapsed < steps;
        elapsed += u64::from(token.time());
        begins_before
    });
}

/// The tick at which bar number `n_bars` ends, counted from 1; a change of meter begins a bar.
fn end_of_bar(score: &Score, n_bars: usize) -> u64 {
    let (mut tick, end) = (0, score.end());
    for _ in 0..n_bars {
        let meter = score.meters.iter().rev().find(|meter| meter.tick <= tick);
        let (beats, denominator_log2) = meter.map_or((4, 2), |meter| (meter.numerator, meter.denominator_log2));
        let quarters_4 = 4 * u64::from(score.ticks_per_quarter) * u64::from(beats);
        let bar = (quarters_4 >> denominator_log2).max(1);
        let change = score.meters.iter().map(|meter| meter.tick).find(|&change| change > tick);
        tick = change.map_or(tick + bar, |change| change.min(tick + bar));
        if tick >= end {
            break;
        }
    }
    tick
}

#[cfg(test)]
mod tests {
    use galant_types::{Meter, Note};

    use super::*;

    #[test]
    fn bars_follow_the_meter_and_a_change_begins_one() {
        let note = Note { onset: 0, length: 100_000, pitch: 60, velocity: 64, channel: 0, track: 0 };
        let plain = Score { notes: vec![note], ..Score::new(100) };
        assert_eq!([1, 2, 3].map(|n| end_of_bar(&plain, n)), [400, 800, 1200]);
        let meters = vec![
            Meter { tick: 0, numerator: 3, denominator_log2: 3 },
            // In the middle of the third bar.
            Meter { tick: 400, numerator: 2, denominator_log2: 2 },
        ];
        let changing = Score { meters, ..plain };
        assert_eq!([1, 2, 3, 4, 5].map(|n| end_of_bar(&changing, n)), [150, 300, 400, 600, 800]);
        // As many bars as the piece has are all there are.
        assert!(end_of_bar(&changing, usize::MAX) >= 100_000);
    }

    #[test]
    fn tokens_are_kept_that_begin_in_time() {
        let kind = galant_tokens::Tokenizer::Rhythm(galant_tokens::GridTokenizer::default());
        let mut tokens = ["60+6>0", "62+6>6", "64+9>9", "65+1>1"].map(|text| kind.parse(text).unwrap()).to_vec();
        keep_steps(&mut tokens, 16);
        assert_eq!(tokens.len(), 4);
        keep_steps(&mut tokens, 15);
        assert_eq!(tokens.len(), 3);
        keep_steps(&mut tokens, 6);
        assert_eq!(tokens.len(), 2);
    }
}
