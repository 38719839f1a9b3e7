//! Which engine trains.

use anyhow::ensure;

use crate::args::{EngineArg, EngineArgs};

/// The engine that was asked for, with what it needs in addition to the settings of the training.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum EngineChoice {
    /// Galant's own.
    Embedded { threads: usize },
    /// The one on libtorch.
    #[cfg(feature = "libtorch")]
    Torch(galant_engine_torch::Placement),
}

impl EngineChoice {
    /// What the command line asks for.
    ///
    /// # Errors
    ///
    /// If this build, or this machine, does not have it.
    pub(crate) fn of(args: &EngineArgs, threads: usize) -> anyhow::Result<EngineChoice> {
        match args.engine {
            EngineArg::Torch => torch(args, threads),
            EngineArg::Embedded => {
                let of_torch = [("--device", args.device.is_some()), ("--precision", args.precision.is_some())];
                for (option, is_given) in of_torch {
                    ensure!(!is_given, "{option} only applies to --engine torch");
                }
                Ok(EngineChoice::Embedded { threads })
            }
        }
    }

    /// How many threads of the CPU it computes on.
    pub(crate) fn threads(&self) -> usize {
        match self {
            EngineChoice::Embedded { threads } => *threads,
            #[cfg(feature = "libtorch")]
            EngineChoice::Torch(placement) => placement.threads,
        }
    }

    /// How many of the threads can work on a batch of `n_windows`, as far as is known.
    pub(crate) fn useful_threads(&self, n_windows: usize) -> usize {
        match self {
            EngineChoice::Embedded { threads } => galant_engine::useful_threads(n_windows, *threads),
            #[cfg(feature = "libtorch")]
            EngineChoice::Torch(placement) => placement.threads,
        }
    }

    /// Where it computes; none of the embedded engine, which is always on the CPU.
    pub(crate) fn place(&self) -> Option<String> {
        match self {
            EngineChoice::Embedded { .. } => None,
            #[cfg(feature = "libtorch")]
            EngineChoice::Torch(placement) => Some(format!("libtorch on {placement}")),
        }
    }

    /// What a model file says of it: nothing of the embedded engine, which gives the same bits wherever it runs.
    pub(crate) fn description(&self) -> Option<String> {
        match self {
            EngineChoice::Embedded { .. } => None,
            #[cfg(feature = "libtorch")]
            EngineChoice::Torch(placement) => Some(format!("torch on {placement}")),
        }
    }
}

#[cfg(feature = "libtorch")]
fn torch(args: &EngineArgs, threads: usize) -> anyhow::Result<EngineChoice> {
    use crate::args::{DeviceArg, PrecisionArg};
    use galant_engine_torch::{Device, Placement, Precision};

    let device = match args.device.unwrap_or(DeviceArg::Auto) {
        DeviceArg::Auto => Device::best(),
        DeviceArg::Cpu => Device::Cpu,
        DeviceArg::Cuda(index) => Device::Cuda(index),
        DeviceArg::Mps => Device::Mps,
    };
    device.check()?;
    let precision = match args.precision {
        Some(PrecisionArg::Bf16) => Precision::Bf16,
        Some(PrecisionArg::Full) | None => Precision::Full,
    };
    Ok(EngineChoice::Torch(Placement { device, precision, threads }))
}

#[cfg(not(feature = "libtorch"))]
fn torch(_args: &EngineArgs, _threads: usize) -> anyhow::Result<EngineChoice> {
    let args = std::env::args_os().skip(1).map(|arg| crate::files::quoted(&arg.to_string_lossy()));
    let command: Vec<String> = args.collect();
    anyhow::bail!(
        "this build has no libtorch engine; run `cargo xtask libtorch` and then `target/libtorch/release/galant {}`",
        command.join(" ")
    )
}
