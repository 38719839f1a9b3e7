//! What sources may say.

use super::project::{TrackedFile, Violation};
use super::syntax::{self, Name};
use super::walls::{
    EXCEPTIONS, EXPORT_ATTRIBUTE, EXPORTS, FORBIDDEN_IN_LAYERS, IN_ONE_FILE, LINES_LIMIT, MACHINE_FOLDERS, Place,
    SOURCES, UNSAFE_CRATE,
};
use crate::workspace::Package;

/// Checks unsafe code, what libraries may not do, embedded files, lengths, and paths of one machine.
pub(crate) fn check(packages: &[Package], files: &[TrackedFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in packages {
        let folder = format!("{}/", package.folder);
        let own: Vec<&TrackedFile> = files.iter().filter(|file| file.path.starts_with(&folder)).collect();
        violations.extend(unsafe_code(package, &own));
        violations.extend(own.iter().flat_map(|file| embedded_files(&folder, file)));
        violations.extend(names(package, &own));
    }
    for (file, text) in files.iter().filter_map(|file| Some((file, file.text()?))) {
        let n_lines = text.lines().count();
        let is_source = file.path.rsplit_once('.').is_some_and(|(_, ending)| SOURCES.contains(&ending));
        if is_source && n_lines >= LINES_LIMIT {
            let cure = format!("split it; the limit is {} lines", LINES_LIMIT - 1);
            violations.push(Violation::new(&file.path, format!("has {n_lines} lines"), cure));
        }
        for (number, _) in (1..).zip(text.lines()).filter(|(_, line)| names_a_machine_folder(line)) {
            let what = format!("line {number} names a path of one machine");
            violations.push(Violation::new(&file.path, what, "name paths below the checkout"));
        }
    }
    violations
}

fn unsafe_code(package: &Package, files: &[&TrackedFile]) -> Vec<Violation> {
    if package.name == EXPORTS.0 {
        return exports(package, files);
    }
    let forbids = |file: &TrackedFile| {
        file.text().is_some_and(|text| text.lines().any(|line| line.trim() == "#![forbid(unsafe_code)]"))
    };
    let roots = files.iter().filter(|file| package.crate_roots.contains(&file.path));
    let missing = roots.filter(|file| package.name != UNSAFE_CRATE && !forbids(file));
    let cure = format!("write it at the top; only {UNSAFE_CRATE} has unsafe code");
    missing.map(|file| Violation::new(&file.path, "a crate root without #![forbid(unsafe_code)]", &cure)).collect()
}

/// Checks that a crate which exports functions by their names has no other unsafe code, and that in one file.
fn exports(package: &Package, files: &[&TrackedFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in files.iter().filter(|file| file.rust().is_some()) {
        let lines: Vec<&str> = file.text().unwrap_or_default().lines().map(str::trim).collect();
        if package.crate_roots.contains(&file.path) && !lines.contains(&"#![deny(unsafe_code)]") {
            let cure = format!("write it at the top; only {} exports", EXPORTS.1);
            violations.push(Violation::new(&file.path, "a crate root without #![deny(unsafe_code)]", cure));
        }
        let is_allowed = |line: &str| match line {
            _ if line.starts_with("//") || line == "#![deny(unsafe_code)]" => true,
            "#![allow(unsafe_code)]" => file.path == EXPORTS.1,
            _ => line == EXPORT_ATTRIBUTE && file.path == EXPORTS.1 || !line.contains("unsafe"),
        };
        for (number, _) in (1..).zip(&lines).filter(|(_, line)| !is_allowed(line)) {
            let cure = format!("{} exports functions by {EXPORT_ATTRIBUTE}, and nothing else is unsafe", EXPORTS.1);
            violations.push(Violation::new(&file.path, format!("line {number} has unsafe code"), cure));
        }
    }
    violations
}

/// What the sources of a package name, without its tests, benchmarks and examples.
fn names(package: &Package, files: &[&TrackedFile]) -> Vec<Violation> {
    let is_layer = matches!(Place::of(&package.name), Some(Place::Layer(_)));
    let in_one_file = IN_ONE_FILE.iter().find(|(owner, _)| *owner == package.name).map(|&(_, owned)| owned);
    let mut violations = Vec::new();
    let mut naming = Vec::new();
    for file in
        files.iter().filter(|file| file.path.starts_with(&format!("{}/src/", package.folder)) && !file.is_test())
    {
        // A file that is no Rust is reported where circles are looked for.
        let Some(Ok(names)) = file.rust().map(|text| syntax::names(text, &["crate".to_owned()])) else { continue };
        for name in names.into_iter().filter(|name| !name.in_tests) {
            let path = name.path.join("::");
            let is_forbidden = |forbidden: &&&str| path == **forbidden || path.starts_with(&format!("{forbidden}::"));
            let found = FORBIDDEN_IN_LAYERS.iter().find(is_forbidden).filter(|_| is_layer);
            if let Some(found) = found
                .filter(|found| !EXCEPTIONS.iter().any(|(owner, what, _)| *owner == package.name && what == *found))
            {
                let cure = "libraries take and return data; the program reads, prints and measures time";
                violations.push(Violation::new(&file.path, format!("line {} has {found}", name.line), cure));
            }
            if in_one_file == name.path.first().map(String::as_str) && !naming.contains(&&file.path) {
                naming.push(&file.path);
            }
        }
    }
    if let Some(owned) = in_one_file.filter(|_| naming.len() != 1) {
        let what = format!("{} files name {owned} {naming:?}", naming.len());
        violations.push(Violation::new(&package.folder, what, "name it in one file, so that it can be replaced"));
    }
    violations
}

/// The embedded files that a package would lack if it stood alone.
fn embedded_files(folder: &str, file: &TrackedFile) -> Vec<Violation> {
    let below = file.path[folder.len()..].matches('/').count();
    let leaves = |path: &str| {
        let mut depth = Some(below);
        for part in path.split('/') {
            depth = depth.and_then(|depth| if part == ".." { depth.checked_sub(1) } else { Some(depth + 1) });
        }
        depth.is_none() || path.starts_with('/')
    };
    let names = file.rust().and_then(|text| syntax::names(text, &[]).ok()).unwrap_or_default();
    let is_include =
        |name: &&Name| name.path.last().is_some_and(|last| last == "include_str!" || last == "include_bytes!");
    let wrong = names.iter().filter(is_include).filter(|name| name.embedded.as_deref().is_none_or(leaves));
    let violation = |name: &Name| {
        let what = name.embedded.as_deref().unwrap_or("a path that is no plain literal");
        let cure = "keep the file in the package, so that it can be packaged";
        Violation::new(&file.path, format!("line {} embeds {what}", name.line), cure)
    };
    wrong.map(violation).collect()
}

fn names_a_machine_folder(line: &str) -> bool {
    MACHINE_FOLDERS.iter().any(|folder| {
        line.match_indices(&format!("/{folder}/")).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
        })
    })
}
