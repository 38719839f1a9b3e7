//! A network judged by the waltzes of Mozart's dice game, of which everything is known exactly.

mod composed;
mod corpus;
mod error;
mod table;

use std::error::Error;
use std::ops::Range;

use galant_checkpoint::ModelFile;
use galant_corpus::dice::bar_tokens;
use galant_dice::{Repeats, Throws, medley, medleys, played_bars, position_nats, tables, token_entropy};
use galant_model::StepModel;
use galant_tokens::Tokenizer;
use galant_tokens::stream::Frame;
use galant_types::{Seed, TokenId};

use self::composed::Primer;
use crate::reading::surprises;

pub use composed::{ComposedWaltzes, TEMPERATURES};
pub use corpus::{DiceCorpus, repeats};
pub use error::DiceError;

/// How many waltzes are measured: what a network pays above chance differs little from waltz to waltz, its mean over these
/// by about a tenth of a nat.
pub const N_WALTZES: usize = 200;
/// What they are rolled from; far from the seeds that trainings are given, which are small numbers.
const SEED: Seed = Seed(0x0077_616c_747a);
/// Bars of a part of a waltz.
const N_BARS_OF_PART: usize = 8;

/// What a waltz costs at least: no network can be better than chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaltzEntropy {
    /// The exact entropy of a waltz as tokens, in nats.
    pub nats: f64,
    /// The mean number of tokens of a waltz.
    pub tokens: f64,
}

impl WaltzEntropy {
    /// The exact figures of a waltz as tokens of `tokenizer`.
    ///
    /// None where notes are left out such that a row of tokens may be cut into bars in several ways.
    pub fn of(tokenizer: Tokenizer, repeats: Repeats) -> Option<WaltzEntropy> {
        if matches!(tokenizer, Tokenizer::Voices(_)) {
            return None;
        }
        let entropy = token_entropy(|bar| bar_tokens(tokenizer, bar), repeats).ok()?;
        Some(WaltzEntropy { nats: entropy.nats_per_waltz, tokens: entropy.tokens_per_waltz })
    }
}

/// What a part of a waltz costs in the mean, in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartCost {
    /// Which part.
    pub name: &'static str,
    /// What the network pays.
    pub model: f64,
    /// What chance costs.
    pub chance: f64,
}

/// How well a network knows the dice game.
#[derive(Debug, Clone, PartialEq)]
pub struct DiceEvaluation {
    /// What each part of a new waltz costs, and at the end the whole waltz.
    pub parts: Vec<PartCost>,
    /// The exact entropy over all waltzes, if the tokens have one.
    pub entropy: Option<WaltzEntropy>,
    /// What it composes, at each of [`TEMPERATURES`]; none for chord tokens, which have no rhythm to judge.
    pub composed: Option<Vec<ComposedWaltzes>>,
}

/// Rolls waltzes, has `model` predict them, and has it compose as many.
///
/// `model` must be the network of `file`; `corpus` is what is known of the waltzes that it learned from.
///
/// # Errors
///
/// If the tokens are voices, if the vocabulary lacks a token of the game, or if the model fails.
pub fn evaluate<M: StepModel>(
    model: &M,
    file: &ModelFile,
    corpus: &DiceCorpus,
) -> Result<DiceEvaluation, DiceError<M::Error>> {
    if matches!(file.tokenizer, Tokenizer::Voices(_)) {
        return Err(DiceError::Voices);
    }
    let repeats = repeats(file);
    let mut sums = vec![(0.0, 0.0); repeats.n_bars() / N_BARS_OF_PART];
    let mut primers = Vec::with_capacity(N_WALTZES);
    // Of two waltzes the first is only read: as in training, the second follows on something.
    for throws in medleys(SEED, N_WALTZES, 2) {
        let song = Song::new(file, &throws, repeats)?;
        let nats = surprises(model, &song.ids, &file.streams.encode(&file.vocabulary, &song.frame, &song.ids))?;
        let chance = position_nats(&throws[1], |bar| bar_tokens(file.tokenizer, bar));
        let bars = song.bars[repeats.n_bars()..].iter().zip(repeats.positions());
        for ((bar, position), index) in bars.zip(0_usize..) {
            let number = index / N_BARS_OF_PART;
            let (of_model, of_chance) = &mut sums[number];
            *of_model += nats[bar.clone()].iter().sum::<f64>();
            // The second playing of the first part follows from the first.
            let is_repeat = number == 1 && position <= N_BARS_OF_PART;
            *of_chance += if is_repeat { 0.0 } else { chance[position - 1] };
        }
        let mut first = song.ids;
        first.truncate(song.bars[repeats.n_bars()].start);
        primers.push(Primer { ids: first, frame: song.frame });
    }
    let composed = composed::judge_all(model, file, corpus, repeats, &primers, SEED)?;
    Ok(DiceEvaluation { parts: parts(&sums, repeats), entropy: WaltzEntropy::of(file.tokenizer, repeats), composed })
}

fn parts(sums: &[(f64, f64)], repeats: Repeats) -> Vec<PartCost> {
    let names: &[&'static str] = match repeats {
        Repeats::Straight => &["first part", "second part"],
        Repeats::WithRepeats => &["first part", "first part repeated", "second part"],
    };
    let whole = sums.iter().fold((0.0, 0.0), |(model, chance), part| (model + part.0, chance + part.1));
    let mean = |(&name, &(model, chance)): (&&'static str, &(f64, f64))| {
        let [model, chance] = [model, chance].map(|nats| nats / N_WALTZES as f64);
        PartCost { name, model, chance }
    };
    names.iter().chain([&"whole waltz"]).zip(sums.iter().chain([&whole])).map(mean).collect()
}

/// Waltzes as token ids of a model.
struct Song {
    ids: Vec<TokenId>,
    /// The tokens of each bar.
    bars: Vec<Range<usize>>,
    /// The bar lines and the key of all the waltzes.
    frame: Frame,
}

impl Song {
    fn new<E: Error + 'static>(file: &ModelFile, throws: &[Throws], repeats: Repeats) -> Result<Song, DiceError<E>> {
        let grid = file.tokenizer.grid().unwrap_or_default();
        let frame = Frame::of_score(&medley(throws, repeats), grid, None);
        let mut song = Song { ids: Vec::new(), bars: Vec::new(), frame };
        for bar in throws.iter().flat_map(|throws| played_bars(throws, repeats)) {
            let tokens = bar_tokens(file.tokenizer, tables().notes(bar));
            let encoded = file.vocabulary.ids(&tokens);
            if let Some(&unknown) = encoded.unknown.first() {
                return Err(DiceError::Unknown { token: tokens[unknown].to_string() });
            }
            let first = song.ids.len();
            song.ids.extend(encoded.ids);
            song.bars.push(first..song.ids.len());
        }
        Ok(song)
    }
}
