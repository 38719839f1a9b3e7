//! The arguments of `galant harmonize`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use galant_harmony::{Enforcement, Enforcements, Rule};
use galant_pipeline::{HarmonizeSettings, TuneRequest};
use galant_sample::{Particles, Truncation};
use galant_types::{Scale, Seed};

use super::ReceiptArgs;
use super::values::LevelArg;

#[derive(Debug, clap::Args)]
pub(crate) struct HarmonizeArgs {
    /// The MIDI, ABC or MusicXML file with the tune, which comes out note for note
    #[arg(value_name = "TUNE")]
    pub(crate) tune: PathBuf,
    /// The model file, trained with --tokenizer voices
    #[arg(long, short, value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// The MIDI file to write, or MusicXML if the name ends in .musicxml, .xml or .mxl; several are numbered: out-001.mid,
    /// out-002.mid
    #[arg(long, short, value_name = "FILE.mid|FILE.musicxml")]
    pub(crate) out: PathBuf,
    /// Which parts of the model the file has, such as "bass" or "1,3"; of a file with all parts, which of them stay as they are
    /// [default: the first part, of a file with one part]
    #[arg(long, value_name = "PART,PART,...", value_delimiter = ',')]
    given: Vec<String>,
    /// Key of the tune, such as "D minor" [default: the one that fits its notes and its end best]
    #[arg(long, value_name = "KEY")]
    key: Option<Scale>,
    /// Seed of what is drawn
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Writes N different harmonizations, the best first
    #[arg(long, short = 'n', value_name = "N", default_value = "1")]
    pub(crate) n_best: NonZeroUsize,
    /// Style, the name of a folder of the corpus
    #[arg(long, value_name = "NAME")]
    pub(crate) style: Option<String>,
    /// Ends as it happens, and not on the tonic where the tune does
    #[arg(long)]
    open_end: bool,
    #[command(flatten)]
    pub(crate) receipt: ReceiptArgs,
    /// Number of harmonizations that the search follows at a time [default: 16]
    #[arg(long, value_name = "N", help_heading = "Search")]
    particles: Option<usize>,
    /// What the network computes with: rounding differs, and so, rarely, do the notes
    #[arg(long, value_enum, default_value = "best", help_heading = "Search")]
    pub(crate) level: LevelArg,
    /// Temperature: below 1 it is more usual, above 1 more daring; parts move as often as the network says at any temperature [default: 0.65]
    #[arg(long, value_name = "X", help_heading = "Search")]
    temperature: Option<f64>,
    /// Draws from the fewest tokens that together have this share of the probability [default: 1]
    #[arg(long, value_name = "P", help_heading = "Search")]
    top_p: Option<f64>,
    /// How strictly a rule of part-writing is held: "veto", "off", or what a breach costs, in nats; such as
    /// "parallel-fifths=veto". May be given several times; "all=off" turns off all that were named before
    #[arg(long = "rule", value_name = "RULE=veto|off|NATS", help_heading = "Search")]
    rules: Vec<RuleArg>,
}

impl HarmonizeArgs {
    /// What is known of the tune.
    pub(crate) fn request(&self) -> TuneRequest {
        TuneRequest { given: self.given.clone(), key: self.key, style: self.style.clone() }
    }

    /// What is asked for, and for the rest what is usual.
    pub(crate) fn settings(&self) -> HarmonizeSettings {
        let usual = HarmonizeSettings::default();
        let mut rules = usual.rules;
        for RuleArg { which, enforcement } in &self.rules {
            set(&mut rules, which, *enforcement);
        }
        let Particles { n, temperature, truncation } = usual.particles;
        HarmonizeSettings {
            seed: Seed(self.seed),
            particles: Particles {
                n: self.particles.unwrap_or(n),
                temperature: self.temperature.unwrap_or(temperature),
                truncation: self.top_p.map_or(truncation, Truncation::TopP),
            },
            rules,
            end_on_tonic: !self.open_end,
            avoid_copying: None,
        }
    }
}

/// Rules with how strictly they are held.
#[derive(Debug, Clone)]
struct RuleArg {
    which: Vec<Rule>,
    enforcement: Enforcement,
}

impl FromStr for RuleArg {
    type Err = String;

    fn from_str(text: &str) -> Result<RuleArg, String> {
        let (name, value) =
            text.split_once('=').ok_or("give a rule and how strictly it is held, such as parallel-fifths=veto")?;
        let which = match name {
            "all" => Rule::ALL.to_vec(),
            name => vec![name.parse().map_err(|error| format!("{error}, or all of them with 'all'"))?],
        };
        let enforcement = match value {
            "veto" => Enforcement::Veto,
            "off" => Enforcement::Off,
            nats => {
                let nats = nats.parse().ok().filter(|nats: &f32| nats.is_finite() && *nats >= 0.0);
                let nats = nats.ok_or_else(|| format!("'{value}' is not veto, off or a number of nats from 0"))?;
                Enforcement::Penalty { nats }
            }
        };
        Ok(RuleArg { which, enforcement })
    }
}

/// Holds rules as strictly as `enforcement`, which is in its range.
fn set(rules: &mut Enforcements, which: &[Rule], enforcement: Enforcement) {
    for &rule in which {
        rules.set(rule, enforcement).expect("nats were checked");
    }
}
