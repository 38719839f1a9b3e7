//! Pieces that do not copy from a corpus.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use galant_originality::{CorpusIndex, Onsets, RunKind};
use galant_sample::ComposeError;
use galant_tokens::constraint::Veto;
use galant_tokens::{Clock, Token};
use galant_types::Score;

use crate::compose::{ComposePieceError, ComposedPiece};
use crate::harmonize::{HarmonizeError, Harmonized};
use crate::harmonize_settings::HarmonizeSettings;
use crate::model::LoadedModel;
use crate::piece_settings::{Avoided, Method, PieceSettings};
use crate::tune::Tune;

/// What a piece must not copy.
#[derive(Debug, Clone, Copy)]
pub struct Avoidance<'a> {
    /// The music that it must not copy from.
    pub corpus: &'a CorpusIndex,
    /// How many onsets a run may have whose pitches are there, in any key and rhythm.
    pub n_most: NonZeroUsize,
}

/// How often a piece is composed before it is given up.
const MAX_TRIES: usize = 1000;
/// How often a tune is harmonized for each piece asked for.
const MAX_HARMONIZATIONS: usize = 32;
/// How many chords are forbidden at a place before the piece goes on in another way earlier: those that are left then are
/// chords that the network hardly expects.
const MAX_AT_A_PLACE: usize = 6;

impl LoadedModel {
    /// Composes a piece of which no run is longer than allowed whose pitches are in the corpus.
    ///
    /// Where a run becomes too long, other pitches are drawn, and where nothing else is likely there, some tokens before. What
    /// was forbidden on the way is in the [settings](ComposedPiece::settings) of the piece, by which [`LoadedModel::compose`]
    /// composes it again without the corpus. A run that is all in the primer is not counted.
    ///
    /// # Errors
    ///
    /// As [`LoadedModel::compose`], if the method is a beam, and if no such piece is found.
    pub fn compose_avoiding(
        &self,
        settings: &PieceSettings,
        avoidance: Avoidance<'_>,
    ) -> Result<ComposedPiece, ComposePieceError> {
        if let Method::Beam { .. } = settings.method {
            return Err(ComposePieceError::AvoidInBeam);
        }
        let n_most = avoidance.n_most;
        let mut settings = settings.clone();
        let mut search = Search::default();
        let mut n_tries = 0;
        while n_tries < MAX_TRIES {
            n_tries += 1;
            settings.constraints.avoided = Some(Avoided { n_most, vetoes: search.vetoes.clone() });
            let is_left = match self.compose(&settings) {
                Ok(piece) => {
                    let Some(place) = self.first_copied(&piece, avoidance)? else { return Ok(piece) };
                    search.struck = self.struck(&piece);
                    search.forbid(place)
                }
                Err(ComposePieceError::Compose(ComposeError::NothingLeft { .. })) => search.go_back(),
                Err(error) => return Err(error),
            };
            if !is_left {
                break;
            }
        }
        Err(ComposePieceError::Copies { n_most, n_tries })
    }

    /// Writes the parts that `tune` leaves open in up to `n` different ways, of which no run is longer than allowed whose
    /// pitches are in the corpus: those with the fewest hard defects first, and of these the likeliest.
    ///
    /// Each has a seed that depends on that of `settings`, and of [`LoadedModel::harmonize`] with its own
    /// [settings](Harmonized::settings) comes the same again. There are fewer if no others are found in 32 attempts for each.
    ///
    /// # Errors
    ///
    /// As [`LoadedModel::harmonize`], and if every attempt copies.
    pub fn harmonize_avoiding(
        &self,
        tune: &Tune,
        settings: &HarmonizeSettings,
        n: NonZeroUsize,
        Avoidance { corpus, n_most }: Avoidance<'_>,
    ) -> Result<Vec<Harmonized>, HarmonizeError> {
        let settings = HarmonizeSettings { avoid_copying: Some(n_most), ..settings.clone() };
        let (mut found, n_tries): (Vec<Harmonized>, _) = (Vec::new(), MAX_HARMONIZATIONS.saturating_mul(n.get()));
        for number in 0..n_tries as u64 {
            let seed = settings.seed.child(number);
            let other = self.harmonize(tune, &HarmonizeSettings { seed, ..settings.clone() })?;
            let copies = corpus.first_over(&Onsets::of(&other.score), RunKind::Pitches, n_most.get(), 0).is_some();
            if !copies && found.iter().all(|known| known.texture != other.texture) {
                found.push(other);
            }
            if found.len() == n.get() {
                break;
            }
        }
        if found.is_empty() {
            return Err(HarmonizeError::Copies { n_most, n_tries });
        }
        Harmonized::sort(&mut found);
        Ok(found)
    }

