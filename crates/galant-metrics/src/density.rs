//! Densities estimated from samples, and how far two of them are apart.

use std::f64::consts::PI;

/// How many points two densities are compared at.
const N_POINTS: usize = 1000;
/// Samples over this number are dealt to as many cells.
const MAX_CELLS: usize = 1 << 14;
/// How far beyond the samples densities are compared, in bandwidths: less than 1 in 10 000 of a density is farther out.
const MARGIN: f64 = 4.0;

/// A Gaussian density estimated from samples, with the bandwidth by Scott's rule, σ·n^(−1/5).
#[derive(Debug)]
pub(crate) struct Density {
    /// Where, and which share of the samples.
    kernels: Vec<(f64, f64)>,
    bandwidth: f64,
}

impl Density {
    /// The density of `samples`; none if they are fewer than two, all equal, or not finite.
    pub(crate) fn of(samples: &[f64]) -> Option<Density> {
        let n = samples.len() as f64;
        let mean = samples.iter().sum::<f64>() / n;
        let variance = samples.iter().map(|sample| (sample - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let bandwidth = variance.sqrt() * n.powf(-0.2);
        (bandwidth > 0.0 && bandwidth.is_finite()).then(|| Density { kernels: kernels(samples), bandwidth })
    }

    fn at(&self, point: f64) -> f64 {
        let sum: f64 = self
            .kernels
            .iter()
            .map(|(place, share)| share * (-0.5 * ((point - place) / self.bandwidth).powi(2)).exp())
            .sum();
        sum / (self.bandwidth * (2.0 * PI).sqrt())
    }

    /// Where all but its tails is.
    fn range(&self) -> (f64, f64) {
        let margin = MARGIN * self.bandwidth;
        let places = self.kernels.iter().map(|(place, _)| *place);
        places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), place| {
            (low.min(place - margin), high.max(place + margin))
        })
    }

    /// The overlapping area of two densities, 0 to 1, and the Kullback–Leibler divergence of `self` from `other`, in nats.
    ///
    /// Both are sums over points of the range of both, to which the densities are normalized.
    pub(crate) fn compare(&self, other: &Density) -> (f64, f64) {
        let ((a, b), (c, d)) = (self.range(), other.range());
        let (low, high) = (a.min(c), b.max(d));
        let point = |at: usize| low + (high - low) * at as f64 / (N_POINTS - 1) as f64;
        // Below the smallest normal number, what is left of a density counts as that.
        let values = |density: &Density| -> Vec<f64> {
            let values: Vec<f64> = (0..N_POINTS).map(|at| density.at(point(at)).max(f64::MIN_POSITIVE)).collect();
            let sum: f64 = values.iter().sum();
            values.iter().map(|value| value / sum).collect()
        };
        let (p, q) = (values(self), values(other));
        let overlap = p.iter().zip(&q).map(|(p, q)| p.min(*q)).sum();
        let divergence: f64 = p.iter().zip(&q).map(|(p, q)| p * (p / q.max(f64::MIN_POSITIVE)).ln()).sum();
        (overlap, divergence.max(0.0))
    }
}

/// Each sample with its share, or cells if there are many: a sample is divided between the two cells that it is between.
fn kernels(samples: &[f64]) -> Vec<(f64, f64)> {
    let share = 1.0 / samples.len() as f64;
    if samples.len() <= MAX_CELLS {
        return samples.iter().map(|&sample| (sample, share)).collect();
    }
    let low = samples.iter().copied().fold(f64::INFINITY, f64::min);
    let high = samples.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let width = (high - low) / (MAX_CELLS - 1) as f64;
    let mut cells = vec![0.0; MAX_CELLS];
    for sample in samples {
        let at = (sample - low) / width;
        let cell = (at as usize).min(MAX_CELLS - 2);
        cells[cell] += share * (1.0 - (at - cell as f64));
        cells[cell + 1] += share * (at - cell as f64);
    }
    let kernels = cells.into_iter().enumerate().map(|(cell, share)| (low + width * cell as f64, share));
    kernels.filter(|(_, share)| *share > 0.0).collect()
}

#[cfg(test)]
mod tests {
    use galant_testkit::{Tolerance, assert_close};

    use super::*;

    #[test]
    fn a_density_overlaps_itself_and_nothing_far_away() {
        let near = Density::of(&[0.0, 1.0, 2.0]).unwrap();
        let far = Density::of(&[1000.0, 1001.0]).unwrap();
        let (overlap, divergence) = near.compare(&near);
        assert_close("of itself", &[overlap, divergence], &[1.0, 0.0], Tolerance { absolute: 1e-12, relative: 0.0 });
        let (overlap, divergence) = near.compare(&far);
        assert!(overlap < 1e-9 && divergence > 100.0, "{overlap} {divergence}");
        assert!(Density::of(&[1.0]).is_none() && Density::of(&[1.0, 1.0]).is_none());
    }

    #[test]
    fn cells_change_little() {
        let samples: Vec<f64> = (0..20_000_u64).map(|i| ((i * 7919) % 20_011) as f64 / 20_011.0).collect();
        let cells = Density::of(&samples).unwrap();
        let kernels = samples.iter().map(|&sample| (sample, 1.0 / 20_000.0)).collect();
        let exact = Density { kernels, bandwidth: cells.bandwidth };
        let points = [-0.02, 0.0, 0.3, 0.99];
        let tolerance = Tolerance { absolute: 0.0, relative: 1e-5 };
        assert_close("density", &points.map(|at| cells.at(at)), &points.map(|at| exact.at(at)), tolerance);
    }
}
