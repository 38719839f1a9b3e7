//! `cargo xtask judge`: the published benchmarks, measured with the program.

mod benchmarks;
mod page;
mod rolls;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use xshell::cmd;

use crate::command::{below_here, run as run_command};
use crate::workspace::Workspace;

use benchmarks::{BENCHMARKS, Benchmark};

pub(crate) const ABOUT: &str = "\
Builds the program, trains a network for each published benchmark, measures it on the validation part, and writes
benches/JUDGE.md: JSB Chorales at sixteenths in four voices, and the piano-rolls of JSB Chorales, Nottingham, MuseData and
Piano-midi.de, in nats per frame.

The data, JSON lists of pieces of frames of MIDI pitches, is not part of the project; it is looked for in `data` of
$GALANT_SHARED or of ../shared, in the folders jsb16 and poly. Every command is printed before it runs. Results are kept,
so that the benchmarks may be measured one by one.";

/// What the caller wants.
#[derive(clap::Args)]
pub(crate) struct Request {
    /// Minutes of training for each benchmark
    #[arg(long, value_name = "M", default_value_t = 15.0)]
    minutes: f64,
    /// Measures these benchmarks only: jsb16, jsb, nottingham, musedata, piano-midi
    #[arg(long, value_name = "NAME,NAME,...", value_delimiter = ',')]
    only: Vec<String>,
    /// The folder of data [default: `data` of $GALANT_SHARED or of ../shared]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where models and results go; the results that are there stay in the page
    #[arg(long, value_name = "DIR", default_value = "target/judge")]
    out: PathBuf,
    /// The page to write [default: benches/JUDGE.md of the workspace]
    #[arg(long, value_name = "FILE.md")]
    page: Option<PathBuf>,
    /// Go to each `galant train` as they are, after the settings of the benchmark, such as `-- --seed 2`
    #[arg(last = true, value_name = "ARGS")]
    rest: Vec<String>,
}

/// Builds, trains, measures, and writes the page.
///
/// # Errors
///
/// If a name is no benchmark, if the data cannot be read, or if a command fails.
pub(crate) fn run(request: &Request) -> anyhow::Result<()> {
    let Request { only, out, page, .. } = request;
    let names: Vec<&str> = BENCHMARKS.iter().map(|benchmark| benchmark.name).collect();
    for name in only {
        ensure!(names.contains(&name.as_str()), "'{name}' is no benchmark; they are {}", names.join(", "));
    }
    let workspace = Workspace::load()?;
    let data = request.data.clone().unwrap_or_else(|| default_data(&workspace.root));
    ensure!(
        data.is_dir(),
        "{} is not there; name the folder that holds jsb16 and poly with --data, see cargo xtask judge --help",
        data.display()
    );
    run_command(cmd!(workspace.sh, "cargo build --release -p galant-cli"))?;
    let program = workspace.release_program("", "galant");
    let wanted = |benchmark: &&Benchmark| only.is_empty() || only.iter().any(|name| name == benchmark.name);
    for benchmark in BENCHMARKS.iter().filter(wanted) {
        measure(benchmark, request, &data, &workspace, below_here(&program))?;
    }
    let page_file = page.clone().unwrap_or_else(|| workspace.root.join("benches/JUDGE.md"));
    let results = BENCHMARKS.iter().map(|benchmark| read_result(&out.join(benchmark.name).join(RESULT)));
    let text = page::text(&results.collect::<anyhow::Result<Vec<_>>>()?);
    fs::write(&page_file, text).with_context(|| format!("writing {}", page_file.display()))?;
    println!("wrote {}", below_here(&page_file).display());
    Ok(())
}

/// What a measurement leaves, for the page.
const RESULT: &str = "result.json";

fn default_data(root: &Path) -> PathBuf {
    let shared = std::env::var_os("GALANT_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    shared.join("data")
}

/// A result that was measured; none if there is none.
fn read_result(path: &Path) -> anyhow::Result<Option<Value>> {
    let reading = || format!("reading {}", path.display());
    path.exists()
        .then(|| anyhow::Ok(serde_json::from_str(&fs::read_to_string(path)?)?))
        .transpose()
        .with_context(reading)
}

/// Trains a network on the training part and measures it on the validation part.
fn measure(
    benchmark: &Benchmark,
    request: &Request,
    data: &Path,
    workspace: &Workspace,
    galant: &Path,
) -> anyhow::Result<()> {
    let folder = request.out.join(benchmark.name);
    let sh = &workspace.sh;
    sh.create_dir(&folder)?;
    let [train, valid] = ["train", "valid"].map(|part| folder.join(part));
    let mut n_frames = 0;
    for (part, file) in [&train, &valid].into_iter().zip(benchmark.files) {
        let pieces = rolls::read(&data.join(file))?;
        sh.remove_path(part)?;
        rolls::write(&pieces, benchmark.layout, part)?;
        n_frames = pieces.iter().map(Vec::len).sum::<usize>();
        println!("{}: {} pieces, {n_frames} frames in {}", benchmark.name, pieces.len(), part.display());
    }
    let (settings, rest) = (benchmark.training, &request.rest);
    let minutes = request.minutes.to_string();
    let began = Instant::now();
    run_command(cmd!(
        sh,
        "{galant} train --corpus {train} --out {folder} --minutes {minutes} --force {settings...} {rest...}"
    ))?;
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    let model = folder.join("model.safetensors");
    let evaluate = cmd!(sh, "{galant} evaluate --model {model} {valid} --json --quiet --corpus {train}");
    println!("$ {evaluate}");
    let total: Value =
        serde_json::from_str(&evaluate.quiet().read()?).context("reading what galant evaluate prints")?;
    let commit = cmd!(sh, "git log -1 --format=%h,%cs").quiet().read().unwrap_or_default();
    let result = json!({
        "minutes": minutes,
        "machine": page::machine(),
        "commit": commit.trim(),
        "frames": n_frames,
        "network": nats_per_frame(&total, &total["total"], n_frames),
        "unigram": nats_per_frame(&total, &total["unigram"], n_frames),
        "ngrams": nats_per_frame(&total, &total["ngrams"], n_frames),
        "unknown": total["total"]["unknown"],
        "tokens": total["total"]["tokens"],
    });
    fs::write(folder.join(RESULT), serde_json::to_string_pretty(&result)? + "\n")?;
    println!("{}: {}", benchmark.name, result);
    Ok(())
}

/// The nats of one of the models in `galant evaluate --json`, per frame of the data: what all tokens cost, and the first
/// token of each piece by chance.
///
/// Its own frames end with the last note of a piece; those of the data do not.
fn nats_per_frame(evaluated: &Value, model: &Value, n_frames: usize) -> Option<f64> {
    let measured = evaluated["total"]["frames"].as_f64()?;
    let nats = model["nats_per_frame"].as_f64()? * measured + evaluated["total"]["first_nats"].as_f64()?;
    Some(nats / n_frames as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_tokens_are_charged_and_all_frames_counted() {
        let evaluated = json!({
            "total": { "frames": 90, "nats_per_frame": 2.0, "first_nats": 20.0 },
            "unigram": { "nats_per_frame": 4.0 },
        });
        assert_eq!(nats_per_frame(&evaluated, &evaluated["total"], 100), Some(2.0));
        assert_eq!(nats_per_frame(&evaluated, &evaluated["unigram"], 100), Some(3.8));
        assert_eq!(nats_per_frame(&evaluated, &evaluated["ngrams"], 100), None);
    }
}
