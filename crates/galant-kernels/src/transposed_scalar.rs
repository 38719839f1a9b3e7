// K, M, N: C is [M, N], A is [K, M], B is [K, N].

/// Rows of A and B whose products are added to a sum of their own before they are added to C.
pub(crate) const K_BLOCK: usize = 256;

/// The product for any CPU, where no matrix is empty.
pub(crate) fn add(a: &[&[f32]], b: &[&[f32]], c: &mut [f32]) {
    /// Numbers of C whose sums are computed side by side.
    const CHUNK: usize = 16;
    let n = b[0].len();
    for (a, b) in a.chunks(K_BLOCK).zip(b.chunks(K_BLOCK)) {
        for (row, c) in c.chunks_exact_mut(n).enumerate() {
            for (first, c) in (0..n).step_by(CHUNK).zip(c.chunks_mut(CHUNK)) {
                let mut sums = [0.0_f32; CHUNK];
                for (a, b) in a.iter().zip(b) {
                    for (sum, b) in sums.iter_mut().zip(&b[first..first + c.len()]) {
                        *sum += a[row] * b;
                    }
                }
                c.iter_mut().zip(sums).for_each(|(c, sum)| *c += sum);
            }
        }
    }
}
