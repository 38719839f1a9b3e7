//! How a piece begins that continues nothing: like one of the corpus.

use std::num::NonZeroUsize;

use galant_checkpoint::Opening;
use galant_sample::random_primer;
use galant_tokens::Token;
use galant_types::{Constraint, Scale, TokenId};

use crate::model::LoadedModel;
use crate::request::ComposeRequest;
use crate::request_error::RequestError;

/// How many tokens may still come where a beginning is chosen: enough for any.
const MANY: usize = 1 << 16;

impl LoadedModel {
    /// How a piece of the corpus begins that is in the style, the meter and the mode asked for, in the key asked for, drawn
    /// by the seed; none if the model knows no beginnings, or if the rules forbid all notes.
    ///
    /// Where no piece has all that is asked for, the mode gives way first, then the meter, then the style. Where the rules
    /// forbid all the first tokens, it begins with the note nearest to one of them.
    ///
    /// # Errors
    ///
    /// If the style is not one of the corpus.
    pub(crate) fn beginning(&self, request: &ComposeRequest) -> Result<Option<Opening>, RequestError> {
        self.check_style(request.style.as_deref())?;
        let allowed = self.allowed_at_first(request);
        let moved: Vec<Opening> = self.file().openings.iter().map(|opening| self.moved(opening, request)).collect();
        let mut usable: Vec<Opening> = moved.iter().filter(|opening| allowed[opening.token.index()]).cloned().collect();
        if usable.is_empty() {
            usable = moved.iter().filter_map(|opening| self.nearest_allowed(opening, &allowed)).collect();
        }
        let has_style =
            |opening: &Opening| request.style.as_ref().is_none_or(|style| opening.style.as_ref() == Some(style));
        let has_meter = |opening: &Opening| {
            let meter = (opening.meter.numerator, opening.meter.denominator_log2);
            request.meter.is_none_or(|asked| meter == asked)
        };
        let has_mode = |opening: &Opening| {
            let is_minor = |key: Option<Scale>| key.map(Scale::is_minor);
            request.constraints.key.is_none() || is_minor(opening.key) == is_minor(request.constraints.key)
        };
        let tests: [&dyn Fn(&Opening) -> bool; 4] = [
            &|opening| has_style(opening) && has_meter(opening) && has_mode(opening),
            &|opening| has_style(opening) && has_meter(opening),
            &has_style,
            &|_| true,
        ];
        for test in tests {
            let fitting: Vec<&Opening> = usable.iter().filter(|opening| test(opening)).collect();
            if !fitting.is_empty() {
                let drawn = random_primer(fitting.len(), 1, request.seed)?;
                let drawn = fitting[drawn[0].index()].clone();
                return Ok(Some(Opening { key: request.constraints.key.or(drawn.key), ..drawn }));
            }
        }
        Ok(None)
    }

    fn check_style(&self, style: Option<&str>) -> Result<(), RequestError> {
        let styles = &self.file().streams.values().styles;
        match style.filter(|style| !styles.iter().any(|known| known == style)) {
            Some(style) => Err(RequestError::Style { style: style.to_owned(), known: styles.clone() }),
            None => Ok(()),
        }
    }

    /// Whether each token may be the first, by the rules asked for, `[V]`.
    fn allowed_at_first(&self, request: &ComposeRequest) -> Vec<bool> {
        let most = request.constraints.max_notes.map_or(usize::MAX, NonZeroUsize::get);
        // A rhythm token without time goes on with another note.
        let n_notes =
            |token: &Token| token.pitches().len() + usize::from(matches!(token, Token::Rhythm(_)) && token.time() == 0);
        let tokens = self.file().vocabulary.tokens();
        let mut allowed: Vec<bool> = tokens.iter().map(|token| n_notes(token) <= most).collect();
        for filter in self.filters(&request.constraints) {
            filter.restrict(MANY, &mut allowed);
        }
        allowed
    }

    /// An opening whose token is moved to the key asked for, by at most six semitones, where the vocabulary has it there.
    fn moved(&self, opening: &Opening, request: &ComposeRequest) -> Opening {
        let moved = || {
            let (asked, key) = (request.constraints.key?, opening.key?);
            let up = (i16::from(asked.tonic()) - i16::from(key.tonic())).rem_euclid(12) as i8;
            let semitones = if up > 6 { up - 12 } else { up };
            self.transposed(opening.token, semitones)
        };
        Opening { token: moved().unwrap_or(opening.token), ..opening.clone() }
    }

    /// An opening with the allowed note that is nearest to its own; none if there is none.
    fn nearest_allowed(&self, opening: &Opening, allowed: &[bool]) -> Option<Opening> {
        let tokens = self.file().vocabulary.tokens();
        let own = self.token(opening.token);
        let distance = |token: &Token| {
            let low = |token: &Token| token.pitches().first().copied().unwrap_or(60);
            Some((low(own).abs_diff(*token.pitches().first()?), own.time().abs_diff(token.time())))
        };
        let notes = tokens.iter().zip((0..).map(TokenId)).filter(|(_, id)| allowed[id.index()]);
        let near = notes.filter_map(|(token, id)| Some((distance(token)?, id))).min_by_key(|(distance, _)| *distance);
        near.map(|(_, token)| Opening { token, ..opening.clone() })
    }

    fn transposed(&self, token: TokenId, semitones: i8) -> Option<TokenId> {
        self.file().vocabulary.transposition(semitones)[token.index()]
    }
}
