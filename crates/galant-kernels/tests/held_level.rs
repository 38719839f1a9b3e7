//! A program that is held to a level; a program of its own, because the level is chosen once.

use galant_kernels::{Level, LevelInUse, PackedMatrix, gemm, hold_to, level};

#[test]
fn a_program_stays_at_the_level_that_it_is_held_to() {
    let levels = Level::available();
    let (held, fastest) = (levels[0], levels[levels.len() - 1]);
    hold_to(held).unwrap();
    assert_eq!(level(), held);
    assert_eq!(hold_to(held), Ok(()));
    if fastest != held {
        assert_eq!(hold_to(fastest), Err(LevelInUse(held)));
    }
    // Sums of fused and of rounded products differ.
    let (a, b): (Vec<f32>, Vec<f32>) =
        ((1..=64).map(|i| 1.0 / i as f32).collect(), (0..64).map(|i| 0.1 * i as f32).collect());
    let packed = PackedMatrix::pack(64, 1, &b);
    let (mut free, mut at_level) = ([0.0], [0.0]);
    gemm(&a, 1, &packed, &mut free, galant_kernels::Output::Overwrite);
    held.gemm(&a, 1, &packed, &mut at_level, galant_kernels::Output::Overwrite);
    assert_eq!(free, at_level);
}
