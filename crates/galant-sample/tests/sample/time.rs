use galant_model::{Cell, ModelSpec, Reference, Weights};
use galant_sample::{
    Beam, Draw, GrammarMask, Mask, Opening, Piece, Played, Polyphony, Rules, Strategy, Task, TimeEnd, TonicEnd,
    compose, random_primer, search,
};
use galant_tokens::{Grammar, Grid, GridTokenizer, Playback, Token, Tokenizer, Vocabulary};
use galant_types::{Seed, TokenId};

const ON_QUARTERS: u16 = 2;

fn tokenizer() -> (Tokenizer, GridTokenizer) {
    let tokens = GridTokenizer { grid: Grid::new(ON_QUARTERS).unwrap(), top: 0 };
    (Tokenizer::Notes(tokens), tokens)
}

/// The alphabet of two steps a quarter note and one octave.
fn alphabet() -> Vocabulary {
    let (tokenizer, _) = tokenizer();
    let song = ["60", "+1", "72", "+1"].map(|text| tokenizer.parse(text).unwrap());
    Vocabulary::new(tokenizer, [song.as_slice()], 0..=0).unwrap()
}

fn untrained(vocabulary: usize, seed: u64) -> Reference {
    let spec = ModelSpec {
        cell: Cell::Lstm,
        vocab_size: vocabulary,
        embedding_size: 2,
        hidden_size: 2,
        n_layers: 1,
        dropout: 0.0,
    };
    // Far from equal chances, so that the tokens that the grammar forbids are often the likeliest.
    let mut weights = Weights::initial(spec, Seed(seed)).unwrap();
    weights.values_mut().iter_mut().for_each(|weight| *weight *= 9.0);
    Reference::new(&weights)
}

fn tokens_of(vocabulary: &Vocabulary, tokens: &[TokenId]) -> Vec<Token> {
    tokens.iter().map(|&token| vocabulary.token(token).unwrap().clone()).collect()
}

/// What is composed must be the spelling of the score it tells, but for time after the last note.
#[track_caller]
fn check_spelling(tokens: &[Token]) {
    let (tokenizer, _) = tokenizer();
    let score = tokenizer.decode(tokens, &Playback::default()).unwrap();
    let n_silent = tokens.iter().rev().take_while(|token| token.time() > 0).count();
    assert_eq!(tokenizer.encode(&score).tokens, tokens[..tokens.len() - n_silent]);
}

#[test]
fn ten_thousand_pieces_of_untrained_networks_are_music() {
    let (vocabulary, grammar) = (alphabet(), Grammar::new(&alphabet(), tokenizer().1).unwrap());
    for network in 0..20 {
        let model = untrained(vocabulary.len(), network);
        for number in 0..500 {
            let seed = Seed(network * 1000 + number);
            let rules = Rules {
                masks: vec![Box::new(GrammarMask::new(grammar.clone(), Piece::WithoutPrimer))],
                ..Rules::default()
            };
            let primer = random_primer(vocabulary.len(), 3, seed).unwrap();
            let task = Task { primer: &primer, n_tokens: 1 + number as usize % 24, rules: &rules, seed };
            let tokens = compose(&model, &task, &Strategy::Random(Draw::at(1.0)), &mut |_| ()).unwrap();
            assert_eq!(tokens.len(), task.n_tokens);
            check_spelling(&tokens_of(&vocabulary, &tokens));
        }
    }
}

#[test]
fn a_beam_keeps_the_grammar_and_goes_on_from_what_was_played() {
    let (vocabulary, grammar) = (alphabet(), Grammar::new(&alphabet(), tokenizer().1).unwrap());
    let played = ["60", "+2", "64"].map(|text| vocabulary.id(&tokenizer().0.parse(text).unwrap()).unwrap());
    let rules = Rules { masks: vec![Box::new(GrammarMask::new(grammar, Piece::WithPrimer))], ..Rules::default() };
    let task = Task { primer: &played, n_tokens: 12, rules: &rules, seed: Seed(1) };
    for found in search(&untrained(vocabulary.len(), 1), &task, &Beam::best(8)).unwrap() {
        check_spelling(&tokens_of(&vocabulary, &[&played[..], &found.tokens].concat()));
    }
}

fn rhythm(texts: &str) -> Vec<Token> {
    let tokenizer = Tokenizer::Rhythm(GridTokenizer::default());
    texts.split(' ').map(|text| tokenizer.parse(text).unwrap()).collect()
}

#[track_caller]
fn check(mask: &dyn Mask, primer: &[u32], composed: &[u32], expected: &[u32]) {
    let tokens: Vec<TokenId> = primer.iter().chain(composed).copied().map(TokenId).collect();
    let mut allowed = vec![true; 5];
    mask.forbid(&Played { tokens: &tokens, n_primer: primer.len(), n_left: 9 }, &mut allowed);
    let found: Vec<u32> = (0..5).filter(|&token| allowed[token as usize]).collect();
    assert_eq!(found, expected, "{}", mask.name());
}

#[test]
fn a_piece_ends_with_its_time_and_on_the_tonic() {
    let vocabulary = rhythm("60.64+6>6 62+6>6 62+3>3 >12 67+9>0");
    let end = TimeEnd::new(&vocabulary, 12);
    let ends = |composed: &[u32]| {
        let tokens: Vec<TokenId> = [3].iter().chain(composed).copied().map(TokenId).collect();
        end.is_end(&Played { tokens: &tokens, n_primer: 1, n_left: 9 })
    };
    assert!(!ends(&[]) && !ends(&[0, 4, 2]) && ends(&[0, 1]) && ends(&[0, 4, 3]));
    check(&end, &[3], &[1], &[0, 1, 2, 3, 4]);
    let end = end.on_tonic(TonicEnd::new(&vocabulary, "C major".parse().unwrap()));
    check(&end, &[3], &[], &[0, 1, 2, 4]);
    check(&end, &[3], &[1], &[0, 2, 4]);
    assert_eq!(end.name(), "end after 12 steps, end on the tonic of C major");
}

#[test]
fn notes_of_several_tokens_are_counted_together() {
    let vocabulary = rhythm("60.64+6>6 62+6>6 62+3>0 >12 67.71+9>0");
    let two = Polyphony::new(&vocabulary, 2, Piece::WithoutPrimer);
    check(&two, &[2], &[], &[0, 1, 2, 3]);
    check(&two, &[], &[2], &[1, 3]);
    check(&two, &[], &[2, 1], &[0, 1, 2, 3]);
    let with_primer = Polyphony::new(&vocabulary, 2, Piece::WithPrimer);
    check(&with_primer, &[2], &[], &[1, 3]);
    assert_eq!(two.name(), "max-notes 2");
}

#[test]
fn a_piece_opens_with_a_note() {
    let vocabulary = rhythm("60.64+6>6 62+6>6 >6 >12 67+9>0");
    check(&Opening::new(&vocabulary), &[3], &[], &[0, 1, 4]);
    check(&Opening::new(&vocabulary), &[3], &[1], &[0, 1, 2, 3, 4]);
}
