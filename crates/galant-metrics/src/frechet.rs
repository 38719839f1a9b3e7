//! The Fréchet distance of two sets of vectors.

/// The squared Fréchet distance between the normal distributions with the means and covariances of two sets of vectors,
/// `[pieces, D]` each: |m₁ − m₂|² + tr(S₁ + S₂ − 2·(S₁·S₂)^½).
///
/// Covariances are divided by the number of vectors less one. None if a set has fewer than two vectors.
///
/// Dowson and Landau, "The Fréchet distance between multivariate normal distributions", Journal of Multivariate Analysis
/// 12 (1982).
///
/// # Panics
///
/// If the vectors are not equally long.
pub(crate) fn frechet_squared(ours: &[Vec<f64>], others: &[Vec<f64>]) -> Option<f64> {
    let ((mean, covariance), (other_mean, other_covariance)) = (moments(ours)?, moments(others)?);
    let apart: f64 = mean.iter().zip(&other_mean).map(|(a, b)| (a - b) * (a - b)).sum();
    let root = covariance.square_root();
    let (values, _) = root.times(&other_covariance).times(&root).eigen();
    let cross: f64 = values.iter().map(|value| value.max(0.0).sqrt()).sum();
    Some((apart + covariance.trace() + other_covariance.trace() - 2.0 * cross).max(0.0))
}

/// The mean and the covariance.
fn moments(vectors: &[Vec<f64>]) -> Option<(Vec<f64>, Square)> {
    let (n, size) = (vectors.len() as f64, vectors.first()?.len());
    (vectors.len() > 1).then_some(())?;
    let mean: Vec<f64> = (0..size).map(|at| vectors.iter().map(|vector| vector[at]).sum::<f64>() / n).collect();
    let element = |row: usize, column: usize| {
        let products = vectors.iter().map(|vector| (vector[row] - mean[row]) * (vector[column] - mean[column]));
        products.sum::<f64>() / (n - 1.0)
    };
    let covariance = Square::from_fn(size, element);
    Some((mean, covariance))
}

/// A square matrix, row by row.
#[derive(Debug, Clone)]
struct Square {
    size: usize,
    elements: Vec<f64>,
}

impl Square {
    fn from_fn(size: usize, element: impl Fn(usize, usize) -> f64) -> Square {
        Square { size, elements: (0..size * size).map(|at| element(at / size, at % size)).collect() }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.elements[row * self.size + column]
    }

    fn trace(&self) -> f64 {
        (0..self.size).map(|at| self.at(at, at)).sum()
    }

    fn times(&self, other: &Square) -> Square {
        let element = |row, column| (0..self.size).map(|at| self.at(row, at) * other.at(at, column)).sum();
        Square::from_fn(self.size, element)
    }

    /// The square root of a symmetric matrix without negative eigenvalues, up to rounding.
    fn square_root(&self) -> Square {
        let (values, vectors) = self.eigen();
        Square::from_fn(self.size, |row, column| {
            let terms = (0..self.size).map(|k| vectors.at(row, k) * values[k].max(0.0).sqrt() * vectors.at(column, k));
            terms.sum()
        })
    }

    /// The eigenvalues of a symmetric matrix, and the eigenvectors as columns, by Jacobi's rotations (Golub and Van Loan,
    /// "Matrix Computations", 8.5).
    fn eigen(&self) -> (Vec<f64>, Square) {
        let n = self.size;
        let mut matrix = Square::from_fn(n, |row, column| 0.5 * (self.at(row, column) + self.at(column, row)));
        let mut vectors = Square::from_fn(n, |row, column| f64::from(u8::from(row == column)));
        // Quadratic convergence: far fewer sweeps are enough.
        for _ in 0..64 {
            let outside: f64 = (0..n * n).filter(|at| at / n != at % n).map(|at| matrix.elements[at].powi(2)).sum();
            if outside <= f64::EPSILON.powi(2) * matrix.elements.iter().map(|x| x * x).sum::<f64>() {
                break;
            }
            for p in 0..n {
                (p + 1..n).for_each(|q| rotate(&mut matrix, &mut vectors, p, q));
            }
        }
        ((0..n).map(|at| matrix.at(at, at)).collect(), vectors)
    }
}

/// Makes the element at (p, q) zero.
fn rotate(matrix: &mut Square, vectors: &mut Square, p: usize, q: usize) {
    let n = matrix.size;
    if matrix.at(p, q) == 0.0 {
        return;
    }
    let tau = (matrix.at(q, q) - matrix.at(p, p)) / (2.0 * matrix.at(p, q));
    let tangent = tau.signum() / (tau.abs() + (1.0 + tau * tau).sqrt());
    let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
    let sine = tangent * cosine;
    let turn = |elements: &mut [f64], a: usize, b: usize| {
        let (x, y) = (elements[a], elements[b]);
        (elements[a], elements[b]) = (cosine * x - sine * y, sine * x + cosine * y);
    };
    for k in 0..n {
        turn(&mut matrix.elements, k * n + p, k * n + q);
        turn(&mut vectors.elements, k * n + p, k * n + q);
    }
    for k in 0..n {
        turn(&mut matrix.elements, p * n + k, q * n + k);
    }
}

#[cfg(test)]
mod tests {
    use galant_testkit::{Tolerance, assert_close};

    use super::*;

    const TIGHT: Tolerance = Tolerance { absolute: 1e-12, relative: 1e-12 };

    #[test]
    fn in_one_dimension_it_is_the_distance_of_means_and_deviations() {
        // Means 2 and 7, variances 1 and 4.
        let (ours, others) = ([1.0, 2.0, 3.0], [5.0, 7.0, 9.0]);
        let vectors = |values: [f64; 3]| values.map(|value| vec![value]).to_vec();
        let squared = frechet_squared(&vectors(ours), &vectors(others)).unwrap();
        assert_close("distance", &[squared], &[25.0 + 1.0], TIGHT);
        assert_eq!(frechet_squared(&vectors(ours), &vectors(others)[..1]), None);
    }

    #[test]
    fn a_square_root_times_itself_is_the_matrix() {
        let factor = Square::from_fn(5, |row, column| ((7 * row + 3 * column) % 11) as f64 - 4.0);
        let transposed = Square::from_fn(5, |row, column| factor.at(column, row));
        let matrix = factor.times(&transposed);
        let root = matrix.square_root();
        let tolerance = Tolerance { absolute: 1e-11, relative: 1e-11 };
        assert_close("root²", &root.times(&root).elements, &matrix.elements, tolerance);
    }
}
