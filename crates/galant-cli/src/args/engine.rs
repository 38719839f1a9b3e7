//! The arguments of the engine.

use clap::ValueEnum;

#[derive(Debug, clap::Args)]
pub(crate) struct EngineArgs {
    /// Engine that trains: embedded or torch
    #[arg(long, value_enum, hide_possible_values = true, value_name = "NAME", default_value = "embedded")]
    pub(crate) engine: EngineArg,
    /// Device of libtorch: auto, cpu, cuda, cuda:N or mps
    #[arg(long, value_name = "DEVICE", value_parser = device)]
    pub(crate) device: Option<DeviceArg>,
    /// Precision of libtorch's products
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) precision: Option<PrecisionArg>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineArg {
    /// Galant's own, on the CPU
    Embedded,
    /// libtorch, on the CPU or a GPU; `cargo xtask libtorch` builds the program with it
    Torch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeviceArg {
    Auto,
    Cpu,
    Cuda(usize),
    Mps,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrecisionArg {
    /// 32-bit floating point
    Full,
    /// bfloat16, which has 8 bits of precision; weights and losses stay in 32 bits
    Bf16,
}

fn device(text: &str) -> Result<DeviceArg, String> {
    let index = |number: &str| number.parse().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()));
    let device = match text {
        "auto" => Some(DeviceArg::Auto),
        "cpu" => Some(DeviceArg::Cpu),
        "cuda" => Some(DeviceArg::Cuda(0)),
        "mps" => Some(DeviceArg::Mps),
        other => other.strip_prefix("cuda:").and_then(index).map(DeviceArg::Cuda),
    };
    device.ok_or_else(|| "give auto, cpu, cuda, cuda:N with a number from 0, or mps".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_have_the_names_that_libtorch_gives_them() {
        let named = [
            ("auto", DeviceArg::Auto),
            ("cpu", DeviceArg::Cpu),
            ("cuda", DeviceArg::Cuda(0)),
            ("cuda:3", DeviceArg::Cuda(3)),
            ("mps", DeviceArg::Mps),
        ];
        for (name, expected) in named {
            assert_eq!(device(name), Ok(expected), "{name}");
        }
        for wrong in ["", "gpu", "cuda:", "cuda:-1", "cuda:+1", "cuda:99999999999999999999", "CPU"] {
            assert!(device(wrong).is_err(), "{wrong}");
        }
    }
}
