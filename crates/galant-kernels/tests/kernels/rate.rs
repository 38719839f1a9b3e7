use galant_kernels::Level;

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
fn reading_reads_every_number_once() {
    for level in Level::available() {
        // Sums of small whole numbers are exact in any order.
        let numbers: Vec<f32> = (0..512).map(|i| (i % 97) as f32).collect();
        let expected = numbers.iter().sum::<f32>();
        assert_eq!(level.read(&numbers), expected, "{level}");
        for at in [0, 15, 63, 64, 127, 128, 511] {
            let mut numbers = numbers.clone();
            numbers[at] += 1000.0;
            assert_eq!(level.read(&numbers), expected + 1000.0, "{level}, at {at}");
        }
        assert_eq!(level.read(&[]), 0.0, "{level}");
    }
}
