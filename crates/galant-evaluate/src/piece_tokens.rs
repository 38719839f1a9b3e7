//! A piece as tokens and as what a model reads.

use galant_checkpoint::ModelFile;
use galant_tokens::stream::Frame;
use galant_tokens::{
    Clock, Encoded, NoteToken, RhythmToken, Token, TokenIds, Tokenizer, Vocabulary, VoiceToken, VoicesError,
};
use galant_types::{Score, TokenId};

/// How many quarter notes a chord token lasts, which has no length of its own: a sixteenth note, as it is played.
const QUARTERS_PER_CHORD: f64 = 0.25;
/// How many pitches there are in MIDI.
const N_PITCHES: f64 = 128.0;

/// A piece as tokens and as what a model reads: their numbers in its vocabulary, and streams.
#[derive(Debug, Clone, PartialEq)]
pub struct PieceTokens {
    tokens: Vec<Token>,
    encoded: TokenIds,
    streams: Vec<Vec<TokenId>>,
    unknown_nats: Vec<f64>,
    quarters: Vec<f64>,
    /// For each token of voices whether its part is given; empty if none is.
    given: Vec<bool>,
    /// How many steps of the grid a score lasts whose tokens are no voices; none without a score or a grid.
    n_steps: Option<u64>,
    refused: Option<VoicesError>,
}

impl PieceTokens {
    /// Tokens of `tokenizer` for a model that reads nothing beside them.
    ///
    /// Chord tokens, which have no rhythm, are taken for sixteenth notes, as they are played.
    pub fn new(tokenizer: Tokenizer, vocabulary: &Vocabulary, tokens: Vec<Token>) -> PieceTokens {
        let encoded = vocabulary.ids(&tokens);
        let nats = |&place: &usize| escape_nats(tokenizer, vocabulary, &tokens[place]);
        let unknown_nats = encoded.unknown.iter().map(nats).collect();
        let quarters = quarters(tokenizer, &tokens);
        let (streams, given) = (Vec::new(), Vec::new());
        PieceTokens { tokens, encoded, streams, unknown_nats, quarters, given, n_steps: None, refused: None }
    }

    /// A score as the network of `file` reads it, with the streams that follow from its bar lines, its number of bars, its
    /// key and the `style`.
    pub fn of_score(file: &ModelFile, score: &Score, style: Option<&str>) -> PieceTokens {
        PieceTokens::with_given(file, score, style, &[])
    }

    /// The same, where the network of voices is told what some parts do, counted from 0, so that these are no predictions.
    pub fn with_given(file: &ModelFile, score: &Score, style: Option<&str>, parts: &[usize]) -> PieceTokens {
        let Encoded { tokens, refused, .. } = file.tokenizer.encode(score);
        let mut piece = PieceTokens { refused, ..PieceTokens::new(file.tokenizer, &file.vocabulary, tokens) };
        let mut frame = Frame::of_score(score, file.tokenizer.grid().unwrap_or_default(), style);
        if let Some(texture) = file.tokenizer.texture(&piece.tokens).ok().filter(|_| !parts.is_empty()) {
            frame = frame.with_given(&texture, parts);
            piece.given = turns(&piece.tokens).map(|turn| turn.is_some_and(|turn| parts.contains(&turn))).collect();
        }
        piece.streams = file.streams.encode_written(&file.vocabulary, &frame, &piece.tokens, &piece.encoded.ids);
        piece.n_steps = file.tokenizer.grid().map(|grid| n_steps(score, grid.steps_per_quarter()));
        if file.tokenizer.grid().is_none() {
            let mut onsets: Vec<u64> = score.pitched_notes().map(|note| note.onset).collect();
            onsets.dedup();
            let quarters = onsets.into_iter().map(|onset| onset as f64 / f64::from(score.ticks_per_quarter));
            // The lecture's rules make no token of the last onset.
            piece.quarters = quarters.take(piece.tokens.len()).collect();
        }
        piece
    }

    /// The tokens.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Their numbers, and the places of the tokens that the vocabulary lacks; each is read as the nearest that it has.
    pub fn encoded(&self) -> &TokenIds {
        &self.encoded
    }

    /// What the model reads beside the tokens, `[K − 1]`, each as long as they are.
    pub fn streams(&self) -> &[Vec<TokenId>] {
        &self.streams
    }

    /// What each token that the vocabulary lacks costs, in nats.
    ///
    /// That is ln V, the cost of saying that a token is not among the V that are known, and the uniform cost of saying
    /// which it is: ln 128 for each of its pitches, and ln S for its length and for its time, where it has one, if a token
    /// passes at most S steps of the grid.
    pub fn unknown_nats(&self) -> &[f64] {
        &self.unknown_nats
    }

