//! What is served: the files of the page, and the models of the user.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::http::Content;

/// How deep folders are searched for models.
const MAX_DEPTH: usize = 8;

/// Where the page looks for its models.
const LIST: &str = "models/models.json";

/// The files that a browser may have.
pub(super) struct Site {
    page: PathBuf,
    /// The models named, by the file names that the page knows them by.
    models: BTreeMap<String, PathBuf>,
}

impl Site {
    /// The page in a folder, with models beside its own.
    ///
    /// # Errors
    ///
    /// If the folder holds no page, or if a model is not there.
    pub(super) fn new(page: PathBuf, models: &[PathBuf]) -> anyhow::Result<Site> {
        ensure!(
            page.join("index.html").is_file(),
            "there is no page in {}; `cargo xtask studio` builds it, and --page names the folder of one",
            page.display()
        );
        let mut found = Vec::new();
        for path in models {
            let before = found.len();
            search(path, MAX_DEPTH, &mut found).with_context(|| format!("reading {}", path.display()))?;
            ensure!(found.len() > before, "reading {}: no file in it ends in .safetensors", path.display());
        }
        let mut site = Site { page, models: BTreeMap::new() };
        for path in found {
            let name = site.unused(&name_of(&path));
            site.models.insert(format!("{name}.safetensors"), path);
        }
        Ok(site)
    }

    /// The models of the user, each with its name.
    pub(super) fn models(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.models.iter().map(|(file, path)| (stem(file), path.as_path()))
    }

    /// The file at a path of the address, which begins with a slash.
    pub(super) fn get(&self, path: &str) -> Option<Content> {
        let below = if path == "/" { "index.html" } else { path.strip_prefix('/')? };
        if below == LIST {
            return Some(Content { kind: "application/json", bytes: self.list().to_string().into() });
        }
        let own = below.strip_prefix("models/").and_then(|file| self.models.get(file));
        let file = own.cloned().or_else(|| self.of_page(below))?;
        Some(Content { kind: kind(&file), bytes: fs::read(file).ok()? })
    }

    /// A file of the page, never one outside its folder.
    fn of_page(&self, below: &str) -> Option<PathBuf> {
        let is_plain = Path::new(below).components().all(|part| matches!(part, Component::Normal(_)));
        // On Windows a backslash would be a separator, and a colon would name a drive or a stream.
        (is_plain && !below.contains(['\\', ':'])).then(|| self.page.join(below)).filter(|file| file.is_file())
    }

    /// The user's models first: the page begins with the first that can do what is asked.
    fn list(&self) -> Value {
        let own = self.models.keys().map(|file| json!({ "file": file, "name": stem(file) }));
        let of_page = fs::read(self.page.join(LIST)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(Value::Array(of_page)) = of_page else { return own.collect() };
        own.chain(of_page).collect()
    }

    fn unused(&self, name: &str) -> String {
        let is_free = |name: &String| {
            let file = format!("{name}.safetensors");
            !self.models.contains_key(&file) && !self.page.join("models").join(&file).exists()
        };
        let numbered = (2..).map(|number| format!("{name} {number}"));
        std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_else(|| name.to_owned())
    }
}

fn stem(file: &str) -> &str {
    file.strip_suffix(".safetensors").unwrap_or(file)
}

/// The name of a model file; of `mine/model.safetensors` it is the folder's.
fn name_of(path: &Path) -> String {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let folder =
        fs::canonicalize(path).ok().and_then(|path| Some(path.parent()?.file_name()?.to_string_lossy().into_owned()));
    if name == "model" { folder.unwrap_or(name) } else { name }
}

/// The model file, or those in a folder and its subfolders in the order of their names.
fn search(path: &Path, depth: usize, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        found.push(path.to_owned());
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    entries.sort();
    for entry in entries {
        let is_model = entry.extension().is_some_and(|ending| ending == "safetensors");
        // A link that leads nowhere is no model.
        let is_folder = entry.is_dir();
        if (is_folder && depth > 0) || (is_model && entry.is_file()) {
            search(&entry, depth.saturating_sub(1), found)?;
        }
    }
    Ok(())
}

/// What a browser must be told of a file: it refuses scripts and modules of another kind.
fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}
