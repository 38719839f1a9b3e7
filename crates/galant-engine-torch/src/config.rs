use galant_model::Optimizer;

use crate::TorchError;

/// The most threads that libtorch is told to use: OpenMP ends the program if it cannot start them.
pub(crate) const MAX_THREADS: usize = 1024;

/// How an engine learns, and where.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TorchConfig {
    /// How gradients change the weights.
    pub optimizer: Optimizer,
    /// The length a gradient is shortened to if it is longer; none leaves it as it is.
    pub clip_norm: Option<f32>,
    /// Where it computes.
    pub placement: Placement,
}

impl TorchConfig {
    /// Checks that every setting is in its range, and that the device is there.
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

/// Where and how exactly to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// What computes.
    pub device: Device,
    /// How exactly matrices are multiplied.
    pub precision: Precision,
    /// How many threads of the CPU compute, 1 to 1024.
    pub threads: usize,
}

impl Placement {
    /// In full precision on as many threads of the CPU.
    pub fn cpu(threads: usize) -> Placement {
        Placement { device: Device::Cpu, precision: Precision::Full, threads }
    }

    pub(crate) fn validate(&self) -> Result<(), TorchError> {
        if self.threads == 0 || self.threads > MAX_THREADS {
            return Err(TorchError::Threads { threads: self.threads });
        }
        self.device.check()
    }

    /// Tells libtorch the number of threads, which it keeps for each calling thread.
    ///
    /// Unless told it takes all cores, and two programs that do so wait for each other's threads most of the time.
    pub(crate) fn set_threads(&self) {
        tch::set_num_threads(i32::try_from(self.threads).unwrap_or(i32::MAX));
    }
}

/// What computes.
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
    /// The first GPU that libtorch sees, else the CPU.
    pub fn best() -> Device {
        if n_cuda_devices() > 0 {
            Device::Cuda(0)
        } else if tch::utils::has_mps() {
            Device::Mps
        } else {
            Device::Cpu
        }
    }

    /// Checks that it is there.
    ///
    /// # Errors
    ///
    /// Says which device is not, and what libtorch sees instead.
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

/// How exactly matrices are multiplied; weights, losses and updates are always `f32`.
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
