//! What sources may say.

use super::project::{TrackedFile, Violation};
use super::syntax::{self, Name};
use super::walls::{EXCEPTIONS, FORBIDDEN_IN_LAYERS, IN_ONE_FILE, LINES_LIMIT, MACHINE_FOLDERS, Place, UNSAFE_CRATE};
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
        if file.rust().is_some() && n_lines >= LINES_LIMIT {
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
    let forbids = |file: &TrackedFile| {
        file.text().is_some_and(|text| text.lines().any(|line| line.trim() == "#![forbid(unsafe_code)]"))
    };
    let roots = files.iter().filter(|file| package.crate_roots.contains(&file.path));
    let missing = roots.filter(|file| package.name != UNSAFE_CRATE && !forbids(file));
    let cure = format!("write it at the top; only {UNSAFE_CRATE} has unsafe code");
    missing.map(|file| Violation::new(&file.path, "a crate root without #![forbid(unsafe_code)]", &cure)).collect()
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

#[cfg(test)]
mod tests {
    use super::super::project::made_up::{file, lines, package};
    use super::*;

    /// Checks a crate with one file.
    fn found(name: &str, path: &str, text: &str) -> Vec<String> {
        lines(&check(&[package(name, &[])], &[file(&format!("crates/{name}/{path}"), text)]))
    }

    #[test]
    fn crate_roots_forbid_unsafe_code_except_one() {
        let text = "//! #![forbid(unsafe_code)]\n#![allow(unsafe_code)]\n";
        let expected = "crates/galant-dice/src/lib.rs: a crate root without #![forbid(unsafe_code)]; \
                        write it at the top; only galant-kernels has unsafe code";
        assert_eq!(found("galant-dice", "src/lib.rs", text), [expected]);
        assert!(found("galant-kernels", "src/lib.rs", text).is_empty());
        assert!(found("galant-dice", "src/lib.rs", "//! Doc.\n#![forbid(unsafe_code)]\n").is_empty());
    }

    #[test]
    fn libraries_neither_print_nor_open_files_nor_read_clocks() {
        let wrong = [
            "fn f() { std::fs::read(p); }",
            "use std::{fs, io};",
            "use std::io;\nfn f() { io::stdout().write_all(b); }",
            "use std::env::var as get;",
            "fn f() -> Result { let now = std::time::Instant::now(); }",
            "fn f() { println!(\"x\"); }",
            "fn f() { vec![dbg!(x)]; }",
            "fn f() { std::process::exit(1) }",
        ];
        for wrong in wrong {
            assert_eq!(found("galant-midi", "src/a.rs", wrong).len(), 1, "{wrong}");
            for (name, path) in
                [("galant-cli", "src/a.rs"), ("galant-testkit", "src/a.rs"), ("galant-midi", "tests/a.rs")]
            {
                assert!(found(name, path, wrong).is_empty(), "{name} {path}: {wrong}");
            }
            let test = format!("#[cfg(test)]\nmod tests {{\n{wrong}\n}}\n");
            assert!(found("galant-midi", "src/a.rs", &test).is_empty(), "{test}");
            assert_eq!(found("galant-midi", "src/a.rs", &format!("{test}{wrong}")).len(), 1, "{wrong}");
        }
        let right = "//! println!()\nuse std::io::Write;\nfn f() { let MidiFile::A = fs; env!(\"X\"); \"std::fs\"; }\n";
        assert!(found("galant-midi", "src/a.rs", right).is_empty());
        let expected = "crates/galant-midi/src/a.rs: line 2 has println!; \
                        libraries take and return data; the program reads, prints and measures time";
        assert_eq!(found("galant-midi", "src/a.rs", "fn a() {\n    println!(\"a\");\n}\n"), [expected]);
    }

    #[test]
    fn embedded_files_are_in_their_package() {
        for right in ["include_str!(\"../README.md\")", "include_bytes!(\"../data/x.csv\")", "include_str!(\"b/../x\")"]
        {
            assert!(found("a", "src/b.rs", &format!("const X: X = {right};")).is_empty(), "{right}");
        }
        let expected =
            "crates/a/src/b.rs: line 1 embeds ../../x; keep the file in the package, so that it can be packaged";
        assert_eq!(found("a", "src/b.rs", "#[doc = include_str!(\"../../x\")] struct X;"), [expected]);
        let in_tests = "\n#[cfg(test)]\nmod tests { const X: &[u8] = include_bytes!(\"x/../../../y\"); }";
        assert_eq!(found("a", "src/b.rs", in_tests).len(), 1);
        assert_eq!(found("a", "tests/b.rs", "fn f() { include_str!(concat!(\"a\", \"b\")) }").len(), 1);
    }

    #[test]
    fn one_file_names_bincode() {
        let found = |texts: [&str; 2]| {
            let [a, b] = texts.map(|text| format!("{text}\nfn f() {{}}"));
            let files = [file("crates/galant-checkpoint/src/a.rs", &a), file("crates/galant-checkpoint/src/b.rs", &b)];
            lines(&check(&[package("galant-checkpoint", &[])], &files))
        };
        assert!(found(["use bincode::config;", "// bincode stays in a.rs"]).is_empty());
        assert_eq!(found(["use bincode::config;", "fn g() { bincode::decode() }"]).len(), 1);
        let expected =
            "crates/galant-checkpoint: 0 files name bincode []; name it in one file, so that it can be replaced";
        assert_eq!(found(["", "// bincode"]), [expected]);
    }

    #[test]
    fn files_stay_short_and_name_no_path_of_one_machine() {
        let long = |n_lines: usize| lines(&check(&[], &[file("crates/a/src/b.rs", &"x\n".repeat(n_lines))]));
        assert!(long(399).is_empty());
        assert_eq!(long(400), ["crates/a/src/b.rs: has 400 lines; split it; the limit is 399 lines"]);
        assert!(check(&[], &[file("Cargo.lock", &"x\n".repeat(5000))]).is_empty());
        let found = |text: &str| lines(&check(&[], &[file("notes.md", text)]));
        for folder in MACHINE_FOLDERS {
            for before in ["", "see ", "\"", "cd ~"] {
                let expected = "notes.md: line 2 names a path of one machine; name paths below the checkout";
                assert_eq!(found(&format!("a\n{before}/{folder}/x")), [expected], "{before}/{folder}");
            }
            assert!(found(&format!("out/{folder}/x ../{folder}/x /{folder}s/x /{folder}")).is_empty(), "{folder}");
        }
    }
}
