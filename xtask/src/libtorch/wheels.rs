//! The Python wheels that a libtorch for the CPU is made of: which, how they are fetched, what is taken of them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::VERSION;
use crate::command::Task;

/// A file of Python's package index, pinned by its hash.
pub(super) struct Wheel {
    /// What pip is asked for.
    pub(super) requirement: &'static str,
    pub(super) file: &'static str,
    pub(super) sha256: &'static str,
    /// Which files are taken, and where each goes in the libtorch folder.
    pub(super) takes: fn(&str) -> Option<String>,
}

/// PyTorch's own, and two that its library for the CPU is linked against.
pub(super) const WHEELS: [Wheel; 3] = [
    Wheel {
        requirement: "torch==2.13.0",
        file: "torch-2.13.0-cp311-cp311-manylinux_2_28_x86_64.whl",
        sha256: "60fcdcb2f3876e21146cb4524ef06397d727ca9ad5f020818547e25075fe3cb7",
        takes: of_torch,
    },
    Wheel {
        requirement: "nvidia-cuda-runtime==13.0.96",
        file: "nvidia_cuda_runtime-13.0.96-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
        sha256: "7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548",
        takes: of_cuda_runtime,
    },
    Wheel {
        requirement: "nvidia-cuda-cupti==13.0.85",
        file: "nvidia_cuda_cupti-13.0.85-py3-none-manylinux_2_25_x86_64.whl",
        sha256: "4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8",
        takes: of_cupti,
    },
];

/// The libraries that make up libtorch for the CPU, as the wheels name them.
///
/// Without `libtorch_cuda.so` beside them the build links nothing of CUDA.
pub(super) const LIBRARIES: [&str; 6] =
    ["libtorch_cpu.so", "libc10.so", "libtorch.so", "libgomp.so.1", "libcudart.so.13", "libcupti.so.13"];

fn of_torch(name: &str) -> Option<String> {
    let name = match name.split_once('/')? {
        ("torch", rest) => rest,
        // Who passes the folder on passes the licences on.
        (folder, rest) if folder.ends_with(".dist-info") && rest.starts_with("licenses/") => return Some(rest.into()),
        _ => return None,
    };
    let is_library = name.strip_prefix("lib/").is_some_and(|library| LIBRARIES[..4].contains(&library));
    (is_library || name.starts_with("include/")).then(|| name.to_owned())
}

fn of_cuda_runtime(name: &str) -> Option<String> {
    (name == "nvidia/cu13/lib/libcudart.so.13").then(|| "lib/libcudart.so.13".to_owned())
}

fn of_cupti(name: &str) -> Option<String> {
    (name == "nvidia/cu13/lib/libcupti.so.13").then(|| "lib/libcupti.so.13".to_owned())
}

/// Where pip puts what it fetches; a wheel that is there already and whole is not fetched again.
///
/// # Errors
///
/// If there is no pip, if it cannot fetch the wheel, or if the wheel is not the one pinned.
pub(super) fn fetch(wheel: &Wheel, folder: &Path) -> anyhow::Result<PathBuf> {
    let path = folder.join(wheel.file);
    if path.exists() {
        if sha256(&path)? == wheel.sha256 {
            println!("{} is there", wheel.file);
            return Ok(path);
        }
        // An earlier attempt may have been cut off.
        std::fs::remove_file(&path)?;
    }
    // The pinned file whatever the Python that runs pip: the libraries do not depend on it.
    let download = Task::new("python3", python()?)
        .args(["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check"])
        .args(["--implementation", "cp", "--python-version", "3.11", "--abi", "cp311", "--abi", "none"])
        .args(["--platform", "manylinux_2_28_x86_64", "--platform", "manylinux_2_25_x86_64"])
        .args(["--platform", "manylinux2014_x86_64", "--dest"])
        .args([folder])
        .args([wheel.requirement]);
    let hint =
        || format!("fetching {} by pip; without a network, set LIBTORCH to a libtorch {VERSION}", wheel.requirement);
    download.run().with_context(hint)?;
    ensure!(path.exists(), "pip fetched {} under another name than {}", wheel.requirement, wheel.file);
    let found = sha256(&path)?;
    if found != wheel.sha256 {
        std::fs::remove_file(&path)?;
        bail!("{} has the hash {found} instead of {}; it was deleted", wheel.file, wheel.sha256);
    }
    Ok(path)
}

