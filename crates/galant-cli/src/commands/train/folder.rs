//! The folder a training writes into.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use galant_checkpoint::{
    MAX_MODEL_BYTES, MAX_SNAPSHOT_BYTES, ModelFile, Snapshot, decode_model, decode_snapshot, encode_model,
    encode_snapshot,
};
use galant_evaluate::EpochTime;
use galant_types::EpochRecord;

use crate::{curve, files};

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
        take_lock(&lock, path)?;
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
        Folder::snapshot_in(&self.path)
    }

    pub(super) fn snapshot_in(path: &Path) -> PathBuf {
        path.join(SNAPSHOT)
    }

    /// Removes the training that a new one replaces, and prints what will be left of it.
    pub(super) fn clear(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let folder = self.path.display();
        for file in [self.snapshot(), self.model(), self.curve()] {
            if file.exists() {
                fs::remove_file(&file).with_context(|| format!("replacing {}", file.display()))?;
            }
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

    /// Refuses a folder that has a training, whose hours of work are not to be lost by a name given twice.
    pub(super) fn ensure_free(path: &Path) -> anyhow::Result<()> {
        if let Ok(lock) = File::open(path.join(LOCK)) {
            take_lock(&lock, path)?;
        }
        let (shown, model) = (path.display(), path.join(MODEL));
        let is_finished = || -> anyhow::Result<bool> {
            let file = decode_model(&files::read(&model, MAX_MODEL_BYTES)?)?;
            Ok(file.unfinished_after.is_none())
        };
        // What cannot be read is somebody's all the same.
        if model.exists() && is_finished().unwrap_or(true) {
            bail!("{shown} has a finished training; replace it with --force, or name another folder with --out");
        }
        ensure!(
            !model.exists() && !path.join(SNAPSHOT).exists(),
            "{shown} has a training that is not finished; continue it with --resume, replace it with --force, or name \
             another folder with --out"
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

    pub(super) fn read_snapshot(path: &Path) -> anyhow::Result<Snapshot> {
        let path = Folder::snapshot_in(path);
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

    /// Writes the training curve; `times` may lack epochs.
    pub(super) fn write_curve(&self, records: &[EpochRecord], times: &[EpochTime]) -> anyhow::Result<()> {
        files::write(&self.curve(), &curve::text(records, times)?)
    }

    /// The times of the first `n_epochs`, as far as the training curve has them: a snapshot has none.
    pub(super) fn read_times(&self, n_epochs: usize) -> anyhow::Result<Vec<EpochTime>> {
        if n_epochs == 0 || !self.curve().exists() {
            return Ok(Vec::new());
        }
        let mut times = curve::read_times(&self.curve())?;
        times.retain(|time| time.epoch <= n_epochs as u64);
        Ok(times)
    }
}

/// What is the matter when `mpirun` started trainings that do not know of each other.
const WITHOUT_MPI: &str = "; that mpirun starts several processes makes them one training only in the program that \
                           `cargo xtask mpi` builds, with the MPI of that mpirun";

/// Whether Open MPI's `mpirun`, or MPICH's, started several processes.
fn is_one_of_several() -> bool {
    let count = |name| std::env::var(name).ok().and_then(|count| count.parse::<u32>().ok());
    ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].into_iter().filter_map(count).any(|count| count > 1)
}

fn take_lock(lock: &File, folder: &Path) -> anyhow::Result<()> {
    let shown = folder.display();
    match lock.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            let together = if is_one_of_several() { WITHOUT_MPI } else { "" };
            bail!(
                "writing to {shown}: another training is writing there; wait for it, or name another folder with \
                 --out{together}"
            )
        }
        // Two trainings into one folder are an accident that not every file system can keep from happening.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("locking {shown}")),
    }
}
