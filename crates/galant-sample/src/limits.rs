//! The limits of tasks, strategies, rules and beams.

/// The most tokens composed at once: a day and a half of music at eight tokens a second.
pub const MAX_TOKENS: usize = 1 << 20;

/// The longest window of a setting: the time for each token grows with it.
pub const MAX_WINDOW: usize = 4096;

/// [`LoopControl::MAX_LENGTH`](crate::LoopControl::MAX_LENGTH).
pub(crate) const MAX_LOOP_LENGTH: usize = 1024;

/// [`LoopControl::MAX_LENGTHS`](crate::LoopControl::MAX_LENGTHS).
pub(crate) const MAX_LOOP_LENGTHS: usize = 64;

/// [`Beam::MAX_WIDTH`](crate::Beam::MAX_WIDTH).
pub(crate) const MAX_BEAM_WIDTH: usize = 4096;

/// [`Beam::MAX_TOKENS`](crate::Beam::MAX_TOKENS).
pub(crate) const MAX_BEAM_TOKENS: usize = 1 << 24;
