/// The number of a token in a vocabulary, or of a stream's value, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct TokenId(pub u32);

impl TokenId {
    /// The number as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One piece of music as a sequence of tokens, with the streams that go with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Song {
    /// What to call it in messages: a file's name, a waltz's number.
    pub name: String,
    /// The tokens, in order.
    pub tokens: Vec<TokenId>,
    /// What a network is told beside the tokens, `[K − 1]`, each as long as `tokens`: a stream's value at a token says
    /// something about the place of the token after it.
    pub streams: Vec<Vec<TokenId>>,
}
