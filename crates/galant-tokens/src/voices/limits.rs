//! How many parts there may be, and how many steps.

pub(super) const MAX_PARTS: u8 = 15;

pub(super) const MAX_STEPS: u64 = 1 << 17;
