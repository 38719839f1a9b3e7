//! What sources may say.

use super::walls::{BINCODE_CRATE, CRATES, FORBIDDEN_IN_LIBRARIES, LINES_LIMIT, MACHINE_FOLDERS, Place, UNSAFE_CRATE};
use super::{TrackedFile, Violation};
use crate::workspace::Package;

/// `forbid(unsafe_code)`, no I/O in libraries, bincode in one module, short files, no paths of a machine.
pub(crate) fn check(packages: &[Package], files: &[TrackedFile]) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in packages {
        violations.extend(unsafe_code(package, files));
        let is_library = CRATES
            .iter()
            .any(|(name, place)| *name == package.name && matches!(place, Place::Layer(_) | Place::TestHelp));
        if is_library {
            sources_of(package, files).for_each(|(path, text)| violations.extend(input_output(path, text)));
        }
        if package.name == BINCODE_CRATE {
            violations.extend(bincode(package, files));
        }
    }
    for (path, text) in files.iter().filter_map(|file| Some((file.path.as_str(), file.text()?))) {
        violations.extend(length(path, text));
        violations.extend(machine_paths(path, text));
    }
    violations
}

/// The Rust sources of a crate, without its tests, benchmarks and examples.
fn sources_of<'a>(package: &Package, files: &'a [TrackedFile]) -> impl Iterator<Item = (&'a str, &'a str)> {
    let folder = format!("{}/src/", package.folder);
    let is_source = move |file: &&TrackedFile| file.path.starts_with(&folder) && file.path.ends_with(".rs");
    files.iter().filter(is_source).filter_map(|file| Some((file.path.as_str(), file.text()?)))
}

fn unsafe_code(package: &Package, files: &[TrackedFile]) -> Vec<Violation> {
    if package.name == UNSAFE_CRATE {
        return Vec::new();
    }
    let forbids = |text: &str| text.lines().any(|line| line.trim() == "#![forbid(unsafe_code)]");
    let roots = files.iter().filter(|file| package.crate_roots.contains(&file.path));
    roots
        .filter(|file| !file.text().is_some_and(forbids))
        .map(|file| {
            let allowed = format!("write it at the top; only {UNSAFE_CRATE} holds unsafe code");
            Violation::new(&file.path, "a crate root without #![forbid(unsafe_code)]", allowed)
        })
        .collect()
}

fn input_output(path: &str, text: &str) -> Vec<Violation> {
    let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
    let lines = code_lines(text).filter(|_| !is_test);
    lines
        .filter_map(|(number, line)| {
            let found = FORBIDDEN_IN_LIBRARIES.iter().find(|token| contains_token(line, token))?;
            let what = format!("line {number} has `{found}`");
            Some(Violation::new(path, what, "libraries return data; galant-cli reads, writes and prints"))
        })
        .collect()
}

fn bincode(package: &Package, files: &[TrackedFile]) -> Option<Violation> {
    let is_named = |(_, text): &(&str, &str)| code_lines(text).any(|(_, line)| contains_token(line, "bincode"));
    let naming: Vec<&str> = sources_of(package, files).filter(is_named).map(|(path, _)| path).collect();
    let depends = package.dependencies.iter().any(|dependency| dependency.name == "bincode");
    (naming.len() > 1 || depends && naming.is_empty()).then(|| {
        let what = format!(
            "{} modules name bincode{}",
            naming.len(),
            naming.iter().map(|path| format!(" {path}")).collect::<String>()
        );
        Violation::new(&format!("{}/Cargo.toml", package.folder), what, "exactly one does, so that it can be replaced")
    })
}

fn length(path: &str, text: &str) -> Option<Violation> {
    let n_lines = text.lines().count();
    (path.ends_with(".rs") && n_lines >= LINES_LIMIT)
        .then(|| Violation::new(path, format!("{n_lines} lines"), format!("split it; under {LINES_LIMIT} are allowed")))
}

fn machine_paths(path: &str, text: &str) -> Vec<Violation> {
    let names_one = |line: &str| {
        MACHINE_FOLDERS.iter().any(|folder| {
            let inside = format!("/{folder}/");
            line.match_indices(&inside).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
            })
        })
    };
    let lines = (1..).zip(text.lines()).filter(|(_, line)| names_one(line));
    let violation = |(number, _): (usize, &str)| {
        Violation::new(path, format!("line {number} names a path of one machine"), "name paths under the checkout")
    };
    lines.map(violation).collect()
}

/// The lines with code, numbered from 1: without comments and without modules under `#[cfg(test)]`.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_tests = false;
    let mut after_cfg_test = false;
    (1..).zip(text.lines()).filter_map(move |(number, line)| {
        if in_tests {
            // Formatted sources close a module at the margin.
            in_tests = line != "}";
            return None;
        }
        if after_cfg_test && line.starts_with("mod ") && line.ends_with('{') {
            in_tests = true;
            return None;
        }
        after_cfg_test = line == "#[cfg(test)]";
        let code = line.split("//").next().unwrap_or("");
        (!code.trim().is_empty()).then_some((number, code))
    })
}

