//! The seeds of a training.

use galant_types::Seed;

/// The seeds of a training, one for each use of randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeds {
    /// Rolls the waltzes of a corpus of the dice game.
    pub corpus: Seed,
    pub(crate) weights: Seed,
    pub(crate) training: Seed,
    pub(crate) hold_out: Seed,
    pub(crate) given: Seed,
}

impl Seeds {
    /// The seeds of a training by `seed`.
    pub fn of(seed: Seed) -> Seeds {
        Seeds {
            corpus: seed.child(0),
            weights: seed.child(1),
            training: seed.child(2),
            hold_out: seed.child(3),
            given: seed.child(4),
        }
    }
}
