use crate::packed_ids::PackedIds;

/// One piece of music as a sequence of tokens, with the streams that go with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Song {
    /// What to call it in messages: a file's name, a waltz's number.
    pub name: String,
    /// The tokens, in order.
    pub tokens: PackedIds,
    /// What a network is told beside the tokens, `[K − 1]`, each as long as `tokens`: a stream's value at a token says
    /// something about the place of the token after it.
    pub streams: Vec<PackedIds>,
}
