//! Model files.

use std::path::Path;

use anyhow::Context;
use galant_checkpoint::MAX_MODEL_BYTES;
use galant_pipeline::LoadedModel;

use crate::files;

/// Reads a model file, once.
pub(crate) fn read(path: &Path) -> anyhow::Result<LoadedModel> {
    let bytes = files::read(path, MAX_MODEL_BYTES)?;
    LoadedModel::decode(&bytes).with_context(|| format!("reading {}", path.display()))
}
