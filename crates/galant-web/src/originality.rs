//! What a piece has from the music that its model learned from, as far as the module carries that.

use galant_checkpoint::Source;
use galant_corpus::bundled;
use galant_corpus::dice::{DiceGame, WALTZES_PER_MEDLEY};
use galant_dice::Repeats;
use galant_evaluate::originality::{OriginalityCorpus, OriginalityCorpusBuilder, Receipt};
use galant_originality::RunKind;
use galant_pipeline::{LoadedModel, Seeds};
use serde_json::json;

use crate::answer::Answer;
use crate::error::Refusal;
use crate::request::OriginalityRequest;

/// Whether there is anything to compare with: music that comes with the program, and waltzes of the dice game.
pub(crate) fn carries(model: &LoadedModel) -> bool {
    model.file().corpus.iter().any(|entry| entry.source != Source::File)
}

/// Compares a piece with what the model learned from.
pub(crate) fn compare(model: &LoadedModel, request: &OriginalityRequest) -> Result<Answer, Refusal> {
    let score = request.piece.score()?;
    let corpus = corpus(model)?;
    let n_corpus = model.file().corpus.len();
    let receipt = Receipt::of(&corpus, &request.piece.title, &score, None);
    let onsets = receipt.onsets.list();
    let of_kind = |kind: RunKind| {
        let runs = receipt.kind(kind).runs.copied.iter().map(|run| {
            let last = &onsets[(run.first + run.n_onsets).min(onsets.len() - 1)];
            json!({
                "from": onsets[run.first].tick,
                "to": last.tick,
                "length": run.n_onsets,
                "source": corpus.names()[run.source.piece],
                "bar": run.source.bars.start(),
                "transposition": run.semitones,
            })
        });
        runs.collect::<Vec<_>>()
    };
    let (pitches, rhythm) = (receipt.kind(RunKind::Pitches), receipt.kind(RunKind::PitchesAndRhythm));
    let answer = json!({
        "runs": of_kind(RunKind::Pitches),
        "covered": pitches.copying.covered,
        "longest": pitches.copying.longest,
        "with_rhythm": { "runs": of_kind(RunKind::PitchesAndRhythm), "covered": rhythm.copying.covered, "longest": rhythm.copying.longest },
        "shortest": corpus.n_min(),
        "compared": corpus.names().len(),
        "learned": n_corpus,
    });
    Ok(Answer::done(&answer, Vec::new()))
}

/// The music that the model learned from, made again.
fn corpus(model: &LoadedModel) -> Result<OriginalityCorpus, Refusal> {
    let file = model.file();
    let learned = |sha256| file.corpus.iter().any(|entry| entry.sha256 == sha256);
    let mut builder = OriginalityCorpusBuilder::default();
    for bundled in ["mozart", "bach"].into_iter().filter_map(bundled::collection).flatten() {
        let piece = bundled.read()?;
        if learned(piece.sha256) {
            builder.add(&piece.name, &piece)?;
        }
    }
    let of_dice = file.corpus.iter().filter_map(|entry| match entry.source {
        Source::DiceGame { with_repeats } => Some(with_repeats),
        Source::File | Source::Bundled => None,
    });
    let of_dice: Vec<bool> = of_dice.collect();
    let repeats = if of_dice.first() == Some(&true) { Repeats::WithRepeats } else { Repeats::Straight };
    let dice = DiceGame { n_waltzes: of_dice.len() * WALTZES_PER_MEDLEY, repeats };
    for piece in dice.pieces(Seeds::of(file.settings.seed).corpus) {
        if learned(piece.sha256) {
            builder.add(&piece.name, &piece)?;
        }
    }
    if builder.n_pieces() == 0 {
        return Err(Refusal::new(
            "the model carries no music to compare with; `galant originality` compares with files",
        ));
    }
    Ok(builder.build(OriginalityCorpus::MIN_RUN))
}
