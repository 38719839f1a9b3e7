//! Figures that describe a piece of music, or how far two sets of pieces are apart.
//!
//! [`PieceMetrics`] has all figures of a piece: those of [MusPy](MuspyMetrics), [how it keeps its bars and its
//! key](Structure), [how its chords go with its melody](Harmonization), and [how often it breaks the rules of
//! part-writing](part_writing()).
//! [`SetDistance`] compares two sets of pieces by the [features](Feature) of Yang and Lerch, and by a [Fréchet
//! distance](figure_distance) of the figures here.
//! Each figure says where it comes from, and where it differs.
//!
//! ```
//! use galant_metrics::{MuspyMetrics, PieceMetrics};
//! use galant_types::{Note, Score};
//!
//! let note = |onset, pitch| Note { onset, length: 480, pitch, velocity: 64, channel: 0, track: 0 };
//! let notes = vec![note(0, 60), note(480, 64), note(960, 67), note(1440, 72)];
//! let metrics = PieceMetrics::of(&Score { notes, ..Score::new(480) });
//! assert_eq!(metrics.muspy.pitch_range, Some(12.0));
//! assert_eq!(metrics.structure.unwrap().key.to_string(), "C major");
//! // One line has no parts that could go in parallel.
//! assert_eq!(metrics.part_writing, None);
//! ```
#![forbid(unsafe_code)]

mod chords;
mod density;
mod features;
mod frechet;
mod harmonization;
mod intervals;
mod muspy;
mod part_writing;
mod piece;
mod pitches;
mod sets;
mod structure;

pub use chords::{MAX_SPANS, TemplateChord, chords};
pub use features::{Feature, Features};
pub use harmonization::Harmonization;
pub use muspy::{DrumMeter, MuspyMetrics, drum_in_pattern_rate, pitch_in_scale_rate};
pub use part_writing::part_writing;
pub use piece::{Group, Metric, PieceMetrics};
pub use sets::{FIGURES, FeatureDistance, MAX_COMPARED, Overlap, SetDistance, figure_distance};
pub use structure::Structure;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
