//! What the parts of voices may do.

use std::ops::RangeInclusive;
use std::sync::Arc;

use galant_types::{Constraint, PartStep, Texture, TokenId};

use super::forbid_unless;
use crate::clock::Passing;
use crate::{Clock, Token, Vocabulary, VoiceToken};

/// Allows only voices that can be decoded: a part that is silent holds no note, and a piece begins once.
///
/// Each part can stay in its own range, and parts can be given, which then come as they are. At least one token is always
/// allowed, unless other constraints forbid what this one allows: a rest of every part that is not given.
#[derive(Debug, Clone)]
pub struct VoiceGrammar {
    tables: Arc<Tables>,
    clock: Clock,
    /// Which parts have a note that they may hold, a bit each.
    sounding: u32,
    /// Whether the network knows what comes of given parts.
    is_told: bool,
}

#[derive(Debug)]
struct Tables {
    /// `[V]`
    tokens: Vec<VoiceToken>,
    /// By part; a part beyond them has no range.
    ranges: Vec<RangeInclusive<u8>>,
    given: Option<(Texture, Vec<usize>)>,
}

impl VoiceGrammar {
    /// The grammar of the voices in `vocabulary`, of which each part stays in its one of the `ranges`, as far as there are so
    /// many; none if a token is of another tokenizer.
    pub fn new(vocabulary: &Vocabulary, ranges: &[RangeInclusive<u8>]) -> Option<VoiceGrammar> {
        let voice = |token: &Token| if let Token::Voice(token) = token { Some(*token) } else { None };
        let tokens = vocabulary.tokens().iter().map(voice).collect::<Option<_>>()?;
        let tables = Tables { tokens, ranges: ranges.to_vec(), given: None };
        Some(VoiceGrammar { tables: Arc::new(tables), clock: Clock::default(), sounding: 0, is_told: false })
    }

    /// The same for a piece in which some parts, counted from 0, are as they are in `texture`, and silent after its end.
    ///
    /// # Panics
    ///
    /// If the texture has no such part.
    #[must_use]
    pub fn with_given(self, texture: &Texture, parts: &[usize]) -> VoiceGrammar {
        assert!(parts.iter().all(|part| *part < texture.n_parts()), "parts {parts:?} of {}", texture.n_parts());
        let Tables { tokens, ranges, .. } = &*self.tables;
        let given = Some((texture.clone(), parts.to_vec()));
        VoiceGrammar { tables: Arc::new(Tables { tokens: tokens.clone(), ranges: ranges.clone(), given }), ..self }
    }

    /// The same for a network that is told what the given parts do, so that how likely it finds them says nothing of the
    /// others: their tokens are [given](Constraint::given).
    #[must_use]
    pub fn for_a_network_that_is_told(self) -> VoiceGrammar {
        VoiceGrammar { is_told: true, ..self }
    }

    fn allows(&self, token: VoiceToken) -> bool {
        let turn = self.clock.turn();
        if let Some(given) = self.given_now() {
            return token == given;
        }
        match token {
            VoiceToken::Begin(_) => false,
            VoiceToken::Hold => self.sounding >> turn & 1 == 1,
            VoiceToken::Rest => true,
            VoiceToken::Strike(pitch) => self.tables.ranges.get(turn).is_none_or(|range| range.contains(&pitch)),
        }
    }

    /// The token that comes next in a part that is given.
    fn given_now(&self) -> Option<VoiceToken> {
        let (texture, parts) = self.tables.given.as_ref()?;
        let turn = self.clock.turn();
        if !parts.contains(&turn) {
            return None;
        }
        let step = usize::try_from(self.clock.step()).ok().filter(|step| *step < texture.n_steps());
        Some(match step.map_or(PartStep::Rest, |step| texture.step(step)[turn]) {
            PartStep::Rest => VoiceToken::Rest,
            PartStep::Strike(pitch) => VoiceToken::Strike(pitch),
            PartStep::Hold(_) => VoiceToken::Hold,
        })
    }
}

impl Constraint for VoiceGrammar {
    fn name(&self) -> &str {
        "grammar of voices"
    }

    fn restrict(&self, _n_left: usize, allowed: &mut [bool]) {
        forbid_unless(self.name(), &self.tables.tokens, allowed, |token| self.allows(*token));
    }

    fn given(&self) -> Option<TokenId> {
        let given = self.given_now().filter(|_| self.is_told)?;
        let number = self.tables.tokens.iter().position(|token| *token == given)?;
        Some(TokenId(u32::try_from(number).expect("a token's number has 32 bits")))
    }

    fn advance(&mut self, token: TokenId) {
        let token = self.tables.tokens[token.index()];
        let part = 1 << self.clock.turn();
        match token {
            VoiceToken::Begin(_) => self.sounding = 0,
            VoiceToken::Strike(_) => self.sounding |= part,
            VoiceToken::Rest => self.sounding &= !part,
            VoiceToken::Hold => {}
        }
        self.clock.pass(Passing::of(&Token::Voice(token)));
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}
