//! Parts written for a tune.

use std::num::{NonZeroU8, NonZeroUsize};
use std::sync::Arc;

use galant_engine::{EngineError, Generator};
use galant_harmony::{Breaches, PartRanges, PartWriting, Tally, VoiceLeading, WithTune};
use galant_sample::{ComposeError, Hypothesis, ParticleSearch, Rules, Task, TokenGroups};
use galant_tokens::constraint::VoiceGrammar;
use galant_tokens::{Token, VoiceToken, estimate_key};
use galant_types::{Constraint, Scale, Score, StreamTracker, Texture, TokenId};
use thiserror::Error;

use crate::harmonize_settings::HarmonizeSettings;
use crate::harmony_score::with_parts;
use crate::model::LoadedModel;
use crate::part_names::PartNamesError;
use crate::record::HarmonyRecord;
use crate::tune::{Tune, TuneError, TuneRequest};
use crate::watch::Watched;

/// A tune with the parts that were written for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Harmonized {
    /// What decided it.
    pub settings: HarmonizeSettings,
    /// All parts as the network wrote and read them.
    pub texture: Texture,
    /// How often the rules of part-writing are broken in it.
    pub tally: Tally,
    /// The key of the whole, as it sounds.
    pub key: Option<Scale>,
    /// −ln p of the tokens that are not given, under the model.
    pub nats: f64,
    /// The music, with a record of what made it.
    pub score: Score,
}

/// Parts that are being written, token by token; it holds the network.
#[derive(Debug)]
pub struct Harmonization {
    tune: Tune,
    settings: HarmonizeSettings,
    begin: TokenId,
    n_tokens: usize,
    search: ParticleSearch<Arc<Generator>>,
}

impl Harmonization {
    /// Chooses the next token of each piece that the search follows.
    ///
    /// # Errors
    ///
    /// If the rules forbid every token, or if the model fails.
    pub fn next_token(&mut self) -> Result<(), HarmonizeError> {
        Ok(self.search.next_token()?)
    }

    /// Whether there is nothing left to write.
    pub fn is_complete(&self) -> bool {
        self.search.is_complete()
    }

    /// How much is written, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.search.n_done() as f64 / self.n_tokens.max(1) as f64
    }
}

impl LoadedModel {
    /// Writes the parts that `tune` leaves open.
    ///
    /// Of the pieces that the search ends with, it is the likeliest of those with the fewest hard defects.
    ///
    /// # Errors
    ///
    /// If a setting is out of its range, if the tune is too long for so many particles, or if the model fails.
    pub fn harmonize(&self, tune: &Tune, settings: &HarmonizeSettings) -> Result<Harmonized, HarmonizeError> {
        let mut watched = Watched::begin(self.watch());
        let mut harmonization = self.begin_harmonization(tune, settings)?;
        while !harmonization.is_complete() {
            harmonization.next_token()?;
            watched.is_at(harmonization.share());
        }
        Ok(self.finish_harmonization(harmonization))
    }

    /// Begins to write the parts that `tune` leaves open, for whoever decides when to go on.
    ///
    /// # Errors
    ///
    /// If a setting is out of its range, or if the tune is too long for so many particles.
    pub fn begin_harmonization(
        &self,
        tune: &Tune,
        settings: &HarmonizeSettings,
    ) -> Result<Harmonization, HarmonizeError> {
        let begin = self.begin(tune)?;
        let task = Task {
            primer: vec![begin],
            n_tokens: tune.texture.n_steps() * tune.texture.n_parts(),
            rules: self.harmony_rules(tune, settings, begin),
            streams: self.harmony_tracker(tune),
            seed: settings.seed,
        };
        let search = ParticleSearch::new(self.shared_generator(), &task, &settings.particles, self.moves())?;
        Ok(Harmonization { tune: tune.clone(), settings: settings.clone(), begin, n_tokens: task.n_tokens, search })
    }

