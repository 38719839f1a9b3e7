//! `cargo xtask corpus`: music to train on, from the collections that the Python package music21 carries.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use sha2::{Digest, Sha256};
use xshell::{Shell, cmd};

use crate::cache::cache_folder;
use crate::command::run as run_command;
use crate::workspace::Workspace;

pub(crate) const HELP: &str = "\
pip downloads the wheel of music21 10.5.1 (20 MB), whose hash is checked and which stays under ~/.cache/galant or
$XDG_CACHE_HOME/galant; the corpus is unpacked next to it, in the folder `corpus`. A second time nothing is done.

music21 is BSD-licensed; the encodings of its corpus have terms of their own, which the task prints.";

/// A collection of music21's corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Set {
    /// 408 chorales harmonized by Bach, in MusicXML
    Chorales,
    /// Ryan's Mammoth Collection, 1,059 fiddle tunes of 1883, in ABC
    Ryan,
    /// O'Neill's Music of Ireland, 1850 tunes of 1903, in ABC
    Oneill,
    /// Aird's Airs, six books of about 1,200 tunes, 1782 to 1803, in ABC
    Airds,
}

impl Set {
    /// What the folder is called here, the folder in the corpus of music21, and the ending of its files.
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Set::Chorales => ("chorales", "bach", "mxl"),
            Set::Ryan => ("ryan", "ryansMammoth", "abc"),
            Set::Oneill => ("oneill", "oneills1850", "abc"),
            Set::Airds => ("airds", "airdsAirs", "abc"),
        }
    }
}

/// The version, and the file that pip names after it.
const VERSION: &str = "10.5.1";
const WHEEL: &str = "music21-10.5.1-py3-none-any.whl";

/// The list from which pip takes the version and the hash.
const LIST: &str = include_str!("../music21.txt");

/// What the license of the corpus is called in the wheel and in each folder that is unpacked.
const LICENSE: &str = "license.txt";

/// How the sentence begins that says what the corpus may be used for.
const TERMS: &str = "Some encodings";

/// Unpacks a collection, unless it is there, and says where it is and what its license says.
///
/// # Errors
///
/// As [`provide`].
pub(crate) fn run(set: Set) -> anyhow::Result<()> {
    let folder = provide(&Workspace::load()?, set)?;
    println!("next  galant corpus {}", folder.display());
    Ok(())
}

/// The folder of a collection, which is unpacked unless it is there; says where it is and what its license says.
///
/// # Errors
///
/// If the wheel cannot be had, is not the expected one, or cannot be unpacked.
pub(crate) fn provide(workspace: &Workspace, set: Set) -> anyhow::Result<PathBuf> {
    let (name, ..) = set.names();
    let cache = cache_folder()?;
    workspace.sh.create_dir(&cache)?;
    // A second task that wants the same waits for the first.
    let lock = File::create(cache.join("corpus.lock")).with_context(|| format!("writing to {}", cache.display()))?;
    lock.lock()?;
    let folder = cache.join("corpus").join(name);
    if !folder.exists() {
        let wheel = provide_wheel(workspace, &cache)?;
        unpack(&workspace.sh, &wheel, set, &cache, &folder)?;
    }
    let n_files = fs::read_dir(&folder)?.flatten().filter(|entry| entry.file_name() != LICENSE).count();
    println!("{n_files} files in {}", folder.display());
    let license = folder.join(LICENSE);
    println!("their license: {}", license.display());
    if let Some(terms) = sentence(&fs::read_to_string(&license)?, TERMS) {
        println!("  {terms}");
    }
    Ok(folder)
}

/// The folder of a collection that was unpacked before, if it was.
pub(crate) fn unpacked(set: Set) -> Option<PathBuf> {
    let folder = cache_folder().ok()?.join("corpus").join(set.names().0);
    folder.is_dir().then_some(folder)
}

