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
            Ok(names) => drop(modules.insert(module, (file.path.as_str(), names))),
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
    let is_need = |name: &&Name| !name.in_tests && name.import.as_ref().is_none_or(|import| !import.passed_on);
    names.iter().filter(is_need).filter_map(|name| defining_file(&name.path, modules, 8)).collect()
}

/// The file that defines what `path` names, followed through at most `n_steps` imports.
fn defining_file<'a>(path: &[String], modules: &Modules<'a>, n_steps: usize) -> Option<&'a str> {
    let len = (1..=path.len()).rev().find(|&len| modules.contains_key(&path[..len]))?;
    let (file, names) = &modules[&path[..len]];
    let imported = path
        .get(len)
        .and_then(|first| names.iter().find(|name| name.import.as_ref().is_some_and(|import| import.alias == *first)));
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

#[cfg(test)]
mod tests {
    use super::super::project::made_up::{file, lines, package};
    use super::*;

    /// Checks a crate of a root and two files.
    fn found(lib: &str, a: &str, b: &str) -> Vec<String> {
        let files =
            [("lib", lib), ("a", a), ("b", b)].map(|(name, text)| file(&format!("crates/x/src/{name}.rs"), text));
        lines(&check(&[package("x", &[])], &files))
    }

    const LIB: &str = "mod a;\nmod b;\npub use a::A;\npub use b::{B as Bee};\npub const LIMIT: u8 = 1;";

    #[test]
    fn files_that_need_each_other_are_reported() {
        let circle = "crates/x/src/a.rs: 2 files need each other: a.rs → b.rs; b.rs → a.rs; move what they share into a file below them";
        for (a, b) in [
            ("use crate::b::B;", "use super::a::{self, A};"),
            ("fn f() { crate::Bee::new(); }", "use crate::A;"),
            ("use crate::b;\nuse b::B;", "use crate::a as other;\nfn f() { other::A; }"),
            ("mod inner { use super::super::b::B; }", "fn f() -> bool { assert!(x == crate::a::A); }"),
        ] {
            assert_eq!(found(LIB, a, b), [circle], "{a} {b}");
        }
        let with_root =
            found("mod a;\nmod b;\nfn f() { a::g(); }\nconst LIMIT: u8 = 1;", "use crate::LIMIT;", "use crate::a::A;");
        assert_eq!(with_root.len(), 1);
        assert!(
            with_root[0].starts_with("crates/x/src/a.rs: 2 files need each other: a.rs → lib.rs; lib.rs → a.rs; "),
            "{with_root:?}"
        );
    }

    #[test]
    fn one_way_tests_and_names_passed_on_are_no_circle() {
        for (a, b) in [
            ("use crate::Bee;", "use std::a::A;\nstruct B { a: u8 }\nfn f(b: &B) { b.a::<u8>(); }"),
            ("use crate::b::B;", "#[cfg(test)]\nmod tests {\n use crate::a::A;\n}"),
            ("use crate::LIMIT;", "// crate::a::A\nconst TEXT: &str = \"crate::a::A\";"),
            ("mod inner { use super::A; }", "use crate::LIMIT;"),
        ] {
            assert!(found(LIB, a, b).is_empty(), "{a} {b}");
        }
        assert!(found("mod a;\nfn f() { a::g(); }", "pub(crate) fn g() {}", "").is_empty());
    }
}
