//! `galant export`: a model file with smaller weights.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use galant_checkpoint::{MAX_MODEL_BYTES, decode_model, encode_model_as};

use crate::args::ExportArgs;
use crate::files;
use crate::numbers::thousands;

pub(crate) fn run(args: &ExportArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    files::keep_apart(&args.model, &args.out)?;
    files::ensure_ending(&args.out, &["safetensors"])?;
    let bytes = files::read(&args.model, MAX_MODEL_BYTES)?;
    let file = decode_model(&bytes).with_context(|| format!("reading {}", args.model.display()))?;
    let exported = encode_model_as(&file, args.weights.weight_type());
    let exported = exported.with_context(|| format!("writing {}", args.out.display()))?;
    files::write(&args.out, &exported)?;
    let (path, n_bytes, n_before) = (args.out.display(), thousands(exported.len()), thousands(bytes.len()));
    writeln!(out, "wrote {path}: {n_bytes} bytes after {n_before}; what it composes names it, not the original")?;
    Ok(ExitCode::SUCCESS)
}
