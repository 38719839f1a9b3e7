use expect_test::expect;
use galant_plot::{GradientCurve, gradient_norms, loss_curves};
use galant_types::EpochRecord;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use crate::svg::{Element, extent};
use crate::{check, check_texts, texts};

fn epochs(losses: &[(f64, Option<f64>)]) -> Vec<EpochRecord> {
    let epoch = |(epoch, &(loss, validation))| EpochRecord {
        epoch,
        train_loss: loss * 1.2,
        train_loss_without_dropout: loss,
        valid_loss: validation,
    };
    (1..).zip(losses).map(epoch).collect()
}

fn n_markers(elements: &[Element]) -> usize {
    elements.iter().filter(|element| element.tag == "polygon").count()
}

#[test]
fn three_losses_have_a_curve_a_marker_and_a_name_each() {
    let epochs = epochs(&[(4.0, Some(4.1)), (2.0, Some(2.4)), (1.0, Some(2.2)), (0.5, Some(2.6))]);
    let elements = check(&loss_curves(&epochs, Some(4), "Losses"));
    // Four epochs and a sample in the legend for each of three curves.
    assert_eq!(n_markers(&elements), 3 * (4 + 1));
    check_texts(
        &elements,
        expect![[r#"
        Losses
        lowest validation loss 2.2000 nats per token, in epoch 3
        training loss
        training loss without dropout
        validation loss
        memorizing since epoch 4
        1
        2
        3
        4
        epoch
        0
        1
        2
        3
        4
        5
        loss, nats per token"#]],
    );
}

#[test]
fn a_lower_loss_is_drawn_lower_and_the_mark_is_at_its_epoch() {
    let epochs = epochs(&[(4.0, None), (1.0, None)]);
    let elements = check(&loss_curves(&epochs, Some(2), "Losses"));
    // Of each curve: the sample in the legend first, then its two markers.
    let markers: Vec<_> =
        elements.iter().filter(|element| element.tag == "polygon").skip(2).filter_map(extent).collect();
    let [first, second] = markers[..2] else { panic!("{markers:?}") };
    assert!(first[1] < second[1] && first[0] < second[0]);
    let dashes =
        elements.iter().filter(|element| element.tag == "line" && element.number("x1") == element.number("x2"));
    let middle = (second[0] + second[2]) / 2.0;
    let at_epoch =
        dashes.filter(|line| (line.number("x1") - middle).abs() <= 1.0 && line.number("stroke-width") == 3.0);
    assert!(at_epoch.count() > 10, "a dashed line over the height");
}

#[test]
fn odd_trainings_are_drawn() {
    let elements = check(&loss_curves(&[], None, "Nothing yet"));
    assert!(texts(&elements).contains(&"no epochs"));
    check(&loss_curves(&epochs(&[(2.0, None)]), None, "One epoch"));
    let odd = epochs(&[(f64::NAN, Some(f64::INFINITY)), (1.0, Some(1.0)), (f64::NEG_INFINITY, None)]);
    assert_eq!(n_markers(&check(&loss_curves(&odd, None, "Odd"))), 3 * 2, "one finite loss in each curve");
    let many: Vec<_> = (0..3000).map(|epoch| (4.0 / f64::from(epoch + 1), Some(2.0))).collect();
    check(&loss_curves(&epochs(&many), Some(2900), "Many epochs"));
}

#[test]
fn gradients_have_an_axis_of_powers_of_ten() {
    let curve = |network: &str, layer, base: f64| GradientCurve {
        network: network.to_owned(),
        layer,
        norms: (0..128).map(|step| base.powi(step)).collect(),
    };
    let networks = [("LSTM", 0.98), ("vanilla RNN", 0.8)];
    let layers = |(network, base): (&'static str, f64)| [1, 2, 3].map(|n| curve(network, n, base.powi(n as i32)));
    let curves: Vec<GradientCurve> = networks.into_iter().flat_map(layers).collect();
    let elements = check(&gradient_norms(&curves, "Gradients"));
    check_texts(
        &elements,
        expect![[r#"
        Gradients
        how much of the last token's loss depends on each hidden state before it
        LSTM, layer 1
        LSTM, layer 2
        LSTM, layer 3
        vanilla RNN, layer 1
        vanilla RNN, layer 2
        vanilla RNN, layer 3
        0
        20
        40
        60
        80
        100
        120
        steps back from the last token
        10⁻³⁵
        10⁻³⁰
        10⁻²⁵
        10⁻²⁰
        10⁻¹⁵
        10⁻¹⁰
        10⁻⁵
        10⁰
        norm of ∂loss/∂h"#]],
    );
}

#[test]
fn norms_of_zero_are_left_out_and_counted() {
    let curve = GradientCurve { network: "LSTM".to_owned(), layer: 1, norms: vec![1.0, 0.1, 0.0, f64::NAN] };
    let elements = check(&gradient_norms(&[curve], "Gradients"));
    expect!["how much of the last token's loss depends on each hidden state before it; 2 norms are 0 and not shown"]
        .assert_eq(texts(&elements)[1]);
    let zeros = GradientCurve { network: "LSTM".to_owned(), layer: 1, norms: vec![0.0; 3] };
    assert!(texts(&check(&gradient_norms(&[zeros], ""))).contains(&"no norms over 0"));
    check(&gradient_norms(&[], "Nothing"));
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, rng_seed: RngSeed::Fixed(1), cases: 64, ..Config::default() })]

    #[test]
    fn no_labels_overlap_whatever_the_numbers(
        losses in prop::collection::vec((1e-9_f64..1e9, prop::option::of(1e-9_f64..1e9)), 1..300),
        since in prop::option::of(1_u64..300),
        exponents in prop::collection::vec(-300.0_f64..300.0, 1..200),
    ) {
        let since = since.map(|epoch| epoch.min(losses.len() as u64));
        check(&loss_curves(&epochs(&losses), since, "Any losses"));
        let norms = exponents.into_iter().map(|exponent| 10f64.powf(exponent)).collect();
        check(&gradient_norms(&[GradientCurve { network: "LSTM".to_owned(), layer: 1, norms }], "Any norms"));
    }
}
