//! What is known of the waltzes that a network learned from.

use galant_checkpoint::{CorpusEntry, ModelFile, Source};
use galant_corpus::dice::{DiceGame, WALTZES_PER_MEDLEY, piece};
use galant_dice::{KnownWaltzes, Repeats};
use galant_types::Seed;

/// How the waltzes were played that a network learned from; straight if it learned from none.
pub fn repeats(file: &ModelFile) -> Repeats {
    let is_repeated = |source: Source| matches!(source, Source::DiceGame { with_repeats: true });
    let is_repeated = file.corpus.iter().any(|entry| is_repeated(entry.source));
    if is_repeated { Repeats::WithRepeats } else { Repeats::Straight }
}

/// The waltzes that a network learned from, as far as they are known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DiceCorpus {
    known: Option<KnownWaltzes>,
}

impl DiceCorpus {
    /// Rolls the waltzes of the corpus of `file` again from the seed that they were rolled from.
    ///
    /// Nothing is known if the first or the last medley is not the one whose hash the file has.
    pub fn of(file: &ModelFile, seed: Seed) -> DiceCorpus {
        let repeats = repeats(file);
        let is_medley = |entry: &&CorpusEntry| matches!(entry.source, Source::DiceGame { .. });
        let entries: Vec<&CorpusEntry> = file.corpus.iter().filter(is_medley).collect();
        let mut rolled = DiceGame { n_waltzes: entries.len() * WALTZES_PER_MEDLEY, repeats }.roll(seed);
        let (Some(last), Some(entry)) = (rolled.last_mut(), entries.last()) else { return DiceCorpus::default() };
        // The last medley may have fewer waltzes.
        let n_in_last = (1..=last.len()).rev().find(|&n| piece(1, &last[..n], repeats).sha256 == entry.sha256);
        last.truncate(n_in_last.unwrap_or(0));
        let is_of_corpus = piece(1, &rolled[0], repeats).sha256 == entries[0].sha256 && n_in_last.is_some();
        DiceCorpus { known: is_of_corpus.then(|| rolled.into_iter().flatten().collect()) }
    }

    /// The waltzes; none if they are not known.
    pub fn known(&self) -> Option<&KnownWaltzes> {
        self.known.as_ref()
    }
}
