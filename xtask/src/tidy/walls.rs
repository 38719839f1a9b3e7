//! The walls of the house as data: who stands where, who may name what, what lies at the top.
//!
//! A new crate gets a row in [`CRATES`], a dependency with an owner one in [`OWNERS`].

/// Where a package stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A library crate; it may depend on lower layers.
    Layer(u8),
    /// The program on top of all libraries; no crate may depend on it, not even for tests.
    Program(u8),
    /// Helpers for tests; others may name it under dev-dependencies only.
    TestHelp,
    /// Depends on any library, nothing on it.
    Benches,
    /// Depends on none of ours, nothing on it.
    Tool,
}

/// Every package of the workspace.
pub(crate) const CRATES: &[(&str, Place)] = &[
    ("galant-types", Place::Layer(1)),
    ("galant-kernels", Place::Layer(1)),
    ("galant-midi", Place::Layer(2)),
    ("galant-tokens", Place::Layer(2)),
    ("galant-dice", Place::Layer(2)),
    ("galant-abc", Place::Layer(2)),
    ("galant-synth", Place::Layer(2)),
    ("galant-plot", Place::Layer(2)),
    ("galant-batches", Place::Layer(2)),
    ("galant-model", Place::Layer(2)),
    ("galant-engine", Place::Layer(3)),
    ("galant-engine-torch", Place::Layer(3)),
    ("galant-train", Place::Layer(3)),
    ("galant-checkpoint", Place::Layer(3)),
    ("galant-sample", Place::Layer(3)),
    ("galant-cli", Place::Program(4)),
    ("galant-testkit", Place::TestHelp),
    ("galant-benches", Place::Benches),
    ("xtask", Place::Tool),
];

/// The dependencies that only some may name, so that each stays replaceable.
pub(crate) const OWNERS: &[(&str, &[&str])] = &[
    ("midly", &["galant-midi"]),
    ("encoding_rs", &["galant-midi"]),
    ("rustysynth", &["galant-synth"]),
    ("hound", &["galant-synth"]),
    ("rodio", &["galant-cli"]),
    ("plotters", &["galant-plot"]),
    ("ndarray", &["galant-engine"]),
    ("tch", &["galant-engine-torch"]),
    ("safetensors", &["galant-checkpoint"]),
    ("bincode", &["galant-checkpoint"]),
    ("clap", &["galant-cli"]),
    ("indicatif", &["galant-cli"]),
    ("zip", &["xtask"]),
    ("flate2", &["xtask"]),
    ("criterion", &["galant-benches"]),
    ("rand", &["galant-batches", "galant-model", "galant-engine", "galant-sample", "galant-dice"]),
    ("rand_distr", &["galant-batches", "galant-model", "galant-engine", "galant-sample", "galant-dice"]),
    ("serde", &["galant-checkpoint", "galant-cli"]),
    ("anyhow", &["galant-cli", "xtask"]),
];

/// The only crate that may hold `unsafe`.
pub(crate) const UNSAFE_CRATE: &str = "galant-kernels";

/// The only crate that may name bincode, which is no longer maintained, and there in one file.
pub(crate) const BINCODE_CRATE: &str = "galant-checkpoint";

/// What must lie at the top level.
pub(crate) const TOP_LEVEL: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "crates",
    "fixtures",
    "xtask",
];

/// What may lie there besides, apart from names that begin with a full stop.
pub(crate) const TOP_LEVEL_OPTIONAL: &[&str] =
    &["benches", "rustfmt.toml", "clippy.toml", "deny.toml", "rust-toolchain.toml", "SECURITY.md", "fuzz"];

/// A source file has fewer lines than this.
pub(crate) const LINES_LIMIT: usize = 400;

/// Folders that are one machine's own: no tracked text names a path in one of them.
pub(crate) const MACHINE_FOLDERS: &[&str] = &["home", "root", "tmp", "work", "farm"];

/// What a library may not do in its sources: files, printing, processes and the network belong to the program.
pub(crate) const FORBIDDEN_IN_LIBRARIES: &[&str] = &[
    "std::fs",
    "fs::",
    "File::",
    "OpenOptions",
    "stdin()",
    "stdout()",
    "stderr()",
    "std::process",
    "std::net",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
];

/// The foreign packages whose build scripts were read: none downloads.
///
/// They ask what compiler and system there are; that of `alloca`, which only benches need, compiles a file of its own.
pub(crate) const BUILD_SCRIPTS: &[&str] = &[
    "alloca",
    "anyhow",
    "constant_time_eq",
    "crc32fast",
    "crunchy",
    "encoding_rs",
    "getrandom",
    "libc",
    "libm",
    "matrixmultiply",
    "nix",
    "num-traits",
    "objc2",
    "portable-atomic",
    "portable-atomic-util",
    "proc-macro2",
    "quote",
    "rustix",
    "rustversion",
    "serde",
    "serde_core",
    "serde_json",
    "thiserror",
    "wasm-bindgen",
    "wasm-bindgen-shared",
    "winapi",
    "winapi-i686-pc-windows-gnu",
    "winapi-x86_64-pc-windows-gnu",
    "zerocopy",
    "zmij",
];
