//! The structure of the project as data: layers, owners, exceptions, and what is at the top level.
//!
//! A new crate gets a row in [`CRATES`], a dependency with an owner one in [`OWNERS`].

/// Where a package is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A library; it may depend on lower layers.
    Layer(u8),
    /// A program on top of the libraries; no crate may depend on it, not even for tests.
    Program(u8),
    /// Helpers for tests; others may name it in dev-dependencies only.
    TestHelp,
    /// Depends on any library; nothing depends on it.
    Benches,
    /// Depends on none of our crates; nothing depends on it.
    Tool,
}

impl Place {
    /// The place of a package by its name.
    pub(crate) fn of(name: &str) -> Option<Place> {
        CRATES.iter().find(|(listed, _)| *listed == name).map(|&(_, place)| place)
    }
}

/// Every package of the workspace.
pub(crate) const CRATES: &[(&str, Place)] = &[
    // Data.
    ("galant-types", Place::Layer(1)),
    ("galant-kernels", Place::Layer(1)),
    // Formats and learning.
    ("galant-midi", Place::Layer(2)),
    ("galant-abc", Place::Layer(2)),
    ("galant-musicxml", Place::Layer(2)),
    ("galant-dice", Place::Layer(2)),
    ("galant-synth", Place::Layer(2)),
    ("galant-plot", Place::Layer(2)),
    ("galant-tokens", Place::Layer(2)),
    ("galant-batches", Place::Layer(2)),
    ("galant-model", Place::Layer(2)),
    ("galant-originality", Place::Layer(2)),
    // Compute.
    ("galant-engine", Place::Layer(3)),
    ("galant-engine-torch", Place::Layer(3)),
    ("galant-parallel", Place::Layer(3)),
    ("galant-train", Place::Layer(3)),
    ("galant-checkpoint", Place::Layer(3)),
    ("galant-sample", Place::Layer(3)),
    ("galant-ngram", Place::Layer(3)),
    ("galant-harmony", Place::Layer(3)),
    // Product.
    ("galant-corpus", Place::Layer(4)),
    ("galant-metrics", Place::Layer(4)),
    ("galant-evaluate", Place::Layer(5)),
    ("galant-pipeline", Place::Layer(5)),
    // Programs.
    ("galant-cli", Place::Program(6)),
    ("galant-web", Place::Program(6)),
    ("galant-testkit", Place::TestHelp),
    ("galant-benches", Place::Benches),
    ("xtask", Place::Tool),
];

/// The dependencies that only some may name, so that each stays replaceable.
pub(crate) const OWNERS: &[(&str, &[&str])] = &[
    ("midly", &["galant-midi"]),
    ("encoding_rs", &["galant-midi", "galant-abc"]),
    ("roxmltree", &["galant-musicxml"]),
    ("zip", &["galant-musicxml"]),
    ("flate2", &["galant-musicxml"]),
    ("rustysynth", &["galant-synth"]),
    ("hound", &["galant-synth"]),
    ("ab_glyph", &["galant-plot"]),
    ("plotters-backend", &["galant-plot"]),
    ("plotters-bitmap", &["galant-plot"]),
    ("plotters-svg", &["galant-plot"]),
    ("ndarray", &["galant-engine"]),
    ("rayon-core", &["galant-engine"]),
    ("tch", &["galant-engine-torch"]),
    ("mpi", &["galant-parallel"]),
    ("safetensors", &["galant-checkpoint"]),
    ("bincode", &["galant-checkpoint"]),
    ("rand", &["galant-batches", "galant-model", "galant-engine", "galant-sample", "galant-dice"]),
    ("rand_distr", &["galant-batches", "galant-model", "galant-engine", "galant-sample", "galant-dice"]),
    ("serde", &["galant-checkpoint", "galant-corpus", "galant-evaluate", "galant-cli", "galant-web"]),
    ("clap", &["galant-cli", "galant-benches", "xtask"]),
    ("clap_complete", &["galant-cli"]),
    ("clap_mangen", &["galant-cli"]),
    ("anstream", &["galant-cli"]),
    ("anstyle", &["galant-cli"]),
    ("toml", &["galant-cli"]),
    ("csv", &["galant-cli"]),
    ("shlex", &["galant-cli", "xtask"]),
    ("httparse", &["galant-cli"]),
    ("indicatif", &["galant-cli"]),
    ("rodio", &["galant-cli"]),
    ("ctrlc", &["galant-cli", "xtask"]),
    ("anyhow", &["galant-cli", "galant-benches", "xtask"]),
    ("cargo_metadata", &["xtask"]),
    ("proc-macro2", &["xtask"]),
    ("syn", &["xtask"]),
    ("xshell", &["xtask"]),
    ("criterion", &["galant-benches"]),
];

/// What no library in a layer names in its sources: printing, files, clocks, the environment, processes and the network
/// belong to the programs, so that every library also runs in a browser.
pub(crate) const FORBIDDEN_IN_LAYERS: &[&str] = &[
    "std::fs",
    "std::env",
    "std::process",
    "std::net",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::time::Instant",
    "std::time::SystemTime",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
];

/// Crates that may name one of [`FORBIDDEN_IN_LAYERS`], and why.
pub(crate) const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// The only crate with `unsafe` code.
pub(crate) const UNSAFE_CRATE: &str = "galant-kernels";

/// The crate that exports functions by their names, and the only file that may: an attribute for that is unsafe code to the
/// compiler. The file has no other.
pub(crate) const EXPORTS: (&str, &str) = ("galant-web", "crates/galant-web/src/exports.rs");

/// How an exported function keeps its name.
pub(crate) const EXPORT_ATTRIBUTE: &str = "#[unsafe(no_mangle)]";

/// Dependencies that one file of their owner names, so that they can be replaced: bincode is no longer maintained.
pub(crate) const IN_ONE_FILE: &[(&str, &str)] = &[("galant-checkpoint", "bincode"), ("galant-parallel", "mpi")];

/// A source file has fewer lines than this.
pub(crate) const LINES_LIMIT: usize = 400;

/// Folders that belong to one machine: no tracked text names a path in one of them.
pub(crate) const MACHINE_FOLDERS: &[&str] = &["home", "root", "tmp", "work", "farm"];

/// The extensions of files that are sources, texts or settings; all other files are data.
pub(crate) const NOT_DATA: &[&str] = &["rs", "toml", "lock", "md", "txt", "py", "html", "css", "js", "ts", "mjs"];

/// The settings of tools in JSON, which are no data either.
pub(crate) const SETTINGS: &[&str] = &["package.json", "package-lock.json", "tsconfig.json"];

/// The extensions of sources that people read in full: none has [`LINES_LIMIT`] lines.
pub(crate) const SOURCES: &[&str] = &["rs", "ts", "mjs", "js", "css", "html"];

/// What must be at the top level.
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

/// What may be there in addition, apart from names that begin with a full stop.
pub(crate) const TOP_LEVEL_OPTIONAL: &[&str] = &[
    "benches",
    "rustfmt.toml",
    "clippy.toml",
    "deny.toml",
    "rust-toolchain.toml",
    "SECURITY.md",
    "fuzz",
    "docs",
    "web",
];
