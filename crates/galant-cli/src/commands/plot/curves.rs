//! Curves from the tables that other commands wrote.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use galant_plot::{GradientCurve, Picture, gradient_norms, loss_curves};
use galant_train::overfitting_since;
use galant_types::EpochRecord;

use crate::table::read_table;

/// The losses of each epoch, from the table that `galant train` writes.
pub(super) fn read_losses(path: &Path) -> anyhow::Result<Vec<EpochRecord>> {
    const COLUMNS: [&str; 4] = ["epoch", "train_loss", "train_loss_without_dropout", "valid_loss"];
    let rows = read_table(path, COLUMNS, "training.csv, which `galant train` writes")?;
    let losses = |(line, values): (usize, [String; 4])| {
        let at = |column: usize| {
            let (name, value) = (COLUMNS[column], &values[column]);
            format!("reading {}: line {line}, {name} '{value}'", path.display())
        };
        let number = |column: usize| values[column].parse::<f64>().with_context(|| at(column));
        Ok(EpochRecord {
            epoch: values[0].parse().with_context(|| at(0))?,
            train_loss: number(1)?,
            train_loss_without_dropout: number(2)?,
            valid_loss: (!values[3].is_empty()).then(|| number(3)).transpose()?,
        })
    };
    rows.into_iter().map(losses).collect()
}

/// The picture of a training's losses, with the epoch where overfitting began.
pub(in crate::commands) fn loss_picture(epochs: &[EpochRecord], title: &str) -> Picture {
    loss_curves(epochs, overfitting_since(epochs), title)
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

/// The most curves that a picture can distinguish.
const MAX_CURVES: usize = 24;

fn network_name(cell: &str) -> &str {
    match cell {
        "lstm" => "LSTM",
        "rnn" => "vanilla RNN",
        other => other,
    }
}
