//! How far two sets of pieces are apart.

use crate::density::Density;
use crate::features::{Feature, Features};
use crate::frechet::frechet_squared;
use crate::piece::PieceMetrics;

/// The most pieces of a set of which every pair is compared; of a larger set, as many are taken at equal distances.
pub const MAX_COMPARED: usize = 2000;

/// How far a set of pieces is from a reference.
#[derive(Debug, Clone, PartialEq)]
pub struct SetDistance {
    /// How many pieces of the set were compared: those with notes of a pitch.
    pub n_pieces: usize,
    /// How many pieces of the reference were compared.
    pub n_reference: usize,
    /// The comparison by each feature of Yang and Lerch.
    pub features: Vec<FeatureDistance>,
    /// The [Fréchet distance](figure_distance) of the set from the reference; none if one of them has fewer than two pieces.
    pub figure_distance: Option<f64>,
    /// The same between two halves of the reference, its odd and its even pieces: what as many pieces of one set are apart
    /// by chance.
    pub reference_halves: Option<f64>,
}

/// A comparison by one feature.
///
/// Yang and Lerch compare distributions of distances: those between the pieces of the reference, and those from its pieces
/// to the pieces of the set. Both are made densities by Gaussian kernels with the bandwidth of Scott's rule, each pair of
/// the reference counted from both sides, as their program does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureDistance {
    /// The feature.
    pub feature: Feature,
    /// Overlapping area and divergence; none if the distances have no density, because all are equal.
    pub overlap: Option<Overlap>,
}

/// How alike two densities are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overlap {
    /// The area under both, 0 to 1.
    pub area: f64,
    /// The Kullback–Leibler divergence of the distances in the reference from those between the sets, in nats.
    ///
    /// Both densities are taken at the same points, where the program of Yang and Lerch takes each at points of its own.
    pub divergence_nats: f64,
}

impl SetDistance {
    /// How far `pieces` are from `reference`.
    pub fn of(pieces: &[PieceMetrics], reference: &[PieceMetrics]) -> SetDistance {
        let (ours, theirs) = (features(pieces), features(reference));
        let (odd, even): (Vec<_>, Vec<_>) = reference.iter().enumerate().partition(|(at, _)| at % 2 == 0);
        let half =
            |half: Vec<(usize, &PieceMetrics)>| half.into_iter().map(|(_, piece)| piece.clone()).collect::<Vec<_>>();
        SetDistance {
            n_pieces: ours.len(),
            n_reference: theirs.len(),
            features: Feature::ALL.map(|feature| compare(&ours, &theirs, feature)).to_vec(),
            figure_distance: figure_distance(pieces, reference),
            reference_halves: figure_distance(&half(odd), &half(even)),
        }
    }
}

/// The features of the pieces that have some, at most [`MAX_COMPARED`].
fn features(pieces: &[PieceMetrics]) -> Vec<&Features> {
    let all: Vec<&Features> = pieces.iter().filter_map(|piece| piece.features.as_ref()).collect();
    let n = all.len().min(MAX_COMPARED);
    (0..n).map(|at| all[at * all.len() / n]).collect()
}

fn compare(ours: &[&Features], theirs: &[&Features], feature: Feature) -> FeatureDistance {
    let between: Vec<f64> = ours.iter().flat_map(|a| theirs.iter().map(|b| a.distance(b, feature))).collect();
    let within: Vec<f64> = (0..theirs.len())
        .flat_map(|at| {
            let others = theirs.iter().enumerate().filter(move |(other, _)| *other != at);
            others.map(move |(_, other)| theirs[at].distance(other, feature))
        })
        .collect();
    let densities = Density::of(&within).zip(Density::of(&between));
    let overlap = densities.map(|(within, between)| {
        let (area, divergence_nats) = within.compare(&between);
        Overlap { area, divergence_nats }
    });
    FeatureDistance { feature, overlap }
}

/// The figures by which [`figure_distance`] compares pieces.
pub const FIGURES: [&str; 16] = [
    "pitch_range",
    "n_pitches_used",
    "n_pitch_classes_used",
    "polyphony",
    "polyphony_rate",
    "scale_consistency",
    "pitch_entropy",
    "pitch_class_entropy",
    "empty_beat_rate",
    "down",
    "rep",
    "chords",
    "beat",
    "dens",
    "average_pitch_interval",
    "average_inter_onset_interval",
];

/// The Fréchet distance of two sets of pieces by the [`FIGURES`] of each; none if a set has fewer than two pieces with notes.
///
/// Each figure is divided by its standard deviation in the reference; one that is equal in all its pieces is left out. The
/// sets are taken for normal distributions with their means and covariances, so small sets are far apart by chance. It is
/// a length, not its square.
///
/// This is not the Fréchet music distance of Retkowski et al. 2024, which compares the hidden states of a network; its
/// values are not comparable with these.
pub fn figure_distance(pieces: &[PieceMetrics], reference: &[PieceMetrics]) -> Option<f64> {
    let (ours, theirs) = (figures(pieces), figures(reference));
    let n = theirs.len() as f64;
    let deviations: Vec<f64> = (0..FIGURES.len())
        .map(|at| {
            let values = || theirs.iter().map(|figures| figures[at]);
            let mean = values().sum::<f64>() / n;
            (values().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
        })
        .collect();
    let scaled = |figures: &[Vec<f64>]| -> Vec<Vec<f64>> {
        let of_piece = |figures: &Vec<f64>| {
            let pairs = figures.iter().zip(&deviations).filter(|(_, deviation)| **deviation > 1e-12);
            pairs.map(|(value, deviation)| value / deviation).collect()
        };
        figures.iter().map(of_piece).collect()
    };
    frechet_squared(&scaled(&ours), &scaled(&theirs)).map(f64::sqrt)
}

/// The [`FIGURES`] of each piece that has notes of a pitch.
fn figures(pieces: &[PieceMetrics]) -> Vec<Vec<f64>> {
    let of_piece = |piece: &PieceMetrics| {
        let features = piece.features.as_ref()?;
        let metrics = piece.metrics();
        let figure = |name: &&str| {
            let feature = Feature::ALL[4..].iter().find(|feature| feature.name() == *name);
            let metric = || metrics.iter().find(|metric| metric.name == *name)?.value;
            feature.map_or_else(metric, |feature| features.get(*feature).first().copied())
        };
        FIGURES.iter().map(figure).collect::<Option<Vec<f64>>>()
    };
    pieces.iter().filter_map(of_piece).collect()
}