    /// The parts that were written; of the pieces that the search ends with, the likeliest of those with the fewest hard
    /// defects.
    ///
    /// # Panics
    ///
    /// If another model wrote them, or if they are not [complete](Harmonization::is_complete).
    pub fn finish_harmonization(&self, harmonization: Harmonization) -> Harmonized {
        assert!(harmonization.is_complete(), "a harmonization is finished before its end");
        let Harmonization { tune, settings, begin, search, .. } = harmonization;
        let (tune, mut found) = (&tune, search.finish());
        // The same piece can be found several times, and the likeliest come first.
        found.dedup_by(|later, earlier| later.tokens == earlier.tokens);
        let found = found.into_iter().map(|piece| (self.texture(begin, &piece), piece.nats));
        let judged = found.map(|(texture, nats)| (self.tally(tune, &texture), texture, nats));
        let best = judged.min_by_key(|(tally, ..)| tally.breaches().hard());
        let (tally, texture, nats) = best.expect("a search finds a piece");
        let mut score = with_parts(self.file(), tune, &texture);
        score.texts = HarmonyRecord::new(self.sha256(), tune, settings.clone()).to_texts();
        Harmonized { settings, key: estimate_key(&score), texture, tally, nats, score }
    }

    /// Writes the parts that `tune` leaves open in up to `n` different ways, those with the fewest hard defects first, and of
    /// these the likeliest; each has a seed that depends on that of `settings`.
    ///
    /// There are fewer if the model finds no others: it is asked four times as often as there are ways.
    ///
    /// # Errors
    ///
    /// As [`LoadedModel::harmonize`].
    pub fn harmonize_best(
        &self,
        tune: &Tune,
        settings: &HarmonizeSettings,
        n: usize,
    ) -> Result<Vec<Harmonized>, HarmonizeError> {
        let mut found: Vec<Harmonized> = Vec::new();
        for number in (0..4 * n as u64).take_while(|_| n > 0) {
            let seed = settings.seed.child(number);
            let other = self.harmonize(tune, &HarmonizeSettings { seed, ..settings.clone() })?;
            if found.iter().all(|known| known.texture != other.texture) {
                found.push(other);
            }
            if found.len() == n {
                break;
            }
        }
        Harmonized::sort(&mut found);
        Ok(found)
    }

    /// Harmonizes the tune of a harmonized piece again, as its record says.
    ///
    /// # Errors
    ///
    /// As [`LoadedModel::harmonize`], and if the piece lacks the parts that the record says were given.
    pub fn harmonize_again(&self, piece: &Score, record: &HarmonyRecord) -> Result<Harmonized, HarmonizeError> {
        let told = TuneRequest { given: Vec::new(), key: record.key, style: record.style.clone() };
        let tune = self.tune_of_parts(piece, &record.given, &told)?;
        self.harmonize(&tune, &record.settings)
    }

    /// The token that voices begin with.
    fn begin(&self, tune: &Tune) -> Result<TokenId, HarmonizeError> {
        let n_parts = self.file().vocabulary.n_parts().filter(|n| usize::from(n.get()) == tune.texture.n_parts());
        let token = Token::Voice(VoiceToken::Begin(n_parts.ok_or(PartNamesError::NoVoices)?));
        Ok(self.file().vocabulary.nearest(&token))
    }

    /// What a part does, whatever its pitch: the temperature chooses pitches, while parts move as often as the network says.
    fn moves(&self) -> TokenGroups {
        let group = |token: &Token| match token {
            Token::Voice(VoiceToken::Hold) => 1,
            Token::Voice(VoiceToken::Rest) => 2,
            _ => 0,
        };
        TokenGroups::new(self.file().vocabulary.tokens().iter().map(group).collect())
    }

