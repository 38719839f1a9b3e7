//! How much of what a network composes is music of the dice game.

use galant_checkpoint::ModelFile;
use galant_dice::{DiceReport, KnownWaltzes, Repeats, dice_report};
use galant_model::StepModel;
use galant_sample::{Composer, Draw, Rules, Strategy, Task};
use galant_tokens::stream::Frame;
use galant_tokens::{Grid, Token};
use galant_types::{Score, Seed, TokenId};

use super::corpus::DiceCorpus;
use super::error::DiceError;

/// The lecture's temperature, and the one of the model's own probabilities.
pub const TEMPERATURES: [f64; 2] = [0.5, 1.0];
/// No waltz has as many tokens: one of note tokens for each onset, pitch and length would be fewer.
const MAX_TOKENS: usize = 2048;
/// A bar of 3/8 in quarter notes.
const QUARTERS_PER_BAR: f64 = 1.5;

/// What became of composed waltzes: shares of all bars, and of all waltzes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ComposedWaltzes {
    /// What they were drawn at.
    pub temperature: f64,
    /// Bars of the game; a bar that was not composed is none.
    pub bars_of_game: f64,
    /// Bars at a place where the dice can put them.
    pub bars_in_place: f64,
    /// Waltzes that the dice can give.
    pub legal: f64,
    /// Legal waltzes that the corpus does not have; none if its waltzes are not known.
    pub legal_and_new: Option<f64>,
}

/// A waltz that another is composed after.
pub(super) struct Primer {
    /// Its tokens.
    pub(super) ids: Vec<TokenId>,
    /// The bar lines and the key of both.
    pub(super) frame: Frame,
}

/// Has a waltz composed after each of `primers`, at each temperature, and counts how many are legal and new.
///
/// Note tokens are composed under their grammar, as any piece is.
pub(super) fn judge_all<M: StepModel>(
    model: &M,
    file: &ModelFile,
    corpus: &DiceCorpus,
    repeats: Repeats,
    primers: &[Primer],
    seed: Seed,
) -> Result<Option<Vec<ComposedWaltzes>>, DiceError<M::Error>> {
    let Some(grid) = file.tokenizer.grid() else { return Ok(None) };
    let none = KnownWaltzes::default();
    let grammar = file.tokenizer.grammar(&file.vocabulary);
    let mut all = Vec::with_capacity(TEMPERATURES.len());
    for temperature in TEMPERATURES {
        let mut report = DiceReport::default();
        for (primer, number) in primers.iter().zip(0..) {
            let mut constraints = grammar.clone();
            primer.ids.iter().for_each(|&id| constraints.iter_mut().for_each(|constraint| constraint.advance(id)));
            let task = Task {
                primer: primer.ids.clone(),
                n_tokens: MAX_TOKENS,
                rules: Rules { constraints, ..Rules::default() },
                streams: Box::new(file.streams.tracker(&file.vocabulary, primer.frame.clone())),
                seed: seed.child(number),
            };
            let score = compose(model, file, task, (grid, repeats), temperature)?;
            report.add(dice_report(&score, repeats, corpus.known().unwrap_or(&none)));
        }
        let of_bars = |count: u64| count as f64 / (primers.len() * repeats.n_bars()) as f64;
        let of_waltzes = |count: u64| count as f64 / primers.len() as f64;
        let DiceReport { n_bars_in_print, n_bars_in_place, n_legal, n_new, .. } = report;
        all.push(ComposedWaltzes {
            temperature,
            bars_of_game: of_bars(n_bars_in_print),
            bars_in_place: of_bars(n_bars_in_place),
            legal: of_waltzes(n_legal),
            legal_and_new: corpus.known().is_some().then(|| of_waltzes(n_new)),
        });
    }
    Ok(Some(all))
}

/// A waltz that continues the primer of `task`, without the primer: as many tokens as fill the bars of one.
fn compose<M: StepModel>(
    model: &M,
    file: &ModelFile,
    task: Task,
    (grid, repeats): (Grid, Repeats),
    temperature: f64,
) -> Result<Score, DiceError<M::Error>> {
    let mut composer = Composer::new(model, task, Strategy::Random(Draw::at(temperature)))?;
    let quarters = repeats.n_bars() as f64 * QUARTERS_PER_BAR;
    let steps = quarters * f64::from(grid.steps_per_quarter());
    let (mut tokens, mut passed): (Vec<Token>, f64) = (Vec::new(), 0.0);
    while passed < steps && tokens.len() < MAX_TOKENS {
        let id = composer.next_token()?.token;
        let token = file.vocabulary.token(id).expect("a model has a logit for each token of its vocabulary");
        passed += f64::from(token.time());
        tokens.push(token.clone());
    }
    let mut score = file.tokenizer.decode(&tokens, &file.playback)?;
    let end = (quarters * f64::from(score.ticks_per_quarter)) as u64;
    score.notes.retain(|note| note.onset < end);
    Ok(score)
}
