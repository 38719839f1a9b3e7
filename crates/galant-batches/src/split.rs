/// The longest window: more steps than anyone has trained a recurrent network on.
pub(crate) const MAX_WINDOW: usize = 1 << 16;

/// How songs are split into training and validation parts, and training parts into windows.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// T, how many tokens a window has.
    pub window: usize,
    /// What is measured instead of learned from.
    pub validation: Validation,
    /// How often the beginnings of songs are read in training at every token.
    pub openings: Openings,
}

/// Which tokens are the validation part.
#[derive(Debug, Clone, PartialEq)]
pub enum Validation {
    /// This share of each song, at its end: 0 to below 1.
    Tails(f64),
    /// Whole songs: a flag for each song, true if it is measured and not learned from.
    Songs(Vec<bool>),
}

/// How often the beginnings of songs are read in [`Windows::every_token_epoch`](crate::Windows::every_token_epoch).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openings {
    /// Where a pass happens to start at a song's first token: about once in T passes.
    Rarely,
    /// In every pass, so that a network learns how pieces begin, with nothing before them.
    EveryPass,
}

impl Split {
    /// Windows of `window` tokens, with the share `hold_out` of each song, at its end, as its validation part; beginnings
    /// are read [rarely](Openings::Rarely).
    pub fn tails(window: usize, hold_out: f64) -> Split {
        Split { window, validation: Validation::Tails(hold_out), openings: Openings::Rarely }
    }
}