/// Whether `token` stands in `line` and is not the end of a longer name.
fn contains_token(line: &str, token: &str) -> bool {
    line.match_indices(token).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + token.len()..].chars().next();
        let in_name = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let ends_as_name = token.chars().next_back().is_some_and(char::is_alphanumeric);
        let continues = ends_as_name && in_name(after);
        !in_name(before) && !continues
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{file, lines};
    use super::*;
    use crate::workspace::{Dependency, Kind};

    fn package(name: &str, dependency: Option<&str>) -> Package {
        let named = |name: &str| Dependency { name: name.to_owned(), kind: Kind::Normal };
        Package {
            name: name.to_owned(),
            folder: format!("crates/{name}"),
            dependencies: dependency.map(named).into_iter().collect(),
            crate_roots: vec![format!("crates/{name}/src/lib.rs")],
        }
    }

    #[test]
    fn crate_roots_forbid_unsafe_code_except_one() {
        let missing = |name: &str| {
            let root =
                file(&format!("crates/{name}/src/lib.rs"), "//! #![forbid(unsafe_code)]\n#![allow(unsafe_code)]\n");
            lines(&check(&[package(name, None)], &[root]))
        };
        let expected = "crates/galant-dice/src/lib.rs: a crate root without #![forbid(unsafe_code)]; \
                        write it at the top; only galant-kernels holds unsafe code";
        assert_eq!(missing("galant-dice"), [expected]);
        assert!(missing("galant-kernels").is_empty());
        let present = file("crates/galant-dice/src/lib.rs", "//! Doc.\n#![forbid(unsafe_code)]\n");
        assert!(check(&[package("galant-dice", None)], &[present]).is_empty());
    }

    #[test]
    fn libraries_neither_print_nor_open_files() {
        let found = |name: &str, path: &str, text: &str| -> usize {
            check(&[package(name, None)], &[file(&format!("crates/{name}/{path}"), text)]).len()
        };
        let wrong = [
            "let x = std::fs::read(p);",
            "use std::{fs, io};\nfs::write(p, b);",
            "File::open(p)?",
            "println!(\"x\");",
            "    eprint!(\"x\");",
            "dbg!(x);",
            "std::io::stdout().write_all(b)",
            "std::process::exit(1)",
        ];
        for wrong in wrong {
            assert_eq!(found("galant-midi", "src/a.rs", wrong), 1, "{wrong}");
            assert_eq!(found("galant-cli", "src/a.rs", wrong), 0, "{wrong}");
            assert_eq!(found("galant-midi", "tests/a.rs", wrong), 0, "{wrong}");
            let tests =
                format!("fn a() {{}}\n\n#[cfg(test)]\nmod tests {{\n    fn b() {{\n        {wrong}\n    }}\n}}\n");
            assert_eq!(found("galant-midi", "src/a.rs", &tests), 0, "{tests}");
            assert_eq!(found("galant-midi", "src/a.rs", &format!("{tests}{wrong}")), 1, "after the tests: {wrong}");
        }
        let right =
            "//! println!()\n/// std::fs\nuse std::io::Write;\nlet MidiFile::A = x; // dbg!(x)\nprefs::load();\n";
        assert_eq!(found("galant-midi", "src/a.rs", right), 0);
        let expected = "crates/galant-midi/src/a.rs: line 2 has `println!`; \
                        libraries return data; galant-cli reads, writes and prints";
        let source = file("crates/galant-midi/src/a.rs", "fn a() {\n    println!(\"a\");\n}\n");
        assert_eq!(lines(&check(&[package("galant-midi", None)], &[source])), [expected]);
    }

    #[test]
    fn one_module_names_bincode() {
        let found = |texts: &[&str]| {
            let named = |(index, text): (usize, &&str)| file(&format!("crates/{BINCODE_CRATE}/src/m{index}.rs"), text);
            let files: Vec<TrackedFile> = texts.iter().enumerate().map(named).collect();
            lines(&check(&[package(BINCODE_CRATE, Some("bincode"))], &files))
        };
        assert!(
            found(&["use bincode::config;", "// bincode stays in m0\nlet (my_bincode, bincode_like) = x;"]).is_empty()
        );
        assert_eq!(found(&["use bincode::config;", "bincode::decode()"]).len(), 1);
        let expected = "crates/galant-checkpoint/Cargo.toml: 0 modules name bincode; \
                        exactly one does, so that it can be replaced";
        assert_eq!(found(&["", "// bincode"]), [expected]);
    }

    #[test]
    fn files_stay_short() {
        let long = |n_lines: usize| lines(&check(&[], &[file("crates/a/src/b.rs", &"x\n".repeat(n_lines))]));
        assert!(long(399).is_empty());
        assert_eq!(long(400), ["crates/a/src/b.rs: 400 lines; split it; under 400 are allowed"]);
        assert!(check(&[], &[file("Cargo.lock", &"x\n".repeat(5000))]).is_empty());
    }

    #[test]
    fn no_text_names_a_path_of_one_machine() {
        let found = |text: &str| lines(&check(&[], &[file("notes.md", text)]));
        for folder in MACHINE_FOLDERS {
            for before in ["", "see ", "\"", "cd ~"] {
                let expected = "notes.md: line 2 names a path of one machine; name paths under the checkout";
                assert_eq!(found(&format!("a\n{before}/{folder}/x")), [expected], "{before}/{folder}");
            }
            for before in ["out", "..", "_", "7"] {
                assert!(found(&format!("{before}/{folder}/x")).is_empty(), "{before}/{folder}");
            }
            assert!(found(&format!("/{folder}s/x /{folder}")).is_empty());
        }
    }
}
