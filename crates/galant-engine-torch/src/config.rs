use std::fmt;

use galant_model::Optimizer;

use crate::error::{MAX_THREADS, TorchError};

/// How an engine is trained, and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TorchConfig {
    /// The optimizer, which turns gradients into updates.
    pub optimizer: Optimizer,
    /// The norm to which longer gradients are shortened; `None` for no clipping.
    pub clip_norm: Option<f32>,
    /// Where it computes.
    pub placement: Placement,
}

impl TorchConfig {
    /// Checks that every setting is in its range, and that the device is available.
    ///
    /// # Errors
    ///
    /// Names the first that is not.
    pub fn validate(&self) -> Result<(), TorchError> {
        self.optimizer.validate()?;
        match self.clip_norm.filter(|limit| limit.is_nan() || *limit <= 0.0) {
            Some(clip_norm) => Err(TorchError::ClipNorm { clip_norm }),
            None => self.placement.validate(),
        }
    }
}

/// Where to compute, and with what precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// The device.
    pub device: Device,
    /// The precision of matrix products.
    pub precision: Precision,
    /// How many threads of the CPU compute, 1 to 1024.
    pub threads: usize,
}

impl Placement {
    /// The CPU in full precision, on `threads` threads.
    pub fn cpu(threads: usize) -> Placement {
        Placement { device: Device::Cpu, precision: Precision::Full, threads }
    }

    pub(crate) fn validate(&self) -> Result<(), TorchError> {
        if self.threads == 0 || self.threads > MAX_THREADS {
            return Err(TorchError::Threads { threads: self.threads });
        }
        self.device.check()
    }

    /// Sets libtorch's number of threads, which it keeps for each calling thread.
    ///
    /// By default it uses all cores, and two programs that do so mostly wait for each other's threads.
    pub(crate) fn set_threads(&self) {
        tch::set_num_threads(i32::try_from(self.threads).unwrap_or(i32::MAX));
    }
}

/// The device by the name that libtorch gives it, and the precision if it is not full: `cuda:0 in bf16`.
impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.device {
            Device::Cpu => f.write_str("cpu")?,
            Device::Cuda(index) => write!(f, "cuda:{index}")?,
            Device::Mps => f.write_str("mps")?,
        }
        if self.precision == Precision::Bf16 { f.write_str(" in bf16") } else { Ok(()) }
    }
}

/// The device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// The processor.
    Cpu,
    /// An NVIDIA or AMD GPU, counted from 0.
    Cuda(usize),
    /// The GPU of an Apple computer.
    Mps,
}

impl Device {
    /// The first GPU that libtorch sees, or the CPU if it sees none.
    pub fn best() -> Device {
        if n_cuda_devices() > 0 {
            Device::Cuda(0)
        } else if tch::utils::has_mps() {
            Device::Mps
        } else {
            Device::Cpu
        }
    }

    /// Checks that it is available.
    ///
    /// # Errors
    ///
    /// Names the device that is not, and what libtorch sees.
    pub fn check(self) -> Result<(), TorchError> {
        match self {
            Device::Cuda(index) if index >= n_cuda_devices() => {
                Err(TorchError::NoCudaDevice { index, n_devices: n_cuda_devices() })
            }
            Device::Mps if !tch::utils::has_mps() => Err(TorchError::NoMetal),
            _ => Ok(()),
        }
    }

    pub(crate) fn tch(self) -> tch::Device {
        match self {
            Device::Cpu => tch::Device::Cpu,
            Device::Cuda(index) => tch::Device::Cuda(index),
            Device::Mps => tch::Device::Mps,
        }
    }
}

fn n_cuda_devices() -> usize {
    usize::try_from(tch::Cuda::device_count()).unwrap_or(0)
}

/// The precision of matrix products; weights, losses and updates are always `f32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// `f32`.
    Full,
    /// bfloat16: 8 bits of mantissa, faster where the hardware has it.
    Bf16,
}

impl Precision {
    pub(crate) fn kind(self) -> tch::Kind {
        match self {
            Precision::Full => tch::Kind::Float,
            Precision::Bf16 => tch::Kind::BFloat16,
        }
    }
}
