//! Composes with a model of one's own, a Markov chain counted from a tune, by every strategy.
//!
//! `cargo run -p galant-sample --example markov`

use std::convert::Infallible;
use std::error::Error;

use galant_model::StepModel;
use galant_sample::{
    Beam, Draw, EntropyFloor, Keep, NgramBlock, Repetition, Rules, Selection, Strategy, Task, TokenMask, TonicEnd,
    compose, search,
};
use galant_tokens::Token;
use galant_types::{Chord, Seed, TokenId};

/// How often each token follows each other.
struct Markov(Vec<Vec<f32>>);

impl StepModel for Markov {
    /// The next token hangs on the one before alone, so there is nothing to remember.
    type State = ();
    type Error = Infallible;

    fn vocab_size(&self) -> usize {
        self.0.len()
    }

    fn zero_state(&self) {}

    fn step(&self, token: TokenId, _: &mut (), logits: &mut [f32]) -> Result<(), Infallible> {
        // A little is added, since the logarithm of 0 is no score.
        logits.iter_mut().zip(&self.0[token.index()]).for_each(|(logit, count)| *logit = (count + 0.01).ln());
        Ok(())
    }
}

const NOTES: [(&str, u8); 7] = [("c", 60), ("d", 62), ("e", 64), ("f", 65), ("g", 67), ("a", 69), ("b", 71)];
const TUNE: &str = "c c g g a a g f f e e d d c g g f f e e d g g f f e e d c c g g a a g f f e e d d c";

fn main() -> Result<(), Box<dyn Error>> {
    let number = |name: &str| NOTES.iter().position(|note| note.0 == name).expect("the tune keeps to the scale");
    let tune: Vec<usize> = TUNE.split(' ').map(number).collect();
    let mut model = Markov(vec![vec![0.0; NOTES.len()]; NOTES.len()]);
    tune.windows(2).for_each(|pair| model.0[pair[0]][pair[1]] += 1.0);

    let none = Rules::default();
    let task = Task { primer: &[TokenId(0)], n_tokens: 24, rules: &none, seed: Seed(1) };
    let strategies = [
        ("greedy", Strategy::Greedy),
        ("random", Strategy::Random(Draw::at(1.0))),
        ("loop control", Strategy::lecture()),
        ("top-k", Strategy::Random(Draw { keep: Keep::TopK(2), ..Draw::at(1.0) })),
        ("top-p", Strategy::Random(Draw { keep: Keep::TopP(0.8), ..Draw::at(1.0) })),
        ("min-p", Strategy::Random(Draw { keep: Keep::MinP(0.2), ..Draw::at(1.0) })),
        ("entropy floor", {
            let entropy_floor = Some(EntropyFloor { nats: 0.5, window: 4 });
            Strategy::Random(Draw { entropy_floor, ..Draw::at(0.3) })
        }),
    ];
    for (name, strategy) in &strategies {
        print(name, &compose(&model, &task, strategy, &mut |_| ())?);
    }

    let vocabulary: Vec<Token> =
        NOTES.iter().map(|note| Chord::new(vec![note.1]).map(Token::Chord)).collect::<Result<_, _>>()?;
    let ruled = Rules {
        repetition: Some(Repetition { factor: 1.5, window: 2 }),
        ngram_block: Some(NgramBlock { n: 5, window: 64 }),
        masks: vec![
            Box::new(TokenMask::scale(&vocabulary, "C pentatonic".parse()?)),
            Box::new(TonicEnd::new(&vocabulary, "C major".parse()?)),
        ],
    };
    let ruled = Task { rules: &ruled, ..task };
    print("rules", &compose(&model, &ruled, &Strategy::Random(Draw::at(1.0)), &mut |_| ())?);

    print("beam", &search(&model, &task, &Beam::best(8))?[0].tokens);
    let drawn = Beam { width: 3, selection: Selection::Drawn { temperature: 1.0 } };
    for found in search(&model, &task, &drawn)? {
        print("stochastic beam", &found.tokens);
    }
    Ok(())
}

fn print(name: &str, tokens: &[TokenId]) {
    let names: Vec<&str> = tokens.iter().map(|token| NOTES[token.index()].0).collect();
    println!("{name:>15}  {}", names.join(" "));
}