    /// The last token that makes the first run too long.
    fn first_copied(
        &self,
        piece: &ComposedPiece,
        Avoidance { corpus, n_most }: Avoidance<'_>,
    ) -> Result<Option<usize>, ComposePieceError> {
        let score = self.score(piece)?;
        let onsets = Onsets::of(&score);
        let places = self.places(piece, &score);
        let last_before = |tick: u64| places.range(..tick).next_back().map(|(_, place)| *place);
        let end = |number: usize| onsets.list().get(number + 1).map_or(u64::MAX, |next| next.tick);
        // What is heard before has no place of its own.
        let n_before = (0..onsets.list().len()).take_while(|&number| last_before(end(number)).is_none()).count();
        let first = corpus.first_over(&onsets, RunKind::Pitches, n_most.get(), n_before);
        Ok(first.and_then(|number| last_before(end(number))))
    }

    /// The place of the last token composed that strikes at each tick.
    fn places(&self, piece: &ComposedPiece, score: &Score) -> BTreeMap<u64, usize> {
        let mut ticks: Vec<u64> = score.pitched_notes().map(|note| note.onset).collect();
        ticks.dedup();
        // Every step at which a token strikes is a tick at which notes begin.
        let (mut clock, mut last_time, mut n_times) = (Clock::default(), None, 0);
        let mut places = BTreeMap::new();
        let ids = piece.before.iter().chain(&piece.tokens);
        for (number, &id) in ids.enumerate() {
            let token = self.token(id);
            // Chord tokens have no rhythm: each is an onset.
            let time = if let Token::Chord(_) = token { number as u64 } else { clock.step() };
            if !token.pitches().is_empty() {
                n_times += usize::from(last_time != Some(time));
                last_time = Some(time);
                if let Some(place) = number.checked_sub(piece.before.len()) {
                    places.extend(ticks.get(n_times - 1).map(|&tick| (tick, place)));
                }
            }
            clock.advance(token);
        }
        places
    }

    /// What each token strikes that was composed, as far as it strikes anything.
    fn struck(&self, piece: &ComposedPiece) -> BTreeMap<usize, Vec<u8>> {
        let pitches = piece.tokens.iter().map(|&id| self.token(id).pitches().to_vec()).enumerate();
        pitches.filter(|(_, pitches)| !pitches.is_empty()).collect()
    }
}

/// A search for a piece, by what is forbidden in it.
#[derive(Debug, Default)]
struct Search {
    /// In ascending order of their places.
    vetoes: Vec<Veto>,
    /// What the piece composed last strikes, by place; up to the last veto, what the next one does too.
    struck: BTreeMap<usize, Vec<u8>>,
}

impl Search {
    /// Forbids what is struck at a place, or if enough was forbidden there, what is struck before; false if there is nothing.
    fn forbid(&mut self, place: usize) -> bool {
        // What was forbidden later was so after other tokens.
        self.vetoes.retain(|veto| veto.place <= place);
        let n_there = self.vetoes.iter().filter(|veto| veto.place == place).count();
        let Some(pitches) = self.struck.get(&place).filter(|_| n_there < MAX_AT_A_PLACE) else {
            return self.go_back_from(place);
        };
        self.vetoes.push(Veto { place, pitches: pitches.clone() });
        true
    }

    /// Forbids what is struck before the place of the last veto, where nothing is left; false if there is nothing.
    fn go_back(&mut self) -> bool {
        self.vetoes.last().map(|veto| veto.place).is_some_and(|place| self.go_back_from(place))
    }

    fn go_back_from(&mut self, place: usize) -> bool {
        let before = self.struck.range(..place).next_back().map(|(place, _)| *place);
        before.is_some_and(|before| self.forbid(before))
    }
}
