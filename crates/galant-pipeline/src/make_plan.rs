//! What to train on a folder of music within some minutes, and why.

use galant_corpus::Findings;
use galant_tokens::{GridTokenizer, Tokenizer, VoicesTokenizer};

use crate::defaults::Defaults;

/// What a musician asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MakeRequest {
    /// Minutes for everything: training, composing, rendering.
    pub minutes: f64,
    /// How many pieces are composed.
    pub n_pieces: usize,
}

/// What is trained, and how long.
#[derive(Debug, Clone, PartialEq)]
pub struct MakePlan {
    /// What a token is.
    pub tokenizer: Tokenizer,
    /// Minutes of training.
    pub training_minutes: f64,
    /// Minutes that are enough: longer learns little more from this music.
    pub enough_minutes: f64,
    /// What was chosen, in the order in which it matters.
    pub choices: Vec<Choice>,
    /// What may disappoint.
    pub doubts: Vec<String>,
}

/// Something that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What was to be chosen, such as `tokenizer`.
    pub what: &'static str,
    /// What it is.
    pub choice: String,
    /// Why.
    pub why: String,
}

/// The share of pieces that must have the same number of single voices for voices to be chosen.
const IN_VOICES: f64 = 0.8;
/// The fewest and the most parts of which voices are chosen: two hands of a piano are no choir.
const VOICES: std::ops::RangeInclusive<usize> = 3..=5;
/// The fewest pieces that voices are learned from.
const FEWEST_IN_VOICES: usize = 20;
/// Fewer notes than these are learned by heart: about ten minutes of piano music.
const FEW_NOTES: u64 = 8000;
/// Tokens for each note in `notes`: a time, a pitch and a length, of which chords share the first.
const TOKENS_PER_NOTE: f64 = 2.6;
/// How long training by default takes on two cores at most, in minutes.
const FULL_MINUTES: f64 = 10.0;
/// The share of the time that is not for training, and its most, in minutes.
const REST: f64 = 0.2;
const MOST_REST: f64 = 0.75;
/// The shortest training, in minutes.
const SHORTEST: f64 = 0.1;

impl MakePlan {
    /// The plan for what was found.
    pub fn of(findings: &Findings, request: &MakeRequest) -> MakePlan {
        let (tokenizer, why) = tokenizer(findings);
        let enough_minutes = enough_minutes(findings, tokenizer);
        let available = (request.minutes - (REST * request.minutes).min(MOST_REST)).max(SHORTEST);
        let training_minutes = available.min(enough_minutes.max(SHORTEST));
        let minutes = if training_minutes < available {
            format!("of {:.1}: more would read the same music over and over", request.minutes)
        } else {
            format!("of {:.1}; the rest is for composing and rendering", request.minutes)
        };
        let choices = vec![
            Choice { what: "tokenizer", choice: tokenizer.name().to_owned(), why },
            Choice { what: "training", choice: format!("{training_minutes:.1} minutes"), why: minutes },
            Choice {
                what: "pieces",
                choice: request.n_pieces.to_string(),
                why: "16 bars each, with a theme that comes back and a last chord of the tonic".to_owned(),
            },
        ];
        MakePlan {
            tokenizer,
            training_minutes,
            enough_minutes,
            choices,
            doubts: doubts(findings, training_minutes, enough_minutes),
        }
    }
}

fn tokenizer(findings: &Findings) -> (Tokenizer, String) {
    let n_pieces = findings.pieces().len();
    let (n_parts, _) = findings.parts().first().copied().unwrap_or((0, 0));
    let n_in_voices =
        findings.pieces().iter().filter(|piece| piece.is_in_single_voices && piece.n_parts == n_parts).count();
    let are_most = n_in_voices as f64 >= IN_VOICES * n_pieces as f64;
    if are_most && n_in_voices >= FEWEST_IN_VOICES && VOICES.contains(&n_parts) {
        let why = format!("{n_in_voices} of {n_pieces} pieces have {n_parts} parts of single notes, as a choir has");
        return (Tokenizer::Voices(VoicesTokenizer::default()), why);
    }
    let why = "it can play chords that are not in the music, and hears it in other keys too".to_owned();
    (Tokenizer::Notes(GridTokenizer::default()), why)
}

/// Until the planned passes are read, or the planned steps are done.
fn enough_minutes(findings: &Findings, tokenizer: Tokenizer) -> f64 {
    let defaults = Defaults::of(tokenizer);
    let n_tokens: f64 = match (tokenizer, tokenizer.grid()) {
        (Tokenizer::Voices(_), Some(grid)) => {
            let steps = f64::from(grid.steps_per_quarter());
            findings.pieces().iter().map(|piece| piece.n_quarters * steps * piece.n_parts as f64).sum()
        }
        _ => TOKENS_PER_NOTE * findings.n_notes() as f64,
    };
    let steps = defaults.passes as f64 * n_tokens / (defaults.batch_size * defaults.window) as f64;
    FULL_MINUTES * (steps / defaults.steps as f64).min(1.0)
}

fn doubts(findings: &Findings, training: f64, enough: f64) -> Vec<String> {
    let mut doubts = Vec::new();
    let n_pieces = findings.pieces().len();
    if findings.n_notes() < FEW_NOTES {
        doubts.push(format!(
            "{} notes are little to learn from: the pieces will quote the music; a network needs about ten minutes of music to \
             begin to compose",
            findings.n_notes()
        ));
    }
    if training < 0.5 * enough {
        doubts.push(format!(
            "this music is worth about {enough:.0} minutes of training; --minutes {:.0} gives them",
            (enough / (1.0 - REST)).ceil()
        ));
    }
    let n_meters = findings.meters().len();
    if n_meters > n_pieces.div_ceil(4).max(4) {
        doubts.push(format!("there are {n_meters} meters, and few pieces of each"));
    }
    let n_within = findings.within().len();
    if n_within > 0 {
        doubts.push(format!(
            "{n_within} of the pieces are heard twice, alone and within a longer one; removing one of the two balances the corpus"
        ));
    }
    doubts
}
