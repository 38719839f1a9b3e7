//! What a composed file says about itself: the program, the model, and all that decided the piece.
//!
//! The record is a list of texts, one setting each, such as `temperature 0.5`; a file keeps them as MIDI text events, so
//! that any program that shows these shows how the piece was made.

mod error;
mod fields;
mod harmony;

use std::fmt::Display;
use std::num::NonZeroUsize;

use galant_checkpoint::Sha256Hash;
use galant_sample::{Beam, Draw, EntropyFloor, LoopControl, NgramBlock, Repetition, Selection, Truncation};
use galant_tokens::Tokenizer;
use galant_tokens::constraint::{Return, Veto};
use galant_types::{Playback, Scale, Seed};

use crate::piece_settings::{
    Avoided, ConstraintSettings, EndingSettings, Method, PiecePlan, PieceSettings, PrimerSettings,
};
use crate::primer::parse_tokens;

use error::{EARLIER_HEAD, HEAD};
use fields::{Fields, value_error};

pub use error::ParseRecordError;
pub use harmony::HarmonyRecord;

/// What made a piece.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The version of the program that composed it.
    pub version: String,
    /// Of the model file.
    pub model: Sha256Hash,
    /// What decided the piece.
    pub settings: PieceSettings,
}

impl Record {
    /// The record of a piece composed by this version.
    pub fn new(model: Sha256Hash, settings: PieceSettings) -> Record {
        Record { version: env!("CARGO_PKG_VERSION").to_owned(), model, settings }
    }

    /// The texts of the record.
    pub fn to_texts(&self) -> Vec<String> {
        let head = if is_earlier(&self.settings) { EARLIER_HEAD } else { HEAD };
        let mut texts = vec![head.to_owned()];
        let mut put = |name: &str, value: &dyn Display| texts.push(format!("{name} {value}"));
        put("version", &self.version);
        put("model", &self.model);
        put_settings(&self.settings, &mut put);
        texts
    }

    /// Reads the record among the texts of a file.
    ///
    /// `tokenizer` must be that of the model that composed the piece.
    ///
    /// # Errors
    ///
    /// If there is no record, one of a later format, or one whose values cannot be read.
    pub fn parse(texts: &[String], tokenizer: Tokenizer) -> Result<Record, ParseRecordError> {
        let mut fields = Fields::of(texts)?;
        let version = fields.required("version")?;
        let model = fields.model()?;
        let settings = read_settings(&mut fields, tokenizer)?;
        fields.finish()?;
        Ok(Record { version, model, settings })
    }

    /// Reads only which model composed a piece.
    ///
    /// # Errors
    ///
    /// As [`Record::parse`].
    pub fn parse_model(texts: &[String]) -> Result<Sha256Hash, ParseRecordError> {
        Fields::of(texts)?.model()
    }
}

/// Whether the earlier format can say it all, so that a piece that an earlier version composed comes again byte for byte.
fn is_earlier(settings: &PieceSettings) -> bool {
    let PieceSettings { programs, method, constraints, plan, .. } = settings;
    let shortest_loop = match method {
        Method::Draw(draw) => draw.loop_control.as_ref().map_or(0, |control| control.shortest),
        Method::Greedy | Method::Beam { .. } => 0,
    };
    shortest_loop == 0
        && programs.is_empty()
        && constraints.ending.is_none()
        && constraints.returns.is_empty()
        && constraints.avoided.is_none()
        && *plan == PiecePlan::default()
}

