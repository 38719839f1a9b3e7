//! From the settings of a piece to the rules it is composed by.

use galant_sample::Rules;
use galant_tokens::Tokenizer;
use galant_tokens::constraint::{EndAfterSteps, MaxNotes, StartWithNote, TokenFilter, TonicEnd};
use galant_types::{Constraint, TokenId};

use crate::model::LoadedModel;
use crate::piece_settings::{ConstraintSettings, PieceSettings};

impl LoadedModel {
    /// The rules of a piece that continues `before`, the part of the primer that is heard.
    pub(crate) fn rules(&self, piece: &PieceSettings, before: &[TokenId]) -> Rules {
        let (tokenizer, vocabulary) = (self.file().tokenizer, &self.file().vocabulary);
        let ConstraintSettings { key, end_on_tonic, pitch_range, only_notes, no_notes, max_notes } =
            piece.constraints.clone();
        // Constraints hold across the end of a primer that is heard; only the length counts from there.
        let after_primer = |mut constraint: Box<dyn Constraint>| {
            before.iter().for_each(|&id| constraint.advance(id));
            constraint
        };
        let mut constraints: Vec<_> = tokenizer.grammar(vocabulary).into_iter().map(after_primer).collect();
        if tokenizer.grid().is_some() && before.is_empty() {
            constraints.push(Box::new(StartWithNote::new(vocabulary)));
        }
        let mut end = piece.n_steps.map(|n_steps| EndAfterSteps::new(vocabulary, n_steps));
        if let Some(scale) = key {
            constraints.push(Box::new(TokenFilter::scale(vocabulary, scale)));
            if end_on_tonic {
                let tonic = TonicEnd::new(vocabulary, scale);
                match end.take() {
                    Some(timed) => end = Some(timed.on_tonic(tonic)),
                    None => constraints.push(Box::new(tonic)),
                }
            }
        }
        constraints.extend(end.map(|end| Box::new(end) as Box<dyn Constraint>));
        if let Some(range) = pitch_range {
            constraints.push(Box::new(TokenFilter::range(vocabulary, range)));
        }
        if let Some(classes) = only_notes {
            constraints.push(Box::new(TokenFilter::only_pitch_classes(vocabulary, classes)));
        }
        if let Some(classes) = no_notes {
            constraints.push(Box::new(TokenFilter::without_pitch_classes(vocabulary, classes)));
        }
        if let Some(n_notes) = max_notes {
            constraints.push(match tokenizer {
                Tokenizer::Chords(_) => Box::new(TokenFilter::max_notes(vocabulary, n_notes.get())),
                Tokenizer::Rhythm(_) | Tokenizer::Notes(_) => {
                    after_primer(Box::new(MaxNotes::new(vocabulary, n_notes.get())))
                }
            });
        }
        Rules { repetition: piece.repetition, ngram_block: piece.ngram_block, constraints }
    }
}