    /// Whether the token at a place belongs to a part that is given, and is no prediction.
    pub fn is_given(&self, place: usize) -> bool {
        self.given.get(place).copied().unwrap_or(false)
    }

    /// How many frames there are from the token at `from` on: steps of the grid, silent ones included, up to the end of the
    /// last note; 0 of tokens without a grid, and of voices the steps of all parts that end from there on.
    pub fn n_frames(&self, from: usize) -> u64 {
        let mut clock = Clock::default();
        let is_voice = |token: &Token| matches!(token, Token::Voice(_));
        let ends = self.tokens.iter().map(|token| clock.advance(token) > 0 && is_voice(token));
        let of_voices = ends.skip(from).filter(|ends| *ends).count() as u64;
        let Some(n_steps) = self.n_steps.filter(|_| !self.tokens.iter().any(is_voice)) else { return of_voices };
        let before = if from == 0 { Some(0) } else { Tokenizer::steps(&self.tokens).nth(from) };
        before.map_or(0, |before| n_steps.saturating_sub(before))
    }

    /// How many different times the notes begin that the tokens after the first `from` strike, but the first token of the
    /// piece; of parts that are given none.
    pub fn n_onsets(&self, from: usize) -> u64 {
        let strikes = |place: &usize| !self.tokens[*place].pitches().is_empty() && !self.is_given(*place);
        let mut times: Vec<f64> =
            (from.max(1)..self.tokens.len()).filter(strikes).map(|place| self.quarters[place]).collect();
        times.dedup();
        times.len() as u64
    }

    /// Why the piece has no tokens, if it has notes.
    pub fn refused(&self) -> Option<&VoicesError> {
        self.refused.as_ref()
    }

    /// When each token is, in quarter notes from the beginning.
    pub fn quarters(&self) -> &[f64] {
        &self.quarters
    }

    /// How many quarter notes the piece has from the token at `from`, or from its beginning if that is 0: the time up to
    /// the last onset, and one quarter note for that; 0 if there is no onset from there on.
    pub fn n_quarters(&self, from: usize) -> f64 {
        let last = self.tokens.iter().rposition(|token| !token.pitches().is_empty());
        let Some(last) = last.filter(|&last| last >= from) else { return 0.0 };
        let first = if from == 0 { 0.0 } else { self.quarters[from] };
        1.0 + self.quarters[last] - first
    }
}

/// How many steps a score lasts, the last one perhaps in part.
fn n_steps(score: &Score, steps_per_quarter: u16) -> u64 {
    let end = score.pitched_notes().map(|note| u128::from(note.end())).max().unwrap_or(0);
    let steps = (end * u128::from(steps_per_quarter)).div_ceil(u128::from(score.ticks_per_quarter.max(1)));
    u64::try_from(steps).unwrap_or(u64::MAX)
}

/// When each token is, in quarter notes from the first.
fn quarters(tokenizer: Tokenizer, tokens: &[Token]) -> Vec<f64> {
    let Some(grid) = tokenizer.grid() else {
        return (0..tokens.len()).map(|place| QUARTERS_PER_CHORD * place as f64).collect();
    };
    Tokenizer::steps(tokens).map(|step| step as f64 / f64::from(grid.steps_per_quarter())).collect()
}

/// The part of each token of voices, counted from 0; none of a beginning.
fn turns(tokens: &[Token]) -> impl Iterator<Item = Option<usize>> {
    let mut clock = Clock::default();
    tokens.iter().map(move |token| {
        let turn = (!matches!(token, Token::Voice(VoiceToken::Begin(_)))).then_some(clock.turn());
        clock.advance(token);
        turn
    })
}

/// What a token costs that the vocabulary lacks; see [`PieceTokens::unknown_nats`].
fn escape_nats(tokenizer: Tokenizer, vocabulary: &Vocabulary, token: &Token) -> f64 {
    let n_times = match token {
        Token::Chord(_) | Token::Note(NoteToken::Pitch(_)) | Token::Voice(_) => 0.0,
        Token::Rhythm(RhythmToken::Rest { .. }) | Token::Note(_) => 1.0,
        Token::Rhythm(RhythmToken::Chord { .. }) => 2.0,
    };
    let n_steps = tokenizer.grid().map_or(1.0, |grid| f64::from(grid.steps_per_token()));
    (vocabulary.len() as f64).ln() + token.pitches().len() as f64 * N_PITCHES.ln() + n_times * n_steps.ln()
}
