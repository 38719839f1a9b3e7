//! The training curve, a table with a row for each epoch.

use std::path::Path;

use galant_evaluate::EpochTime;
use galant_types::EpochRecord;
use serde::{Deserialize, Serialize};

use crate::table;

/// A row of the training curve.
#[derive(Serialize, Deserialize)]
struct Row {
    epoch: u64,
    #[serde(default)]
    seconds: Option<f64>,
    #[serde(default)]
    tokens_per_second: Option<u64>,
    train_loss: f64,
    // Its name in earlier versions.
    #[serde(alias = "windowed_train_loss")]
    train_loss_without_dropout: f64,
    valid_loss: Option<f64>,
}

/// The curve as text; `times` may lack epochs.
pub(crate) fn text(records: &[EpochRecord], times: &[EpochTime]) -> anyhow::Result<Vec<u8>> {
    let rounded = |number: f64, unit: f64| (number * unit).round() / unit;
    let loss = |loss: f64| rounded(loss, 1e6);
    table::text(records.iter().map(|record| {
        let time = times.iter().find(|time| time.epoch == record.epoch);
        Row {
            epoch: record.epoch,
            seconds: time.map(|time| rounded(time.seconds, 1e3)),
            tokens_per_second: time.map(|time| time.tokens_per_second.round() as u64),
            train_loss: loss(record.train_loss),
            train_loss_without_dropout: loss(record.train_loss_without_dropout),
            valid_loss: record.valid_loss.map(loss),
        }
    }))
}

/// The losses of each epoch.
pub(crate) fn read_losses(path: &Path) -> anyhow::Result<Vec<EpochRecord>> {
    let record = |Row { epoch, train_loss, train_loss_without_dropout, valid_loss, .. }| EpochRecord {
        epoch,
        train_loss,
        train_loss_without_dropout,
        valid_loss,
    };
    Ok(read(path)?.into_iter().map(record).collect())
}

/// The time of each epoch, as far as it is known.
pub(crate) fn read_times(path: &Path) -> anyhow::Result<Vec<EpochTime>> {
    let time = |row: Row| {
        Some(EpochTime { epoch: row.epoch, seconds: row.seconds?, tokens_per_second: row.tokens_per_second? as f64 })
    };
    Ok(read(path)?.into_iter().filter_map(time).collect())
}

fn read(path: &Path) -> anyhow::Result<Vec<Row>> {
    let rows = table::read(path, "training.csv, which `galant train` writes")?;
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}