/// The wheel under the cache folder; pip fetches it if it is not there.
fn provide_wheel(workspace: &Workspace, cache: &Path) -> anyhow::Result<PathBuf> {
    let wheel = cache.join(WHEEL);
    if !wheel.exists() {
        let list = workspace.root.join("xtask/music21.txt");
        let flags = ["--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--require-hashes"];
        run_command(cmd!(workspace.sh, "python3 -m pip download {flags...} -r {list} --dest {cache}")).with_context(
            || {
                format!(
                    "fetching music21 needs Python's pip (`apt install python3-pip` on Debian and Ubuntu, \
                     `dnf install python3-pip` on Fedora) and a network; without them put {WHEEL} into {}",
                    cache.display()
                )
            },
        )?;
    }
    check_hash(&wheel, expected_hash())?;
    Ok(wheel)
}

/// The SHA-256 of the wheel, in hexadecimal digits.
fn expected_hash() -> &'static str {
    LIST.lines().find_map(|line| line.split_once("--hash=sha256:")).map_or("", |(_, hash)| hash.trim())
}

/// Refuses a file that is damaged, or another one; pip checks only what it downloads.
fn check_hash(file: &Path, expected: &str) -> anyhow::Result<()> {
    let bytes = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let found: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    ensure!(
        found == expected,
        "{} is not music21 {VERSION}: its sha256 is {found}, expected {expected}; remove it and run this again",
        file.display()
    );
    Ok(())
}

/// Unpacks one collection of the wheel as `folder`.
///
/// The folder gets its name when it is complete, so that an interrupted attempt is not taken for it.
fn unpack(sh: &Shell, wheel: &Path, set: Set, cache: &Path, folder: &Path) -> anyhow::Result<()> {
    let (_, source, ending) = set.names();
    let (unpacked, unfinished) = (cache.join("music21-unfinished"), cache.join("corpus-unfinished"));
    for left_over in [&unpacked, &unfinished] {
        sh.remove_path(left_over)?;
        sh.create_dir(left_over)?;
    }
    run_command(cmd!(sh, "python3 -m zipfile -e {wheel} {unpacked}"))?;
    let corpus = unpacked.join("music21/corpus");
    for entry in fs::read_dir(corpus.join(source)).with_context(|| format!("{source} is not in the wheel"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == ending) {
            let name = path.file_name().context("a file of a folder has a name")?;
            fs::rename(&path, unfinished.join(name))?;
        }
    }
    fs::rename(corpus.join(LICENSE), unfinished.join(LICENSE)).context("the wheel has no license for its corpus")?;
    if let Some(parent) = folder.parent() {
        sh.create_dir(parent)?;
    }
    fs::rename(&unfinished, folder).with_context(|| format!("creating {}", folder.display()))?;
    Ok(sh.remove_path(&unpacked)?)
}

/// The sentence of a text that begins with `beginning`, on one line.
fn sentence(text: &str, beginning: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = &text[text.find(beginning)?..];
    let end = sentence.find(". ").map_or(sentence.len(), |stop| stop + 1);
    Some(sentence[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wheel_is_that_of_the_version_and_has_a_hash() {
        assert!(LIST.contains(&format!("music21=={VERSION} ")) && WHEEL.contains(VERSION) && HELP.contains(VERSION));
        assert_eq!(expected_hash().len(), 64);
    }

    #[test]
    fn another_file_is_not_taken_for_the_wheel() {
        let folder = std::env::temp_dir().join(format!("galant-xtask-corpus-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(WHEEL);
        fs::write(&file, "abc").unwrap();
        // The example of FIPS 180-4.
        check_hash(&file, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad").unwrap();
        let error = check_hash(&file, expected_hash()).unwrap_err().to_string();
        assert!(error.contains("is not music21 10.5.1: its sha256 is ba7816bf"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_sentence_ends_with_its_full_stop() {
        let text = "First one. Some of it\n  may be copied: see v1.2. A third.";
        assert_eq!(sentence(text, "Some").as_deref(), Some("Some of it may be copied: see v1.2."));
        assert_eq!(sentence(text, "None"), None);
    }
}
