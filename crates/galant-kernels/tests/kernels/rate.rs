use galant_kernels::Level;

use crate::numbers::numbers;

#[test]
fn multiplications_and_additions_are_counted_and_done() {
    for level in Level::available() {
        // 0, 1/2, 3/4, 7/8: after r rounds every number is 1 − 2⁻ʳ.
        for (n_rounds, number) in [(0, 0.0), (1, 0.5), (3, 0.875)] {
            let (flop, sum) = level.multiply_and_add(n_rounds);
            let n_numbers = level.multiply_and_add(1).0 / 2;
            assert_eq!(flop, 2 * u64::from(n_rounds) * n_numbers, "{level}");
            assert_eq!(sum, number * n_numbers as f32, "{level}, {n_rounds} rounds");
        }
    }
}

#[test]
fn reading_finds_the_largest_number_wherever_it_is() {
    for level in Level::available() {
        for at in [0, 63, 64, 200, 511] {
            let mut x = numbers(512, 1);
            x[at] = -1e6;
            assert_eq!(level.read(&x), 1e6, "{level}, at {at}");
        }
        assert_eq!(level.read(&[]), 0.0, "{level}");
    }
}
