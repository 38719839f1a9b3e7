//! No two files of a crate need each other, directly or by way of others.

use std::collections::{BTreeMap, BTreeSet};

use super::project::{TrackedFile, Violation};
use super::syntax::{Name, names};
use crate::workspace::Package;

/// Follows the imports and paths between the files of every library and program.
///
/// A file needs another if it names something that the other defines; names passed on by a third file are followed to
/// where they are defined. Declaring a module, or passing on its names by `pub use`, is no need.
pub(crate) fn check(packages: &[Package], files: &[TrackedFile]) -> Vec<Violation> {
    let roots: Vec<&String> = packages.iter().flat_map(|package| &package.crate_roots).collect();
    roots.iter().flat_map(|root| check_crate(root, &roots, files)).collect()
}

fn check_crate(root: &str, roots: &[&String], files: &[TrackedFile]) -> Vec<Violation> {
    let folder = &root[..=root.rfind('/').unwrap_or_default()];
    let is_own = |path: &str| path == root || path.starts_with(folder) && roots.iter().all(|other| *other != path);
    let mut modules = BTreeMap::new();
    for file in files.iter().filter(|file| is_own(&file.path) && !file.is_test()) {
        let Some(text) = file.rust() else { continue };
        let module = module_of(&file.path, root, folder);
        match names(text, &module) {
            Ok(mut names) => {
                names.retain(|name| !name.in_tests);
                modules.insert(module, (file.path.as_str(), names));
            }
            Err(error) => return vec![Violation::new(&file.path, error.to_string(), "write Rust")],
        }
    }
    circles(&modules.values().map(|(path, names)| (*path, needs(names, &modules))).collect())
}

/// By module path, the file and what it names.
type Modules<'a> = BTreeMap<Vec<String>, (&'a str, Vec<Name>)>;

fn module_of(path: &str, root: &str, folder: &str) -> Vec<String> {
    let mut module = vec!["crate".to_owned()];
    if path != root {
        let below = path[folder.len()..].trim_end_matches(".rs").trim_end_matches("/mod");
        module.extend(below.split('/').map(str::to_owned));
    }
    module
}

/// The files that a file needs, itself perhaps among them.
fn needs<'a>(names: &[Name], modules: &Modules<'a>) -> BTreeSet<&'a str> {
    let is_need = |name: &&Name| !matches!(name.import, Some((_, true)));
    names.iter().filter(is_need).filter_map(|name| defining_file(&name.path, modules, 8)).collect()
}

/// The file that defines what `path` names, followed through at most `n_steps` imports.
fn defining_file<'a>(path: &[String], modules: &Modules<'a>, n_steps: usize) -> Option<&'a str> {
    let len = (1..=path.len()).rev().find(|&len| modules.contains_key(&path[..len]))?;
    let (file, names) = &modules[&path[..len]];
    let imported = path
        .get(len)
        .and_then(|first| names.iter().find(|name| name.import.as_ref().is_some_and(|(alias, _)| alias == first)));
    match imported.filter(|_| n_steps > 0) {
        Some(imported) => defining_file(&[imported.path.as_slice(), &path[len + 1..]].concat(), modules, n_steps - 1),
        None => Some(file),
    }
}

/// One violation for each group of files that need each other, with what each of them needs of the others.
fn circles(needs: &Needs) -> Vec<Violation> {
    let all: Needs = needs.keys().map(|file| (*file, reached(file, needs))).collect();
    let mut violations = Vec::new();
    for (file, reached) in &all {
        let group: BTreeSet<&str> = reached.iter().filter(|other| all[*other].contains(file)).copied().collect();
        // A file that needs only itself is no circle; a group is reported at its first file.
        if group.len() < 2 || group.first() != Some(file) {
            continue;
        }
        let short = |path: &&str| path.rsplit_once("/src/").map_or(*path, |(_, short)| short).to_owned();
        let shown = group.iter().map(|file| {
            let others: Vec<String> =
                needs[file].intersection(&group).filter(|other| *other != file).map(short).collect();
            format!("{} → {}", short(file), others.join(", "))
        });
        let what = format!("{} files need each other: {}", group.len(), shown.collect::<Vec<_>>().join("; "));
        violations.push(Violation::new(file, what, "move what they share into a file below them"));
    }
    violations
}

/// By file, the files that it needs.
type Needs<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// The files that a file needs, directly or by way of others.
fn reached<'a>(file: &str, needs: &Needs<'a>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = needs[file].iter().copied().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(&needs[next]);
        }
    }
    reached
}