    fn harmony_rules(&self, tune: &Tune, settings: &HarmonizeSettings, begin: TokenId) -> Rules {
        let (vocabulary, Tune { texture, given, .. }) = (&self.file().vocabulary, tune);
        let key = tune.frame.key();
        let grammar = VoiceGrammar::new(vocabulary, &self.ranges()).map(|grammar| {
            let grammar = grammar.with_given(texture, given);
            if self.is_told(given) { grammar.for_a_network_that_is_told() } else { grammar }
        });
        let with_tune = WithTune::new(vocabulary, texture, given, key.filter(|_| settings.end_on_tonic));
        let part_writing = PartWriting::new(vocabulary, settings.rules, self.leading(tune));
        let part_writing = part_writing.map(|part_writing| part_writing.with_given(texture, given));
        let mut constraints: Vec<Box<dyn Constraint>> = Vec::new();
        constraints.extend(grammar.map(|rule| Box::new(rule) as Box<dyn Constraint>));
        constraints.extend(with_tune.map(|rule| Box::new(rule) as Box<dyn Constraint>));
        constraints.extend(part_writing.map(|rule| Box::new(rule) as Box<dyn Constraint>));
        constraints.iter_mut().for_each(|constraint| constraint.advance(begin));
        Rules { constraints, ..Rules::default() }
    }

    /// Whether the network has streams for all parts that are given.
    fn is_told(&self, given: &[usize]) -> bool {
        let told = |part: usize| {
            let of_part = |part_told: NonZeroU8| usize::from(part_told.get()) == part + 1;
            self.file().streams.streams().iter().any(|stream| stream.given_part().is_some_and(of_part))
        };
        given.iter().all(|&part| told(part))
    }

    fn harmony_tracker(&self, tune: &Tune) -> Box<dyn StreamTracker> {
        let frame = tune.frame.clone().with_given(&tune.texture, &tune.given);
        Box::new(self.file().streams.tracker(&self.file().vocabulary, frame))
    }

    /// The parts of a tune before its first step.
    fn leading(&self, tune: &Tune) -> VoiceLeading {
        VoiceLeading::new(PartRanges::new(&self.ranges()), tune.frame.key())
    }

    fn tally(&self, tune: &Tune, texture: &Texture) -> Tally {
        let mut tally = Tally::default();
        tally.add(texture, self.leading(tune));
        tally
    }

    fn texture(&self, begin: TokenId, piece: &Hypothesis) -> Texture {
        let ids: Vec<TokenId> = [begin].into_iter().chain(piece.tokens.iter().copied()).collect();
        let tokens = self.file().vocabulary.decode_ids(&ids);
        self.file().tokenizer.texture(&tokens).expect("the grammar allows only voices")
    }
}

impl Harmonized {
    /// How often the rules are broken.
    pub fn breaches(&self) -> Breaches {
        self.tally.breaches()
    }

    /// Those with the fewest hard defects first, and of these the likeliest.
    pub(crate) fn sort(found: &mut [Harmonized]) {
        found.sort_by(|a, b| a.breaches().hard().cmp(&b.breaches().hard()).then(a.nats.total_cmp(&b.nats)));
    }
}

/// Why a tune was not harmonized.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum HarmonizeError {
    /// The model has no parts, or another number than the tune was read for.
    #[error(transparent)]
    Parts(#[from] PartNamesError),
    /// The parts that a record says were given are no tune.
    #[error(transparent)]
    Tune(#[from] TuneError),
    /// No harmonization was found that does not copy.
    #[error(
        "all of {n_tries} harmonizations have a run of more than {n_most} onsets whose pitches are in the corpus; allow longer \
         runs, raise the temperature, or take another seed"
    )]
    Copies {
        /// How many onsets were allowed.
        n_most: NonZeroUsize,
        /// How often the tune was harmonized.
        n_tries: usize,
    },
    /// A setting is out of its range, the tune is too long, or the model failed.
    #[error(transparent)]
    Compose(#[from] ComposeError<EngineError>),
}
