//! The arguments of `galant export`.

use std::path::PathBuf;

use clap::ValueEnum;
use galant_checkpoint::WeightType;

#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// The model file
    #[arg(value_name = "FILE")]
    pub(crate) model: PathBuf,
    /// The model file to write
    #[arg(long, short, value_name = "FILE.safetensors")]
    pub(crate) out: PathBuf,
    /// How the weights are kept
    #[arg(long, value_enum, default_value = "f16")]
    pub(crate) weights: WeightsArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WeightsArg {
    /// 16 bits each: half the size, and as a rule less than a thousandth more surprise
    F16,
    /// 8 bits each, and a scale for each row: a quarter of the size, and as a rule less than a hundredth more surprise
    I8,
    /// 32 bits each, as trained
    F32,
}

impl WeightsArg {
    /// The type in the file.
    pub(crate) fn weight_type(self) -> WeightType {
        match self {
            WeightsArg::F16 => WeightType::F16,
            WeightsArg::I8 => WeightType::I8,
            WeightsArg::F32 => WeightType::F32,
        }
    }
}
