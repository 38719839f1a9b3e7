//! The arguments of `galant compose`.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

use galant_pipeline::{ComposeRequest, End, Excerpt, Form, Length};
use galant_tokens::Tokenizer;
use galant_types::Seed;

use super::choice::ChoiceArgs;
use super::originality::ReceiptArgs;
use super::rules::RulesArgs;
use super::values::{LevelArg, MeterArg, program};

#[derive(Debug, clap::Args)]
pub(crate) struct ComposeArgs {
    /// The model file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// Files to write, by their endings: .mid, .musicxml, .xml, .mxl, .wav, .svg or .png (piano roll); several pieces
    /// are numbered
    #[arg(long, short, value_name = "FILE", num_args = 1.., required_unless_present = "report")]
    pub(crate) out: Vec<PathBuf>,
    /// A file of music to continue, or "dice" for a rolled waltz [default: a beginning of the corpus; of chord
    /// tokens, random ones]
    #[arg(long, value_name = "dice|FILE.mid", conflicts_with = "primer_tokens")]
    pub(crate) primer: Option<PathBuf>,
    /// Continues only the first N bars of the primer, by its own meter
    #[arg(long, value_name = "N", requires = "primer")]
    pub(crate) primer_bars: Option<NonZeroUsize>,
    /// Tokens to continue, such as "60 64.67"
    #[arg(long, value_name = "TOKENS")]
    pub(crate) primer_tokens: Option<String>,
    /// Leaves the primer out of what is written
    #[arg(long)]
    pub(crate) omit_primer: bool,
    /// Length in tokens [default for chord tokens: 512]
    #[arg(long, value_name = "N")]
    pub(crate) tokens: Option<NonZeroUsize>,
    /// Length in grid steps, for tokens with rhythm
    #[arg(long, value_name = "N")]
    pub(crate) steps: Option<NonZeroU64>,
    /// Length in bars of the piece's meter [default: 16]
    #[arg(long, value_name = "N", conflicts_with_all = ["tokens", "seconds", "steps"])]
    pub(crate) bars: Option<NonZeroUsize>,
    /// Length in seconds, up to the next bar line
    #[arg(long, value_name = "X", conflicts_with_all = ["tokens", "steps"])]
    pub(crate) seconds: Option<f64>,
    /// Seed for the primer and the tokens
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Number of pieces, each with a seed of its own
    #[arg(long, short = 'n', value_name = "N", default_value = "1")]
    pub(crate) pieces: NonZeroUsize,
    /// Writes the N best pieces of a beam search
    #[arg(long, value_name = "N", default_value = "1", conflicts_with_all = ["pieces", "rank"])]
    pub(crate) n_best: NonZeroUsize,
    /// Threads that compose; the result is the same [default: one per core]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// What the network computes with: rounding differs, and so, rarely, do the notes
    #[arg(long, value_enum, default_value = "best")]
    pub(crate) level: LevelArg,
    /// Composes N for each piece, and keeps the likeliest that stays in its key and is no formula [default: 4; chord
    /// tokens: 1]
    #[arg(long, value_name = "N", conflicts_with = "n_best")]
    pub(crate) best_of: Option<NonZeroUsize>,
    /// Lets no bars come back on purpose, as phrases of four bars do by default
    #[arg(long)]
    free_form: bool,
    /// Ends as it happens, and not with a held chord of the tonic
    #[arg(long, conflicts_with = "end_on_tonic")]
    open_end: bool,
    /// Prints each token with its temperature and surprise
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Counts pieces that got stuck repeating a few tokens, or failed as music: few onsets, silence, off the beat,
    /// equal to another
    #[arg(long)]
    pub(crate) report: bool,
    /// Quarter notes a minute [default: of primer or corpus; chord tokens: 120]
    #[arg(long, value_name = "X", help_heading = "Sound")]
    pub(crate) tempo: Option<f64>,
    /// Meter, such as 3/4 [default: of primer or corpus; chord tokens: 4/4]
    #[arg(long, value_name = "N/N", help_heading = "Sound")]
    pub(crate) meter: Option<MeterArg>,
    /// Style: a folder of the corpus [default: that of its beginning]
    #[arg(long, value_name = "NAME")]
    style: Option<String>,
    /// Instrument, such as violin, or a MIDI program from 0 to 127 [default: of primer or corpus; chord tokens: 46, a
    /// harp]
    #[arg(long, value_name = "NAME|N", help_heading = "Sound", value_parser = program)]
    pub(crate) program: Option<u8>,
    #[command(flatten)]
    choice: ChoiceArgs,
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    #[command(flatten)]
    pub(crate) receipt: ReceiptArgs,
}

impl ComposeArgs {
    /// What is asked of the piece of tokens of `tokenizer`, which continues `primer`.
    ///
    /// # Errors
    ///
    /// If an option does not apply to the strategy.
    pub(crate) fn request(&self, tokenizer: Tokenizer, primer: Option<Excerpt>) -> anyhow::Result<ComposeRequest> {
        let steps = self.steps.map(Length::Steps);
        Ok(ComposeRequest {
            length: steps.or(self.bars.map(Length::Bars)).or(self.seconds.map(Length::Seconds)),
            n_tokens: self.tokens,
            seed: Seed(self.seed),
            primer,
            omit_primer: self.omit_primer,
            tempo: self.tempo,
            meter: self.meter.map(|meter| (meter.beats, meter.beat_log2)),
            program: self.program,
            style: self.style.clone(),
            method: Some(self.choice.method(self.n_best.get(), tokenizer)?),
            repetition: self.rules.repetition(),
            ngram_block: self.rules.ngram_block(),
            constraints: self.rules.constraints(),
            form: if self.free_form { Form::Free } else { Form::Phrases },
            end: if self.open_end { End::Open } else { End::Tonic },
        })
    }
}
