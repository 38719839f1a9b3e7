//! Curves from the tables that other commands wrote.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use galant_plot::{EpochLosses, GradientCurve, Picture, gradient_norms, loss_curves};

use crate::table::read_table;

/// How many epochs without a lower validation loss mean that a network has begun to memorise, as `galant train` has it.
const MEMORISING_AFTER: u64 = 3;

/// And what its windowed training loss must have fallen to since then, as a share: else it only stands still.
const MEMORISING_BELOW: f64 = 0.95;

/// The losses of each epoch, from the table that `galant train` writes.
pub(in crate::commands) fn read_losses(path: &Path) -> anyhow::Result<Vec<EpochLosses>> {
    const COLUMNS: [&str; 4] = ["epoch", "train_loss", "windowed_train_loss", "valid_loss"];
    let rows = read_table(path, COLUMNS, "training.csv, which `galant train` writes")?;
    let losses = |(line, [epoch, train, windowed, validation]): (usize, [String; 4])| {
        let at = |column: &str| format!("reading {}: line {line}, {column}", path.display());
        let number = |text: &str, column: &str| text.parse::<f64>().with_context(|| format!("{} '{text}'", at(column)));
        Ok(EpochLosses {
            epoch: epoch.parse().with_context(|| format!("{} '{epoch}'", at("epoch")))?,
            train: number(&train, "train_loss")?,
            windowed: number(&windowed, "windowed_train_loss")?,
            validation: (!validation.is_empty()).then(|| number(&validation, "valid_loss")).transpose()?,
        })
    };
    rows.into_iter().map(losses).collect()
}

/// The picture of a training's losses, with the epoch where memorising began.
pub(in crate::commands) fn loss_picture(epochs: &[EpochLosses], title: &str) -> Picture {
    loss_curves(epochs, memorising_since(epochs), title)
}

/// The epoch after the best one, if others followed in which the training loss alone went on falling.
fn memorising_since(epochs: &[EpochLosses]) -> Option<u64> {
    let validated = epochs.iter().filter_map(|losses| Some((losses.validation?, losses)));
    let (_, best) = validated.min_by(|(a, _), (b, _)| a.total_cmp(b))?;
    let last = epochs.last()?;
    let has_gained = last.windowed < MEMORISING_BELOW * best.windowed;
    (has_gained && last.epoch.saturating_sub(best.epoch) >= MEMORISING_AFTER).then_some(best.epoch + 1)
}

/// The picture of the tables that `galant gradients` writes.
pub(super) fn gradients(paths: &[PathBuf]) -> anyhow::Result<Picture> {
    let mut curves = Vec::new();
    for path in paths {
        add_gradients(path, &mut curves)?;
    }
    Ok(gradient_norms(&curves, "Gradients on their way back through time"))
}

fn add_gradients(path: &Path, curves: &mut Vec<GradientCurve>) -> anyhow::Result<()> {
    const COLUMNS: [&str; 4] = ["steps_back", "cell", "layer", "norm"];
    for (line, [steps_back, cell, layer, norm]) in read_table(path, COLUMNS, "what `galant gradients` writes")? {
        let at = || format!("reading {}: line {line}", path.display());
        let steps_back: usize = steps_back.parse().with_context(|| format!("{}, steps_back '{steps_back}'", at()))?;
        let layer: u64 = layer.parse().with_context(|| format!("{}, layer '{layer}'", at()))?;
        let norm: f64 = norm.parse().with_context(|| format!("{}, norm '{norm}'", at()))?;
        let network = network_name(&cell);
        let is_same = |curve: &GradientCurve| curve.network == network && curve.layer == layer;
        let index = curves.iter().position(is_same).unwrap_or_else(|| {
            curves.push(GradientCurve { network: network.to_owned(), layer, norms: Vec::new() });
            curves.len() - 1
        });
        ensure!(curves.len() <= MAX_CURVES, "{}: more than {MAX_CURVES} layers, too many for a picture", at());
        let norms = &mut curves[index].norms;
        ensure!(
            norms.len() == steps_back,
            "{}: {network}, layer {layer}, {steps_back} steps back, where {} are next; each layer is counted up from 0, once",
            at(),
            norms.len()
        );
        norms.push(norm);
    }
    Ok(())
}

/// The most curves told apart on a picture.
const MAX_CURVES: usize = 24;

fn network_name(cell: &str) -> &str {
    match cell {
        "lstm" => "LSTM",
        "rnn" => "vanilla RNN",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(losses: &[(f64, f64)], expected: Option<u64>) {
        let losses = (1..).zip(losses).map(|(epoch, &(windowed, validation))| EpochLosses {
            epoch,
            train: windowed,
            windowed,
            validation: Some(validation),
        });
        assert_eq!(memorising_since(&losses.collect::<Vec<_>>()), expected);
    }

    #[test]
    fn memorising_began_after_the_best_epoch_if_only_the_training_loss_fell_on() {
        check(&[], None);
        check(&[(3.0, 3.0), (2.0, 2.0), (1.5, 2.5), (1.4, 2.4)], None);
        check(&[(3.0, 3.0), (2.0, 2.0), (1.5, 2.5), (1.4, 2.4), (1.3, 2.3)], Some(3));
        check(&[(3.0, 3.0), (2.0, 2.0), (2.0, 2.5), (2.0, 2.4), (1.91, 2.3)], None);
    }
}