/// A Python that has pip.
fn python() -> anyhow::Result<&'static str> {
    let has_pip = |python: &&str| {
        let mut ask = Command::new(python);
        let asked = ask.args(["-m", "pip", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    };
    ["python3", "python"].into_iter().find(has_pip).with_context(|| {
        format!(
            "Python's pip is needed to fetch libtorch; install it: `apt install python3-pip` on Debian and Ubuntu, \
             `dnf install python3-pip` on Fedora; or set LIBTORCH to a libtorch {VERSION}"
        )
    })
}

fn sha256(path: &Path) -> anyhow::Result<String> {
    let mut file = File::open(path).with_context(|| format!("reading {}", path.display()))?;
    let (mut hash, mut chunk) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        let len = file.read(&mut chunk).with_context(|| format!("reading {}", path.display()))?;
        if len == 0 {
            return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        hash.update(&chunk[..len]);
    }
}

/// Unpacks what libtorch needs of a wheel and returns how many bytes that were.
///
/// # Errors
///
/// If the wheel is damaged or the folder cannot be written to.
pub(super) fn unpack(path: &Path, takes: fn(&str) -> Option<String>, folder: &Path) -> anyhow::Result<u64> {
    let failed = || format!("unpacking {}", path.display());
    let mut archive = ZipArchive::new(File::open(path).with_context(failed)?).with_context(failed)?;
    let mut n_bytes = 0;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).with_context(failed)?;
        // Names that lead out of the folder are no files of these wheels.
        let name = file.enclosed_name().filter(|_| file.is_file());
        let Some(place) = name.and_then(|name| takes(&name.to_string_lossy().replace('\\', "/"))) else { continue };
        let place = folder.join(place);
        if let Some(parent) = place.parent() {
            std::fs::create_dir_all(parent).with_context(failed)?;
        }
        let mut out = File::create(&place).with_context(|| format!("writing {}", place.display()))?;
        n_bytes += io::copy(&mut file, &mut out).with_context(|| format!("writing {}", place.display()))?;
    }
    Ok(n_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_libraries_and_licences_are_taken_and_nothing_else() {
        assert_eq!(of_torch("torch/lib/libtorch_cpu.so").as_deref(), Some("lib/libtorch_cpu.so"));
        assert_eq!(of_torch("torch/lib/libgomp.so.1").as_deref(), Some("lib/libgomp.so.1"));
        assert_eq!(of_torch("torch/include/ATen/ATen.h").as_deref(), Some("include/ATen/ATen.h"));
        let licence = of_torch("torch-2.13.0.dist-info/licenses/LICENSE");
        assert_eq!(licence.as_deref(), Some("licenses/LICENSE"));
        for other in ["torch/lib/libtorch_cuda.so", "torch/nn/__init__.py", "torch-2.13.0.dist-info/RECORD", "README"] {
            assert_eq!(of_torch(other), None, "{other}");
        }
        assert_eq!(of_cuda_runtime("nvidia/cu13/lib/libcudart.so.13").as_deref(), Some("lib/libcudart.so.13"));
        assert_eq!(of_cuda_runtime("nvidia/cu13/include/cuda.h"), None);
        assert_eq!(of_cupti("nvidia/cu13/lib/libcupti.so.13").as_deref(), Some("lib/libcupti.so.13"));
        assert_eq!(of_cupti("nvidia/cu13/lib/libnvperf_host.so"), None);
    }

    #[test]
    fn wheels_are_the_version_that_tch_wants_and_hashes_are_whole() {
        assert_eq!(WHEELS[0].requirement, format!("torch=={VERSION}"));
        for wheel in &WHEELS {
            let (name, version) = wheel.requirement.split_once("==").unwrap();
            assert!(wheel.file.starts_with(&format!("{}-{version}-", name.replace('-', "_"))), "{}", wheel.file);
            assert!(wheel.sha256.len() == 64 && wheel.sha256.bytes().all(|digit| digit.is_ascii_hexdigit()));
        }
    }

    #[test]
    fn only_what_is_asked_for_is_unpacked() {
        let folder = std::env::temp_dir().join(format!("galant-wheel-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("small.whl");
        let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
        let names = ["torch/lib/libc10.so", "torch/nn.py", "torch/include/a/b.h", "../torch/include/out.h"];
        for name in names {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            io::Write::write_all(&mut archive, name.as_bytes()).unwrap();
        }
        archive.finish().unwrap();

        let to = folder.join("libtorch");
        let n_bytes = unpack(&path, of_torch, &to).unwrap();
        assert_eq!(n_bytes, (names[0].len() + names[2].len()) as u64);
        assert_eq!(std::fs::read_to_string(to.join("lib/libc10.so")).unwrap(), names[0]);
        assert_eq!(std::fs::read_to_string(to.join("include/a/b.h")).unwrap(), names[2]);
        assert!(!to.join("nn.py").exists() && !to.join("include/out.h").exists());
        let expected = "98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4";
        std::fs::write(&path, "Hello").unwrap();
        assert_ne!(sha256(&path).unwrap(), expected);
        std::fs::write(&path, "hi\n").unwrap();
        assert_eq!(sha256(&path).unwrap(), expected);
        assert!(unpack(&path, of_torch, &to).unwrap_err().to_string().starts_with("unpacking "));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
