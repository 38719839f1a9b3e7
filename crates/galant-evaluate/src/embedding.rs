//! The embedding of tokens in two dimensions.

use galant_model::Weights;

/// The tokens of a network on the plane in which their embeddings differ most.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddingPlane {
    /// The place of each token: its first two principal components.
    pub points: Vec<(f64, f64)>,
    /// The shares of the variance that the two components have, 0 to 1.
    pub shares: [f64; 2],
}

impl EmbeddingPlane {
    /// That of the token embedding of a network.
    pub fn of(weights: &Weights) -> EmbeddingPlane {
        let size = weights.spec().embedding_size();
        EmbeddingPlane::of_rows(weights.view().embeddings[0], size)
    }

    /// The plane of the rows of a matrix, `[V, size]`.
    ///
    /// The components are found by power iteration on the covariance matrix, and their signs are such that the largest
    /// coordinate is positive: equal matrices give equal planes.
    ///
    /// # Panics
    ///
    /// If `size` is 0.
    pub fn of_rows(rows: &[f32], size: usize) -> EmbeddingPlane {
        let n = (rows.len() / size).max(1) as f64;
        let mean: Vec<f64> =
            (0..size).map(|d| rows.iter().skip(d).step_by(size).map(|&x| f64::from(x)).sum::<f64>() / n).collect();
        let centered: Vec<Vec<f64>> = rows
            .chunks_exact(size)
            .map(|row| row.iter().zip(&mean).map(|(&x, mean)| f64::from(x) - mean).collect())
            .collect();
        let mut covariance = vec![vec![0.0; size]; size];
        for row in &centered {
            for (sums, &x) in covariance.iter_mut().zip(row) {
                sums.iter_mut().zip(row).for_each(|(sum, &y)| *sum += x * y / n);
            }
        }
        let total: f64 = (0..size).map(|d| covariance[d][d]).sum();
        let mut axes = Vec::new();
        let mut shares = [0.0; 2];
        for share in &mut shares {
            let (axis, variance) = principal(&covariance);
            *share = if total > 0.0 { variance / total } else { 0.0 };
            for (i, row) in covariance.iter_mut().enumerate() {
                row.iter_mut().enumerate().for_each(|(j, value)| *value -= variance * axis[i] * axis[j]);
            }
            axes.push(axis);
        }
        let points = centered.iter().map(|row| (dot(row, &axes[0]), dot(row, &axes[1]))).collect();
        EmbeddingPlane { points, shares }
    }
}

/// How often the power iteration multiplies: enough for components of which one has a tenth more variance than the next.
const ITERATIONS: usize = 300;

/// The eigenvector of the largest eigenvalue of a symmetric matrix, and that value.
fn principal(matrix: &[Vec<f64>]) -> (Vec<f64>, f64) {
    // No direction of the first guess is likely to be missing in the result.
    let mut axis: Vec<f64> = (0..matrix.len()).map(|d| 1.0 + (d as f64 * 0.618).fract()).collect();
    let mut length = 0.0;
    for _ in 0..ITERATIONS {
        let next: Vec<f64> = matrix.iter().map(|row| dot(row, &axis)).collect();
        length = dot(&next, &next).sqrt();
        if length <= f64::MIN_POSITIVE {
            return (vec![0.0; matrix.len()], 0.0);
        }
        axis = next.into_iter().map(|x| x / length).collect();
    }
    let largest = axis.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(1.0);
    if largest < 0.0 {
        axis.iter_mut().for_each(|x| *x = -*x);
    }
    (axis, length)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points on a plane in three dimensions, long along (1, 1, 0) and short along (0, 0, 1): by hand, variances 4 and 1.
    #[test]
    fn the_plane_is_the_one_in_which_points_differ_most() {
        let s = 2.0_f32;
        let rows: Vec<f32> = [[s, s, 0.0], [-s, -s, 0.0], [0.0, 0.0, s], [0.0, 0.0, -s]].concat();
        let plane = EmbeddingPlane::of_rows(&rows, 3);
        // Variances: (8 + 8) / 4 = 4 along the first, (4 + 4) / 4 = 2 along the second.
        assert!((plane.shares[0] - 4.0 / 6.0).abs() < 1e-9 && (plane.shares[1] - 2.0 / 6.0).abs() < 1e-9, "{plane:?}");
        let expected = [(8.0_f64.sqrt(), 0.0), (-8.0_f64.sqrt(), 0.0), (0.0, 2.0), (0.0, -2.0)];
        for (point, expected) in plane.points.iter().zip(expected) {
            assert!((point.0 - expected.0).abs() < 1e-6 && (point.1 - expected.1).abs() < 1e-6, "{plane:?}");
        }
    }

    #[test]
    fn equal_rows_are_one_point() {
        let plane = EmbeddingPlane::of_rows(&[1.0, 2.0, 1.0, 2.0], 2);
        assert_eq!(plane, EmbeddingPlane { points: vec![(0.0, 0.0); 2], shares: [0.0; 2] });
    }
}
