//! From the settings of a piece to the rules it is composed by.

use std::ops::RangeInclusive;

use galant_sample::Rules;
use galant_tokens::Tokenizer;
use galant_tokens::constraint::{
    EndAfterSteps, Ending, EndingError, EndingRules, LastBar, MaxNotes, NoteGrammar, Returns, RhythmGrammar,
    StartWithNote, TokenFilter, TonicEnd, Vetoes, VoiceGrammar,
};
use galant_tokens::stream::Frame;
use galant_types::{Constraint, Meter, Playback, TokenId};

use crate::model::LoadedModel;
use crate::piece_settings::{ConstraintSettings, EndingSettings, PieceSettings};

impl LoadedModel {
    /// The rules of a piece that continues `before`, the part of the primer that is heard.
    ///
    /// # Errors
    ///
    /// If the piece cannot end as it should.
    pub(crate) fn rules(&self, piece: &PieceSettings, before: &[TokenId]) -> Result<Rules, EndingError> {
        let (tokenizer, vocabulary) = (self.file().tokenizer, &self.file().vocabulary);
        let ConstraintSettings { ending, max_notes, .. } = piece.constraints;
        // Constraints hold across the end of a primer that is heard; only a length in steps counts from there.
        let after_primer = |mut constraint: Box<dyn Constraint>| {
            before.iter().for_each(|&id| constraint.advance(id));
            constraint
        };
        let filters = self.filters(&piece.constraints);
        let grammar = match (ending, tokenizer) {
            (Some(_), _) | (None, Tokenizer::Voices(_)) => self.grammar_under(&filters),
            (None, _) => tokenizer.grammar(vocabulary),
        };
        let mut constraints: Vec<_> = grammar.into_iter().map(after_primer).collect();
        if tokenizer.grid().is_some() && before.is_empty() {
            constraints.push(Box::new(StartWithNote::new(vocabulary)));
        }
        match ending {
            Some(ending) => constraints.push(Box::new(self.ending(ending, piece, &filters, before)?)),
            None => constraints.extend(self.end(piece)),
        }
        constraints.extend(filters.into_iter().map(|filter| Box::new(filter) as Box<dyn Constraint>));
        if let Some(n_notes) = max_notes {
            constraints.push(match tokenizer {
                Tokenizer::Chords(_) => Box::new(TokenFilter::max_notes(vocabulary, n_notes.get())),
                Tokenizer::Rhythm(_) | Tokenizer::Notes(_) | Tokenizer::Voices(_) => {
                    after_primer(Box::new(MaxNotes::new(vocabulary, n_notes.get())))
                }
            });
        }
        if let Some(avoided) = piece.constraints.avoided.as_ref().filter(|avoided| !avoided.vetoes.is_empty()) {
            constraints.push(Box::new(Vetoes::new(vocabulary, &avoided.vetoes)));
        }
        constraints.extend(self.returns(piece).map(after_primer));
        Ok(Rules { repetition: piece.repetition, ngram_block: piece.ngram_block, constraints })
    }

    /// What rules out tokens wherever they are.
    pub(crate) fn filters(&self, constraints: &ConstraintSettings) -> Vec<TokenFilter> {
        let vocabulary = &self.file().vocabulary;
        let ConstraintSettings { key, pitch_range, only_notes, no_notes, .. } = constraints;
        let filters = [
            key.map(|scale| TokenFilter::scale(vocabulary, scale)),
            pitch_range.clone().map(|range| TokenFilter::range(vocabulary, range)),
            only_notes.map(|classes| TokenFilter::only_pitch_classes(vocabulary, classes)),
            no_notes.map(|classes| TokenFilter::without_pitch_classes(vocabulary, classes)),
        ];
        filters.into_iter().flatten().collect()
    }

    /// The grammar of the tokens, for a piece in which `filters` hold too.
    fn grammar_under(&self, filters: &[TokenFilter]) -> Vec<Box<dyn Constraint>> {
        let vocabulary = &self.file().vocabulary;
        let grammar: Option<Box<dyn Constraint>> = match self.file().tokenizer {
            Tokenizer::Chords(_) => None,
            Tokenizer::Rhythm(_) => RhythmGrammar::new(vocabulary, filters).map(|grammar| Box::new(grammar) as _),
            Tokenizer::Notes(tokenizer) => {
                NoteGrammar::new(vocabulary, tokenizer.grid).map(|grammar| Box::new(grammar.under(filters)) as _)
            }
            Tokenizer::Voices(_) => VoiceGrammar::new(vocabulary, &self.ranges()).map(|grammar| Box::new(grammar) as _),
        };
        grammar.into_iter().collect()
    }

    /// The range of each part of voices.
    pub(crate) fn ranges(&self) -> Vec<RangeInclusive<u8>> {
        self.file().parts.iter().map(|part| part.lowest..=part.highest).collect()
    }

    /// A chord in the last bar, after which the piece is complete.
    fn ending(
        &self,
        ending: EndingSettings,
        piece: &PieceSettings,
        filters: &[TokenFilter],
        before: &[TokenId],
    ) -> Result<Ending, EndingError> {
        let EndingSettings { n_bars, key, downbeats } = ending;
        let grid = self.file().tokenizer.grid().ok_or(EndingError::ChordTokens)?;
        let frame = Frame::regular(meter(&piece.playback), grid, None, None, None);
        let ranges = self.ranges();
        let rules = EndingRules {
            ranges: &ranges,
            last_bar: LastBar::of(&frame, n_bars.get()),
            downbeats: downbeats.then_some(&frame),
            scale: key,
            filters,
            max_notes: piece.constraints.max_notes.map(std::num::NonZeroUsize::get),
        };
        let mut ending = Ending::new(self.file().tokenizer, &self.file().vocabulary, &rules)?;
        before.iter().for_each(|&id| ending.advance(id));
        ending.check()?;
        Ok(ending)
    }

    /// The bars that come back, which must be the last rule.
    fn returns(&self, piece: &PieceSettings) -> Option<Box<dyn Constraint>> {
        let grid = self.file().tokenizer.grid().filter(|_| !piece.constraints.returns.is_empty())?;
        let frame = Frame::regular(meter(&piece.playback), grid, None, None, None);
        Some(Box::new(Returns::new(&self.file().vocabulary, &frame, &piece.constraints.returns)))
    }

    /// The end of a piece after a number of steps, or after its last token, if either must be the tonic chord.
    fn end(&self, piece: &PieceSettings) -> Option<Box<dyn Constraint>> {
        let vocabulary = &self.file().vocabulary;
        let ConstraintSettings { key, end_on_tonic, .. } = piece.constraints;
        let tonic = key.filter(|_| end_on_tonic).map(|scale| TonicEnd::new(vocabulary, scale));
        let timed = piece.n_steps.map(|n_steps| EndAfterSteps::new(vocabulary, n_steps));
        match (timed, tonic) {
            (Some(timed), Some(tonic)) => Some(Box::new(timed.on_tonic(tonic))),
            (Some(timed), None) => Some(Box::new(timed)),
            (None, Some(tonic)) => Some(Box::new(tonic)),
            (None, None) => None,
        }
    }
}

/// The meter of a piece from its beginning.
pub(crate) fn meter(playback: &Playback) -> Meter {
    Meter { tick: 0, numerator: playback.beats, denominator_log2: playback.beat_log2 }
}
