//! All that decides the parts that are written for a tune.

use std::num::NonZeroUsize;

use galant_harmony::{Enforcement, Enforcements, Rule};
use galant_sample::{Particles, Truncation};
use galant_types::Seed;

/// What decides, with the model and the tune, which parts are written.
#[derive(Debug, Clone, PartialEq)]
pub struct HarmonizeSettings {
    /// The seed of everything random.
    pub seed: Seed,
    /// The search.
    pub particles: Particles,
    /// How strictly the rules of part-writing are held.
    pub rules: Enforcements,
    /// Whether the parts end on the tonic, where the tune does.
    pub end_on_tonic: bool,
    /// How many onsets a run could have whose pitches are in a corpus; none if that was not asked for. It decides nothing
    /// but the seed: see [`LoadedModel::harmonize_avoiding`](crate::LoadedModel::harmonize_avoiding).
    pub avoid_copying: Option<NonZeroUsize>,
}

impl Default for HarmonizeSettings {
    fn default() -> HarmonizeSettings {
        HarmonizeSettings {
            seed: Seed(1),
            particles: Particles { n: 16, temperature: 0.65, truncation: Truncation::None },
            rules: HarmonizeSettings::default_rules(),
            end_on_tonic: true,
            avoid_copying: None,
        }
    }
}

impl HarmonizeSettings {
    /// The rules by default: hard defects cost so much that they are rare, the others as much as keeps them about as rare as
    /// in Bach's chorales.
    pub fn default_rules() -> Enforcements {
        let mut rules = Enforcements::default();
        for (rule, nats) in DEFAULT_PENALTIES {
            rules.set(rule, Enforcement::Penalty { nats }).expect("a penalty above 0");
        }
        rules
    }
}

/// Nats for each breach: measured, so that each rule is broken at most about as often as in chorales by Bach.
const DEFAULT_PENALTIES: [(Rule, f32); 7] = [
    (Rule::ParallelFifths, 6.0),
    (Rule::ParallelOctaves, 6.0),
    (Rule::WideLeap, 6.0),
    (Rule::ContraryPerfects, 1.0),
    (Rule::HiddenFifths, 0.75),
    (Rule::HiddenOctaves, 1.0),
    (Rule::AugmentedSecond, 1.0),
];
