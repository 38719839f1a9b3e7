//! Curves from the tables that other commands wrote.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use galant_model::EpochRecord;
use galant_plot::{EpochLosses, GradientCurve, Picture, gradient_norms, loss_curves};
use galant_train::memorising_since;

use crate::table::read_table;

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
    let records: Vec<EpochRecord> = epochs.iter().map(record).collect();
    loss_curves(epochs, memorising_since(&records), title)
}

/// The record of an epoch without its times, which play no part in its losses.
fn record(losses: &EpochLosses) -> EpochRecord {
    EpochRecord {
        epoch: losses.epoch,
        seconds: 0.0,
        tokens_per_second: 0.0,
        train_loss: losses.train,
        windowed_train_loss: losses.windowed,
        valid_loss: losses.validation,
    }
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
