//! The folder a training writes into.

use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use galant_checkpoint::{MAX_SNAPSHOT_BYTES, ModelFile, Snapshot, decode_snapshot, encode_model, encode_snapshot};
use galant_types::EpochRecord;

use crate::files;
use crate::table::read_table;

/// The file whose lock a training holds.
///
/// The system lets go of the lock when the program ends, however it ends; the empty file stays and means nothing.
const LOCK: &str = ".galant.lock";

/// What a training writes.
const MODEL: &str = "model.safetensors";
const CURVE: &str = "training.csv";
const SNAPSHOT: &str = "snapshot.galant";

/// What other commands make of a training, under the names that they suggest.
const MADE_LATER: [&str; 5] = ["composed.mid", "composed.wav", "composed.svg", "loss.svg", "report.html"];

/// The folder of one training; no other training writes there meanwhile.
pub(super) struct Folder {
    path: PathBuf,
    /// Locked as long as this lives.
    _lock: File,
}

impl Folder {
    /// Takes the folder, and makes it if needed: before hours of work end with a folder that cannot be written to.
    pub(super) fn take(path: &Path) -> anyhow::Result<Folder> {
        let shown = path.display();
        ensure!(!path.exists() || path.is_dir(), "writing to {shown}: it is a file; name a folder with --out");
        let writing = || format!("writing to {shown}");
        fs::create_dir_all(path).with_context(writing)?;
        let lock = File::create(path.join(LOCK)).with_context(writing)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!(
                    "writing to {shown}: another training is writing there; wait for it, or name another folder with --out"
                )
            }
            // Two trainings into one folder are an accident that not every file system can keep from happening.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(error).with_context(|| format!("locking {shown}")),
        }
        let folder = Folder { path: path.to_owned(), _lock: lock };
        for file in [folder.model(), folder.curve(), folder.snapshot()] {
            files::remove_unfinished(&file);
        }
        Ok(folder)
    }

    pub(super) fn model(&self) -> PathBuf {
        self.path.join(MODEL)
    }

    /// The training curve: a row for each epoch.
    pub(super) fn curve(&self) -> PathBuf {
        self.path.join(CURVE)
    }

    pub(super) fn snapshot(&self) -> PathBuf {
        self.path.join(SNAPSHOT)
    }

    /// Prints what a new training will replace, and what it will leave of an earlier one.
    pub(super) fn announce(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let folder = self.path.display();
        if self.snapshot().exists() || self.model().exists() {
            writeln!(out, "note: replacing the training in {folder}; --resume would continue it instead")?;
        }
        let stale: Vec<&str> = MADE_LATER.into_iter().filter(|name| self.path.join(name).exists()).collect();
        if !stale.is_empty() {
            writeln!(
                out,
                "note: {} in {folder} remain from the earlier training until you make them again",
                stale.join(", ")
            )?;
        }
        Ok(())
    }

    /// Refuses a folder without a snapshot, before anything is made in it.
    pub(super) fn ensure_resumable(path: &Path) -> anyhow::Result<()> {
        let snapshot = path.join(SNAPSHOT);
        ensure!(
            snapshot.exists(),
            "nothing to resume: there is no {}; train without --resume first",
            snapshot.display()
        );
        Ok(())
    }

    /// What a training that failed leaves, for the message of the failure.
    pub(super) fn what_is_left(&self) -> String {
        let snapshot = self.snapshot();
        if snapshot.exists() {
            format!("training stopped; {} is as it was last written", snapshot.display())
        } else {
            "training stopped before its first snapshot".to_owned()
        }
    }

    pub(super) fn read_snapshot(&self) -> anyhow::Result<Snapshot> {
        let path = self.snapshot();
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

    pub(super) fn write_curve(&self, records: &[EpochRecord], times: &[EpochTime]) -> anyhow::Result<()> {
        let mut csv = format!("{}\n", COLUMNS.join(","));
        for (record, time) in records.iter().zip(times) {
            let EpochRecord { epoch, train_loss, train_loss_without_dropout, valid_loss } = record;
            let EpochTime { seconds, tokens_per_second } = time;
            let valid_loss = valid_loss.map_or(String::new(), |loss| format!("{loss:.6}"));
            writeln!(
                csv,
                "{epoch},{seconds:.3},{tokens_per_second:.0},{train_loss:.6},{train_loss_without_dropout:.6},{valid_loss}"
            )?;
        }
        files::write(&self.curve(), csv.as_bytes())
    }

    /// The times of the first `n_epochs`, as far as the training curve has them: a snapshot has none.
    pub(super) fn read_times(&self, n_epochs: usize) -> anyhow::Result<Vec<EpochTime>> {
        let unknown = EpochTime { seconds: 0.0, tokens_per_second: 0.0 };
        if n_epochs == 0 || !self.curve().exists() {
            return Ok(vec![unknown; n_epochs]);
        }
        let mut times: Vec<EpochTime> = read_times(&self.curve())?.into_iter().map(|(_, time)| time).collect();
        times.resize(n_epochs, unknown);
        Ok(times)
    }
}

/// The columns of the training curve.
const COLUMNS: [&str; 6] =
    ["epoch", "seconds", "tokens_per_second", "train_loss", "train_loss_without_dropout", "valid_loss"];

/// How long an epoch took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::commands) struct EpochTime {
    /// How long training has taken up to its end, in seconds, measurements not included.
    pub(in crate::commands) seconds: f64,
    /// How fast it learned.
    pub(in crate::commands) tokens_per_second: f64,
}

/// Each epoch of a training curve with its time.
pub(in crate::commands) fn read_times(path: &Path) -> anyhow::Result<Vec<(u64, EpochTime)>> {
    let rows = read_table(path, ["epoch", "seconds", "tokens_per_second"], "what `galant train` writes")?;
    let times = |(line, [epoch, seconds, speed]): (usize, [String; 3])| {
        let numbers = epoch.parse().ok().zip(seconds.parse().ok()).zip(speed.parse().ok());
        let ((epoch, seconds), tokens_per_second) = numbers.with_context(|| {
            format!("reading {}: line {line} has no numbers: {epoch}, {seconds}, {speed}", path.display())
        })?;
        Ok((epoch, EpochTime { seconds, tokens_per_second }))
    };
    rows.into_iter().map(times).collect()
}
