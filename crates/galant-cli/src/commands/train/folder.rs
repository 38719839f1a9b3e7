//! The folder a training writes into.

use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use galant_checkpoint::{MAX_SNAPSHOT_BYTES, ModelFile, Snapshot, decode_snapshot, encode_model, encode_snapshot};
use galant_model::EpochRecord;

use crate::files;

/// Where the files of a training lie.
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(super) fn new(path: &Path) -> Folder {
        Folder { path: path.to_owned() }
    }

    pub(super) fn model(&self) -> PathBuf {
        self.path.join("model.safetensors")
    }

    /// The training curve: a row for each epoch.
    pub(super) fn curve(&self) -> PathBuf {
        self.path.join("training.csv")
    }

    pub(super) fn snapshot(&self) -> PathBuf {
        self.path.join("snapshot.galant")
    }

    /// Makes the folder, before hours of work find that it cannot be written to, and says what will be replaced.
    pub(super) fn begin(&self, out: &mut impl Write) -> anyhow::Result<()> {
        ensure!(
            !self.path.exists() || self.path.is_dir(),
            "writing to {}: it is a file; name a folder with --out",
            self.path.display()
        );
        if self.snapshot().exists() || self.model().exists() {
            let folder = self.path.display();
            writeln!(out, "note: replacing the training in {folder}; --resume would go on with it instead")?;
        }
        self.write_curve(&[])
    }

    pub(super) fn read_snapshot(&self) -> anyhow::Result<Snapshot> {
        let path = self.snapshot();
        ensure!(path.exists(), "nothing to resume: there is no {}; train without --resume first", path.display());
        let bytes = files::read(&path, MAX_SNAPSHOT_BYTES)?;
        decode_snapshot(&bytes).with_context(|| format!("reading {}", path.display()))
    }

    pub(super) fn write_snapshot(&self, snapshot: &Snapshot) -> anyhow::Result<()> {
        let path = self.snapshot();
        let bytes = encode_snapshot(snapshot).with_context(|| format!("writing {}", path.display()))?;
        files::write(&path, &bytes)
    }

    pub(super) fn write_model(&self, file: &ModelFile) -> anyhow::Result<()> {
        let path = self.model();
        let bytes = encode_model(file).with_context(|| format!("writing {}", path.display()))?;
        files::write(&path, &bytes)
    }

    pub(super) fn write_curve(&self, records: &[EpochRecord]) -> anyhow::Result<()> {
        let mut csv = "epoch,seconds,words_per_second,train_loss,windowed_train_loss,valid_loss\n".to_owned();
        for record in records {
            let EpochRecord { epoch, seconds, words_per_second, train_loss, windowed_train_loss, valid_loss } = record;
            let valid_loss = valid_loss.map_or(String::new(), |loss| format!("{loss:.6}"));
            writeln!(
                csv,
                "{epoch},{seconds:.3},{words_per_second:.0},{train_loss:.6},{windowed_train_loss:.6},{valid_loss}"
            )?;
        }
        files::write(&self.curve(), csv.as_bytes())
    }
}
