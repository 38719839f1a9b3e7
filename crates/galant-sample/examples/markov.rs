//! Composes with a model of one's own: a Markov chain counted from a tune.
//!
//! `cargo run -p galant-sample --example markov`

use std::convert::Infallible;
use std::error::Error;

use galant_model::StepModel;
use galant_sample::{Strategy, compose};
use galant_types::{Seed, TokenId};

/// How often each word follows each other.
struct Markov {
    counts: Vec<Vec<f32>>,
}

impl StepModel for Markov {
    /// The next word hangs on the one before alone, so there is nothing to remember.
    type State = ();
    type Error = Infallible;

    fn vocab_size(&self) -> usize {
        self.counts.len()
    }

    fn zero_state(&self) {}

    fn step(&self, token: TokenId, _: &mut (), logits: &mut [f32]) -> Result<(), Infallible> {
        // A little is added, since the logarithm of 0 is no score.
        logits.iter_mut().zip(&self.counts[token.index()]).for_each(|(logit, count)| *logit = (count + 0.01).ln());
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let notes = ["c", "d", "e", "f", "g", "a", "b"];
    let tune = "c c g g a a g f f e e d d c g g f f e e d g g f f e e d c c g g a a g f f e e d d c";
    let number = |name: &str| notes.iter().position(|note| *note == name).expect("the tune keeps to the scale");
    let tune: Vec<usize> = tune.split(' ').map(number).collect();

    let mut model = Markov { counts: vec![vec![0.0; notes.len()]; notes.len()] };
    tune.windows(2).for_each(|pair| model.counts[pair[0]][pair[1]] += 1.0);

    let words = compose(&model, &[TokenId(0)], 32, &Strategy::lecture(), Seed(1), &mut |word| {
        println!("{} {:.2} nats", notes[word.token.index()], word.nats);
    })?;
    println!("{}", words.iter().map(|word| notes[word.index()]).collect::<Vec<_>>().join(" "));
    Ok(())
}
