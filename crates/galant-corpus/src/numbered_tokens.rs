//! The different tokens of a corpus, numbered as they come.

use std::collections::HashMap;

use galant_tokens::Token;
use galant_types::{PackedIds, TokenId};

/// Tokens by number: a piece is a list of numbers, because most tokens are in many pieces.
#[derive(Debug, Clone, Default)]
pub(crate) struct NumberedTokens {
    tokens: Vec<Token>,
    numbers: HashMap<Token, u32>,
}

impl NumberedTokens {
    /// The numbers of `tokens`; a new token gets the next one.
    pub(crate) fn numbers(&mut self, tokens: Vec<Token>) -> PackedIds {
        let mut number = |token| {
            if let Some(number) = self.numbers.get(&token) {
                return *number;
            }
            let number = u32::try_from(self.tokens.len()).expect("a corpus has fewer different tokens than numbers");
            self.tokens.push(Token::clone(&token));
            self.numbers.insert(token, number);
            number
        };
        tokens.into_iter().map(&mut number).map(TokenId).collect()
    }

    /// The tokens of numbers.
    pub(crate) fn tokens(&self, numbers: impl IntoIterator<Item = TokenId>) -> Vec<Token> {
        numbers.into_iter().map(|number| self.tokens[number.index()].clone()).collect()
    }

    /// Every token, by number.
    pub(crate) fn all(&self) -> &[Token] {
        &self.tokens
    }
}

#[cfg(test)]
mod tests {
    use galant_tokens::NoteToken;

    use super::*;

    #[test]
    fn equal_tokens_have_one_number_and_come_back() {
        let ids = |numbers: &[u32]| numbers.iter().copied().map(TokenId).collect::<PackedIds>();
        let token = |pitch| Token::Note(NoteToken::Pitch(pitch));
        let mut numbered = NumberedTokens::default();
        let tokens = vec![token(60), token(64), token(60)];
        assert_eq!(numbered.numbers(tokens.clone()), ids(&[0, 1, 0]));
        assert_eq!(numbered.numbers(vec![token(67), token(64)]), ids(&[2, 1]));
        assert_eq!(numbered.tokens(ids(&[0, 1, 0]).iter()), tokens);
        assert_eq!(numbered.all(), [token(60), token(64), token(67)]);
    }
}
