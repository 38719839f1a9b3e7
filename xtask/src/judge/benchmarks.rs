//! The published benchmarks: where their music is, how it is learned, and what others pay for it.

use super::rolls::Layout;

/// A benchmark.
pub(super) struct Benchmark {
    /// What it is called on the command line, and its folder.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// The files of the training and the validation part, below the folder of data.
    pub(super) files: [&'static str; 2],
    pub(super) layout: Layout,
    /// What `galant train` is told in addition.
    pub(super) training: &'static [&'static str],
    /// What others pay, in nats per frame, and who.
    pub(super) published: &'static [(&'static str, &'static str)],
}

/// Of rolls the network may know what is past alone: no key, no length of the piece.
const ROLLS: &[&str] =
    &["--tokenizer", "notes", "--grid", "4", "--streams", "meter,position,bars-played,lookback-1,lookback-2"];

/// A frame of the chorales is a quarter note.
const ROLLS_OF_QUARTERS: &[&str] =
    &["--tokenizer", "notes", "--grid", "1", "--streams", "meter,position,bars-played,lookback-1,lookback-2"];

const VOICES: &[&str] = &[
    "--tokenizer",
    "voices",
    "--parts",
    "4",
    "--streams",
    "meter,position,bars-played,voice,held,own,previous,lookback-1,lookback-next-1,sounding-1,sounding-2,sounding-3,\
     sounding-4,held-1,held-2,held-3,held-4",
];

pub(super) const BENCHMARKS: [Benchmark; 5] = [
    Benchmark {
        name: "jsb16",
        title: "JSB Chorales at sixteenths, four voices",
        files: ["jsb16/train.json", "jsb16/valid.json"],
        layout: Layout::Voices,
        training: VOICES,
        published: &[("CoCoNet in order of time, 4 × 0.436", "1.74"), ("Music Transformer, 4 × 0.335", "1.34")],
    },
    Benchmark {
        name: "jsb",
        title: "JSB Chorales, roll",
        files: ["poly/jsb-train.json", "poly/jsb-valid.json"],
        layout: Layout::Roll { frames_per_quarter: 1 },
        training: ROLLS_OF_QUARTERS,
        published: &[(RNN_NADE, "5.19"), (CELL, "7.72")],
    },
    Benchmark {
        name: "nottingham",
        title: "Nottingham, roll",
        files: ["poly/nottingham-train.json", "poly/nottingham-valid.json"],
        layout: Layout::Roll { frames_per_quarter: 4 },
        training: ROLLS,
        published: &[(RNN_NADE, "2.31"), (CELL, "2.92")],
    },
    Benchmark {
        name: "musedata",
        title: "MuseData, roll",
        files: ["poly/musedata-train.json", "poly/musedata-valid.json"],
        layout: Layout::Roll { frames_per_quarter: 4 },
        training: ROLLS,
        published: &[(RNN_NADE, "5.60"), (CELL, "7.03")],
    },
    Benchmark {
        name: "piano-midi",
        title: "Piano-midi.de, roll",
        files: ["poly/piano-midi-train.json", "poly/piano-midi-valid.json"],
        layout: Layout::Roll { frames_per_quarter: 4 },
        training: ROLLS,
        published: &[(RNN_NADE, "7.05"), (CELL, "7.38")],
    },
];

const RNN_NADE: &str = "RNN-NADE";
const CELL: &str = "best cell with a sigmoid a key";

/// The protocols behind the numbers, and what may not be compared.
pub(super) const NOTES: &str = "\
## Protocol

* Nats per frame: the sum of −ln p over all frames of the validation part, the first of each piece included, over the number of its frames; long pieces weigh as much as they have frames.
* The validation part is read once, after the training. Which weights are kept is decided by pieces held out of the training part.
* The network is told nothing but the past: not the key and not the length of a piece. A roll does not tell whether a key is struck again: in rolls every frame strikes all its pitches, in voices frames in a row with the same pitch are one note.
* What it pays is an upper bound for a roll, as it also puts probability on notes that are longer or struck again. The first token of a roll is charged as if all tokens were equally likely. A token that the training part lacks is charged as spelled out by chance.
* Unigram and 4-grams count the tokens of the training part and pay for the same tokens.

## What others measured

* RNN-NADE: Boulanger-Lewandowski, Bengio and Vincent, \"Modeling temporal dependencies in high-dimensional sequences\", ICML 2012, and Bengio, Boulanger-Lewandowski and Pascanu, \"Advances in optimizing recurrent networks\", ICASSP 2013; rolls, mean log-likelihood of a frame of the *test* part.
* A sigmoid a key: recurrent cells that predict each of the 88 keys on its own, given the past; keys of one frame are independent, which alone costs much. Test part.
* CoCoNet and Music Transformer: Huang et al., \"Music Transformer\", ICLR 2019; nats per note of the *validation* part, four notes a frame. They are told no more than which pitch sounds at each sixteenth, as here.

## What cannot be compared

* The published numbers of rolls are of the test part, ours of the validation part: the test part is not among the data.
* Numbers that leave out the first frame, that weigh each piece the same, or that include the training of embeddings on the validation part are lower; articles do not always say.
";
