//! What the help of a command says beside its options.

/// The help of a command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guide {
    /// The command, with the one that it belongs to if it does: `plot loss`.
    pub(crate) command: &'static str,
    /// Where it is in the list of commands.
    pub(crate) place: usize,
    /// What one gives it.
    pub(crate) give: &'static str,
    /// What one gets.
    pub(crate) get: &'static str,
    /// The arguments that `-h` shows; none where it shows all.
    pub(crate) common: &'static [&'static str],
    /// The headings of other arguments, in order.
    pub(crate) groups: &'static [(&'static str, &'static [&'static str])],
    /// Command lines, each with what it is for.
    pub(crate) examples: &'static [(&'static str, &'static str)],
    /// What to change if one dislikes the result.
    pub(crate) change: &'static str,
}
