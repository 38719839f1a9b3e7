//! Composes by every strategy with a model of one's own: a Markov chain counted from a tune.
//!
//! `cargo run -p galant-sample --example markov`

use std::convert::Infallible;
use std::error::Error;

use galant_model::StepModel;
use galant_sample::{
    Beam, Draw, EntropyFloor, NgramBlock, Repetition, Rules, Selection, Strategy, Task, Truncation, compose, search,
};
use galant_types::{Constraint, NoStreams, Seed, TokenId};

/// How often each token follows each other.
struct Markov(Vec<Vec<f32>>);

impl StepModel for Markov {
    /// The next token depends only on the one before, so there is nothing to remember.
    type State = ();
    type Error = Infallible;

    fn vocab_size(&self) -> usize {
        self.0.len()
    }

    fn n_inputs(&self) -> usize {
        1
    }

    fn zero_state(&self) {}

    fn step(&self, inputs: &[TokenId], _: &mut (), logits: &mut [f32]) -> Result<(), Infallible> {
        // A little is added, since logits must be finite and the logarithm of 0 is not.
        logits.iter_mut().zip(&self.0[inputs[0].index()]).for_each(|(logit, count)| *logit = (count + 0.01).ln());
        Ok(())
    }
}

/// Ends a piece with its second C.
#[derive(Debug, Clone)]
struct EndOnC {
    n_found: usize,
}

impl Constraint for EndOnC {
    fn name(&self) -> &str {
        "end on c"
    }

    fn restrict(&self, n_left: usize, allowed: &mut [bool]) {
        if n_left == 1 {
            allowed[1..].fill(false);
        }
    }

    fn advance(&mut self, token: TokenId) {
        self.n_found += usize::from(token == TokenId(0));
    }

    fn is_end(&self) -> bool {
        self.n_found == 2
    }

    fn boxed_clone(&self) -> Box<dyn Constraint> {
        Box::new(self.clone())
    }
}

const NOTES: [&str; 7] = ["c", "d", "e", "f", "g", "a", "b"];
const TUNE: &str = "c c g g a a g f f e e d d c g g f f e e d g g f f e e d c c g g a a g f f e e d d c";

fn main() -> Result<(), Box<dyn Error>> {
    let number = |name: &str| NOTES.iter().position(|note| *note == name).expect("the tune has no other notes");
    let tune: Vec<usize> = TUNE.split(' ').map(number).collect();
    let mut model = Markov(vec![vec![0.0; NOTES.len()]; NOTES.len()]);
    tune.windows(2).for_each(|pair| model.0[pair[0]][pair[1]] += 1.0);

    let task = Task {
        primer: vec![TokenId(0)],
        n_tokens: 24,
        rules: Rules::default(),
        streams: Box::new(NoStreams),
        seed: Seed(1),
    };
    let strategies = [
        ("greedy", Strategy::Greedy),
        ("random", Strategy::Random(Draw::at(1.0))),
        ("loop control", Strategy::lecture()),
        ("top-k", Strategy::Random(Draw { truncation: Truncation::TopK(2), ..Draw::at(1.0) })),
        ("top-p", Strategy::Random(Draw { truncation: Truncation::TopP(0.8), ..Draw::at(1.0) })),
        ("min-p", Strategy::Random(Draw { truncation: Truncation::MinP(0.2), ..Draw::at(1.0) })),
        ("entropy floor", {
            let entropy_floor = Some(EntropyFloor { nats: 0.5, window: 4 });
            Strategy::Random(Draw { entropy_floor, ..Draw::at(0.3) })
        }),
    ];
    for (name, strategy) in strategies {
        print(name, &compose(&model, task.clone(), strategy, &mut |_| ())?);
    }

    let rules = Rules {
        repetition: Some(Repetition { factor: 1.5, window: 2 }),
        ngram_block: Some(NgramBlock { n: 5, window: 64 }),
        constraints: vec![Box::new(EndOnC { n_found: 0 })],
    };
    let under_rules = Task { rules, ..task.clone() };
    print("rules", &compose(&model, under_rules, Strategy::Random(Draw::at(1.0)), &mut |_| ())?);

    print("beam", &search(&model, &task, &Beam::best(8), &mut |_| ())?[0].tokens);
    let drawn = Beam { width: 3, selection: Selection::Drawn { temperature: 1.0 } };
    for hypothesis in search(&model, &task, &drawn, &mut |_| ())? {
        print("stochastic beam", &hypothesis.tokens);
    }
    Ok(())
}

fn print(name: &str, tokens: &[TokenId]) {
    let names: Vec<&str> = tokens.iter().map(|token| NOTES[token.index()]).collect();
    println!("{name:>15}  {}", names.join(" "));
}