/// Hands each setting to `put`, by name.
fn put_settings(settings: &PieceSettings, put: &mut dyn FnMut(&str, &dyn Display)) {
    // Taken apart, so that a new setting cannot be forgotten.
    let PieceSettings {
        n_tokens,
        n_steps,
        seed,
        primer,
        playback,
        programs,
        method,
        repetition,
        ngram_block,
        constraints,
        plan,
    } = settings;
    put("tokens", n_tokens);
    if let Some(n_steps) = n_steps {
        put("steps", n_steps);
    }
    put("seed", &seed.0);
    if let Some(PrimerSettings { tokens, is_omitted }) = primer {
        let name = if *is_omitted { "omitted-primer" } else { "primer" };
        put(name, &tokens.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    }
    let Playback { us_per_quarter, beats, beat_log2, program, velocity } = playback;
    put("us-per-quarter", us_per_quarter);
    put("meter", &format!("{beats}/{}", 1_u32 << (*beat_log2).min(31)));
    put("program", program);
    put("velocity", velocity);
    if !programs.is_empty() {
        put("programs", &programs.iter().map(u8::to_string).collect::<Vec<_>>().join(","));
    }
    put_method(method, put);
    if let Some(Repetition { factor, window }) = repetition {
        put("repetition-penalty", factor);
        put("repetition-window", window);
    }
    if let Some(NgramBlock { n, window }) = ngram_block {
        put("block-ngrams", n);
        put("block-window", window);
    }
    put_constraints(constraints, put);
    let PiecePlan { n_bars, key, style } = plan;
    let told: [(&str, Option<&dyn Display>); 3] = [
        ("told-bars", n_bars.as_ref().map(|n_bars| n_bars as _)),
        ("told-key", key.as_ref().map(|key| key as _)),
        ("told-style", style.as_ref().map(|style| style as _)),
    ];
    told.into_iter().filter_map(|(name, value)| Some((name, value?))).for_each(|(name, value)| put(name, value));
}

fn put_method(method: &Method, put: &mut dyn FnMut(&str, &dyn Display)) {
    match method {
        Method::Greedy => put("method", &"greedy"),
        Method::Draw(Draw { temperature, loop_control, truncation, entropy_floor }) => {
            put("method", &"draw");
            put("temperature", temperature);
            if let Some(LoopControl { lengths, shortest, raise, lower, min, max }) = loop_control {
                put("loop-lengths", &lengths.iter().map(usize::to_string).collect::<Vec<_>>().join(","));
                if *shortest > 0 {
                    put("loop-shortest", shortest);
                }
                put("loop-raise", raise);
                put("loop-lower", lower);
                put("loop-min", min);
                put("loop-max", max);
            }
            match truncation {
                Truncation::None => {}
                Truncation::TopK(k) => put("top-k", k),
                Truncation::TopP(p) => put("top-p", p),
                Truncation::MinP(p) => put("min-p", p),
            }
            if let Some(EntropyFloor { nats, window }) = entropy_floor {
                put("entropy-floor", nats);
                put("entropy-window", window);
            }
        }
        Method::Beam { beam: Beam { width, selection }, rank } => {
            match selection {
                Selection::Best { length_normalization, diversity } => {
                    put("method", &"beam");
                    put("diversity", diversity);
                    put("length-normalization", length_normalization);
                }
                Selection::Drawn { temperature } => {
                    put("method", &"stochastic-beam");
                    put("temperature", temperature);
                }
            }
            put("beam-width", width);
            put("rank", rank);
        }
    }
}

fn put_constraints(constraints: &ConstraintSettings, put: &mut dyn FnMut(&str, &dyn Display)) {
    let ConstraintSettings {
        key,
        end_on_tonic,
        ending,
        returns,
        pitch_range,
        only_notes,
        no_notes,
        max_notes,
        avoided,
    } = constraints;
    if let Some(key) = key {
        put(if *end_on_tonic { "key-with-tonic-end" } else { "key" }, key);
    }
    if let Some(EndingSettings { n_bars, key, downbeats }) = ending {
        put("last-bar", n_bars);
        if let Some(key) = key {
            put("last-chord", key);
        }
        put("downbeats", downbeats);
    }
    if !returns.is_empty() {
        let text = |one: &Return| format!("{}={}", one.bar + 1, one.of + 1);
        put("bars-again", &returns.iter().map(text).collect::<Vec<_>>().join(","));
    }
    if let Some(range) = pitch_range {
        put("pitch-range", &format!("{}-{}", range.start(), range.end()));
    }
    let sets = [("only-notes", only_notes), ("no-notes", no_notes)];
    for (name, classes) in sets.into_iter().filter_map(|(name, classes)| Some((name, (*classes)?))) {
        put(name, &format!("{classes:#05x}"));
    }
    if let Some(n_notes) = max_notes {
        put("max-notes", n_notes);
    }
    if let Some(Avoided { n_most, vetoes }) = avoided {
        put("avoid-copying", n_most);
        if !vetoes.is_empty() {
            let pitches = |veto: &Veto| veto.pitches.iter().map(u8::to_string).collect::<Vec<_>>().join(".");
            let text = |veto: &Veto| format!("{}={}", veto.place, pitches(veto));
            put("not-struck", &vetoes.iter().map(text).collect::<Vec<_>>().join(","));
        }
    }
}

fn read_settings(fields: &mut Fields<'_>, tokenizer: Tokenizer) -> Result<PieceSettings, ParseRecordError> {
    let playback = read_playback(fields)?;
    let omitted = fields.take("omitted-primer");
    let primer = match omitted.or_else(|| fields.take("primer")) {
        None => None,
        Some(text) => Some(PrimerSettings { tokens: parse_tokens(text, tokenizer)?, is_omitted: omitted.is_some() }),
    };
    Ok(PieceSettings {
        n_tokens: fields.required("tokens")?,
        n_steps: fields.optional("steps")?,
        seed: Seed(fields.required("seed")?),
        primer,
        programs: read_programs(fields, playback)?,
        playback,
        method: read_method(fields)?,
        repetition: match fields.optional("repetition-penalty")? {
            Some(factor) => Some(Repetition { factor, window: fields.required("repetition-window")? }),
            None => None,
        },
        ngram_block: match fields.optional("block-ngrams")? {
            Some(n) => Some(NgramBlock { n, window: fields.required("block-window")? }),
            None => None,
        },
        constraints: read_constraints(fields)?,
        plan: PiecePlan {
            n_bars: fields.optional("told-bars")?,
            key: fields.optional("told-key")?,
            style: fields.optional("told-style")?,
        },
    })
}

fn read_playback(fields: &mut Fields<'_>) -> Result<Playback, ParseRecordError> {
    let (beats, beat) = fields.pair::<u8, u32>("meter", '/')?;
    if !beat.is_power_of_two() {
        return Err(value_error("meter", &format!("{beats}/{beat}")));
    }
    let playback = Playback {
        us_per_quarter: fields.required("us-per-quarter")?,
        beats,
        beat_log2: beat.ilog2() as u8,
        program: fields.required("program")?,
        velocity: fields.required("velocity")?,
    };
    playback.validate()?;
    Ok(playback)
}

fn read_programs(fields: &mut Fields<'_>, playback: Playback) -> Result<Vec<u8>, ParseRecordError> {
    let programs = fields.list("programs")?.unwrap_or_default();
    programs.iter().try_for_each(|&program| Playback { program, ..playback }.validate())?;
    Ok(programs)
}

fn read_method(fields: &mut Fields<'_>) -> Result<Method, ParseRecordError> {
    let method: String = fields.required("method")?;
    match method.as_str() {
        "greedy" => Ok(Method::Greedy),
        "draw" => Ok(Method::Draw(read_draw(fields)?)),
        "beam" | "stochastic-beam" => {
            let selection = if method == "beam" {
                Selection::Best {
                    length_normalization: fields.required("length-normalization")?,
                    diversity: fields.required("diversity")?,
                }
            } else {
                Selection::Drawn { temperature: fields.required("temperature")? }
            };
            let beam = Beam { width: fields.required("beam-width")?, selection };
            Ok(Method::Beam { beam, rank: fields.required("rank")? })
        }
        _ => Err(value_error("method", &method)),
    }
}

fn read_draw(fields: &mut Fields<'_>) -> Result<Draw, ParseRecordError> {
    let truncation = fields.truncation()?;
    let loop_control = match fields.list::<usize>("loop-lengths")? {
        Some(lengths) => Some(LoopControl {
            lengths,
            shortest: fields.optional("loop-shortest")?.unwrap_or(0),
            raise: fields.required("loop-raise")?,
            lower: fields.required("loop-lower")?,
            min: fields.required("loop-min")?,
            max: fields.required("loop-max")?,
        }),
        None => None,
    };
    let entropy_floor = match fields.optional("entropy-floor")? {
        Some(nats) => Some(EntropyFloor { nats, window: fields.required("entropy-window")? }),
        None => None,
    };
    Ok(Draw { temperature: fields.required("temperature")?, loop_control, truncation, entropy_floor })
}

fn read_constraints(fields: &mut Fields<'_>) -> Result<ConstraintSettings, ParseRecordError> {
    let with_tonic: Option<Scale> = fields.optional("key-with-tonic-end")?;
    let pitch_range = match fields.has("pitch-range") {
        true => Some(fields.pair::<u8, u8>("pitch-range", '-')?).map(|(low, high)| low..=high),
        false => None,
    };
    let max_notes: Option<NonZeroUsize> = fields.optional("max-notes")?;
    Ok(ConstraintSettings {
        key: match with_tonic {
            Some(key) => Some(key),
            None => fields.optional("key")?,
        },
        end_on_tonic: with_tonic.is_some(),
        ending: match fields.optional("last-bar")? {
            Some(n_bars) => Some(EndingSettings {
                n_bars,
                key: fields.optional("last-chord")?,
                downbeats: fields.required("downbeats")?,
            }),
            None => None,
        },
        returns: fields.returns("bars-again")?,
        pitch_range,
        only_notes: fields.pitch_classes("only-notes")?,
        no_notes: fields.pitch_classes("no-notes")?,
        max_notes,
        avoided: match fields.optional("avoid-copying")? {
            Some(n_most) => Some(Avoided { n_most, vetoes: fields.vetoes("not-struck")? }),
            None => None,
        },
    })
}
