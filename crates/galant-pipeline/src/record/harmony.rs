//! What a harmonized file says about itself, in texts like those of a composed piece.

use galant_checkpoint::Sha256Hash;
use galant_harmony::{Enforcement, Enforcements, Rule};
use galant_sample::{Particles, Truncation};
use galant_types::{Scale, Seed};

use super::error::ParseRecordError;
use super::fields::{Fields, value_error};
use crate::harmonize_settings::HarmonizeSettings;
use crate::tune::Tune;

/// The first text, with the version of the format.
const HEAD: &str = "galant harmony 1";

/// How the first text of any version begins.
const KIND: &str = "galant harmony ";

/// What made the parts that were written for a tune, which is in the same file.
#[derive(Debug, Clone, PartialEq)]
pub struct HarmonyRecord {
    /// The version of the program that wrote them.
    pub version: String,
    /// Of the model file.
    pub model: Sha256Hash,
    /// Which parts were given, counted from 0.
    pub given: Vec<usize>,
    /// The key that they were written in, if any.
    pub key: Option<Scale>,
    /// The style that the network was told, if any.
    pub style: Option<String>,
    /// What decided the other parts.
    pub settings: HarmonizeSettings,
}

impl HarmonyRecord {
    /// The record of a tune harmonized by this version.
    pub fn new(model: Sha256Hash, tune: &Tune, settings: HarmonizeSettings) -> HarmonyRecord {
        let (version, style) = (env!("CARGO_PKG_VERSION").to_owned(), tune.frame.style().map(str::to_owned));
        HarmonyRecord { version, model, given: tune.given().to_vec(), key: tune.key(), style, settings }
    }

    /// Whether the texts of a file are those of a harmonized one.
    pub fn is_among(texts: &[String]) -> bool {
        texts.iter().any(|text| text.starts_with(KIND))
    }

    /// The texts of the record.
    pub fn to_texts(&self) -> Vec<String> {
        // Taken apart, so that a new setting cannot be forgotten.
        let HarmonyRecord { version, model, given, key, style, settings } = self;
        let HarmonizeSettings { seed, particles, rules, end_on_tonic, avoid_copying } = settings;
        let Particles { n, temperature, truncation } = particles;
        let given: Vec<String> = given.iter().map(|part| (part + 1).to_string()).collect();
        let mut texts = vec![
            HEAD.to_owned(),
            format!("version {version}"),
            format!("model {model}"),
            format!("given {}", given.join(",")),
            format!("seed {}", seed.0),
            format!("particles {n}"),
            format!("temperature {temperature}"),
            format!("end-on-tonic {end_on_tonic}"),
        ];
        texts.extend(key.map(|key| format!("told-key {key}")));
        texts.extend(style.as_ref().map(|style| format!("told-style {style}")));
        texts.extend(avoid_copying.map(|n_most| format!("avoid-copying {n_most}")));
        texts.extend(match truncation {
            Truncation::None => None,
            Truncation::TopK(k) => Some(format!("top-k {k}")),
            Truncation::TopP(p) => Some(format!("top-p {p}")),
            Truncation::MinP(p) => Some(format!("min-p {p}")),
        });
        texts.extend(Rule::ALL.into_iter().filter_map(|rule| match rules.of(rule) {
            Enforcement::Off => None,
            Enforcement::Penalty { nats } => Some(format!("{rule} {nats}")),
            Enforcement::Veto => Some(format!("{rule} veto")),
        }));
        texts
    }

    /// Reads the record among the texts of a file.
    ///
    /// # Errors
    ///
    /// If there is no record, one of a later format, or one whose values cannot be read.
    pub fn parse(texts: &[String]) -> Result<HarmonyRecord, ParseRecordError> {
        let mut fields = Fields::under(texts, KIND, &[HEAD])?;
        let given: Vec<usize> = fields.list("given")?.unwrap_or_default();
        // Counted from 1, ascending, each once.
        if given.first() == Some(&0) || !given.is_sorted_by(|a, b| a < b) {
            let given: Vec<String> = given.iter().map(ToString::to_string).collect();
            return Err(value_error("given", &given.join(",")));
        }
        let record = HarmonyRecord {
            version: fields.required("version")?,
            model: fields.model()?,
            given: given.iter().map(|part| part - 1).collect(),
            key: fields.optional("told-key")?,
            style: fields.optional("told-style")?,
            settings: HarmonizeSettings {
                seed: Seed(fields.required("seed")?),
                particles: Particles {
                    n: fields.required("particles")?,
                    temperature: fields.required("temperature")?,
                    truncation: fields.truncation()?,
                },
                end_on_tonic: fields.required("end-on-tonic")?,
                avoid_copying: fields.optional("avoid-copying")?,
                rules: read_rules(&mut fields)?,
            },
        };
        fields.finish()?;
        Ok(record)
    }
}

fn read_rules(fields: &mut Fields<'_>) -> Result<Enforcements, ParseRecordError> {
    let mut rules = Enforcements::default();
    for rule in Rule::ALL {
        let Some(value) = fields.take(rule.name()) else { continue };
        let refused = || value_error(rule.name(), value);
        let enforcement = match value {
            "veto" => Enforcement::Veto,
            nats => Enforcement::Penalty { nats: nats.parse().map_err(|_| refused())? },
        };
        rules.set(rule, enforcement).map_err(|_| refused())?;
    }
    Ok(rules)
}
