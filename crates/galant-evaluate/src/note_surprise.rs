//! The surprise of tokens divided among the notes of a score.

use std::collections::BTreeMap;

use galant_tokens::{DecodeError, Grid, Token, Tokenizer};
use galant_types::{Meter, Note, Playback, Score};

/// A score with the surprise of each of its notes.
#[derive(Debug, Clone, PartialEq)]
pub struct SurprisingScore {
    /// The score; where tokens have rhythm, as it is on their grid.
    pub score: Score,
    /// Of each note, in nats; none where the model could not predict it.
    pub nats: Vec<Option<f64>>,
}

/// Divides the surprise of each of the `tokens` of `score`, in nats, among the notes it strikes.
///
/// The notes of a chord share their token's surprise; a note of several tokens has that of its pitch and its length, and
/// the first of an onset that of the time before it. In voices a note has the surprise of the token that strikes it.
///
/// # Errors
///
/// If the tokens are not those that `tokenizer` makes of a score.
pub fn note_surprise(
    score: &Score,
    tokenizer: Tokenizer,
    tokens: &[Token],
    nats: &[Option<f64>],
) -> Result<SurprisingScore, DecodeError> {
    let Some(grid) = tokenizer.grid() else {
        return Ok(SurprisingScore { nats: of_chords(score, tokens, nats), score: score.clone() });
    };
    let on_grid = tokenizer.decode(tokens, &Playback::default())?;
    let retimed = |tick: u64| {
        (u128::from(tick) * u128::from(on_grid.ticks_per_quarter) / u128::from(score.ticks_per_quarter)) as u64
    };
    let meters = score.meters.iter().map(|meter| Meter { tick: retimed(meter.tick), ..*meter }).collect();
    let score = Score { meters, ..on_grid };
    let by_place = if let Tokenizer::Voices(_) = tokenizer { of_voices(tokens, nats) } else { by_place(tokens, nats) };
    let nats = on_grid_notes(&score, grid, &by_place);
    Ok(SurprisingScore { score, nats })
}

/// Each note's share of the surprise of chord tokens; none for percussion and for notes that their token leaves out.
fn of_chords(score: &Score, tokens: &[Token], nats: &[Option<f64>]) -> Vec<Option<f64>> {
    // Each onset of a note with a pitch makes a token, except that the lecture's rules make none of the last.
    let mut tokens = tokens.iter().zip(nats);
    let mut of_notes = Vec::with_capacity(score.notes.len());
    for notes in score.notes.chunk_by(|a, b| a.onset == b.onset) {
        let has_token = notes.iter().any(|note| !note.is_percussion());
        let token = has_token.then(|| tokens.next()).flatten().and_then(|(token, nats)| Some((token, (*nats)?)));
        let is_in = |note: &Note| {
            !note.is_percussion() && token.is_some_and(|(token, _)| token.pitches().contains(&note.pitch))
        };
        let n_in = notes.iter().filter(|note| is_in(note)).count() as f64;
        of_notes.extend(notes.iter().map(|note| token.filter(|_| is_in(note)).map(|(_, nats)| nats / n_in)));
    }
    of_notes
}

fn on_grid_notes(score: &Score, grid: Grid, by_place: &BTreeMap<(u64, u8), Option<f64>>) -> Vec<Option<f64>> {
    let ticks_per_step = u64::from(score.ticks_per_quarter / grid.steps_per_quarter());
    let of_note = |note: &Note| by_place.get(&(note.onset / ticks_per_step, note.pitch)).copied().flatten();
    score.notes.iter().map(of_note).collect()
}

/// The surprise of the tokens of voices that strike notes, by step and pitch: what holds and rests cost is no note's.
///
/// Of two parts on one pitch, both have the surprise of the later.
fn of_voices(tokens: &[Token], nats: &[Option<f64>]) -> BTreeMap<(u64, u8), Option<f64>> {
    let struck = Tokenizer::steps(tokens).zip(tokens).zip(nats);
    struck.flat_map(|((step, token), nats)| token.pitches().iter().map(move |pitch| ((step, *pitch), *nats))).collect()
}

/// The surprise of tokens with rhythm by step and pitch.
fn by_place(tokens: &[Token], nats: &[Option<f64>]) -> BTreeMap<(u64, u8), Option<f64>> {
    let mut by_place: BTreeMap<(u64, u8), Option<f64>> = BTreeMap::new();
    let (mut now, mut waiting, mut last) = (0, Some(0.0), None);
    let sum = |a: Option<f64>, b: Option<f64>| Some(a? + b?);
    for (token, &nats) in tokens.iter().zip(nats) {
        let share = |nats: f64| nats / token.pitches().len() as f64;
        for &pitch in token.pitches() {
            by_place.insert((now, pitch), sum(nats, waiting).map(share));
            last = Some((now, pitch));
        }
        if !token.pitches().is_empty() {
            waiting = Some(0.0);
        } else if token.time() > 0 {
            waiting = sum(waiting, nats);
        } else if let Some(note) = last.and_then(|place| by_place.get_mut(&place)) {
            *note = sum(*note, nats);
        }
        now += u64::from(token.time());
    }
    by_place
}
