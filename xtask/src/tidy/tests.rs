//! Each check on small made-up projects, and all of them on this one.

use std::path::Path;

use cargo_metadata::DependencyKind;

use super::project::{TrackedFile, Violation, walk};
use super::walls::{CRATES, MACHINE_FOLDERS, TOP_LEVEL};
use super::{circles, data, dependencies, layout, sources};
use crate::workspace::{Package, Workspace};

fn file(path: &str, text: &str) -> TrackedFile {
    TrackedFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() }
}

/// A library in a folder of its own name.
fn package(name: &str, dependencies: &[(DependencyKind, &str)]) -> Package {
    Package {
        name: name.to_owned(),
        folder: format!("crates/{name}"),
        dependencies: dependencies.iter().map(|&(kind, name)| (name.to_owned(), kind)).collect(),
        crate_roots: vec![format!("crates/{name}/src/lib.rs")],
    }
}

/// As many violations as expected, each of which begins as expected.
#[track_caller]
fn expect(violations: &[Violation], expected: &[&str], case: &str) {
    let lines: Vec<String> = violations.iter().map(Violation::to_string).collect();
    let is_right =
        lines.len() == expected.len() && lines.iter().zip(expected).all(|(line, begin)| line.starts_with(begin));
    assert!(is_right, "{case}: {lines:#?} instead of {expected:#?}");
}

#[test]
fn the_workspace_is_tidy() {
    let workspace = Workspace::load().unwrap();
    let files = TrackedFile::list(&workspace.root).unwrap();
    assert!(files.len() > 300, "only {} files were checked", files.len());
    expect(&super::check(&workspace, &files), &[], "this project");
}

#[test]
fn walking_finds_the_files_that_git_lists() {
    let mut walked = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), "", &mut walked).unwrap();
    assert!(walked.contains(&"xtask/src/tidy.rs".to_owned()));
    assert!(walked.iter().all(|path| !path.starts_with("target/") && !path.starts_with(".git/")));
}

#[test]
fn arrows_point_to_lower_layers_and_owned_dependencies_are_named_by_their_owners() {
    use DependencyKind::{Build, Development, Normal};
    for (name, kind, dependency, why) in [
        ("galant-tokens", Normal, "galant-types", ""),
        ("galant-cli", Normal, "galant-pipeline", ""),
        ("galant-dice", Development, "galant-tokens", ""),
        ("galant-dice", Normal, "galant-tokens", "layer 2 depends on lower layers only, and this is layer 2"),
        ("galant-types", Build, "galant-corpus", "layer 1 depends on lower layers only, and this is layer 4"),
        ("galant-midi", Development, "galant-cli", "nothing depends on a program"),
        ("galant-midi", Development, "galant-testkit", ""),
        ("galant-midi", Normal, "galant-testkit", "helpers for tests belong in dev-dependencies"),
        ("xtask", Development, "galant-types", "a tool depends on none of our crates"),
        ("galant-benches", Normal, "galant-engine", ""),
        ("galant-midi", Normal, "midly", ""),
        ("galant-train", Normal, "thiserror", ""),
        ("galant-tokens", Development, "midly", "only galant-midi may"),
    ] {
        let mut found = dependencies::check(&[package(name, &[(kind, dependency)])]);
        found.retain(|violation| !violation.to_string().ends_with("remove its row"));
        let expected = format!("crates/{name}/Cargo.toml: has {dependency} as a {kind} dependency; {why}");
        expect(&found, &[expected.as_str()][usize::from(why.is_empty())..], name);
    }
}

#[test]
fn every_package_has_a_row_and_every_row_a_package() {
    let (first, others) = CRATES.split_first().unwrap();
    let packages = others.iter().map(|(name, _)| *name).chain(["galant-new"]).map(|name| package(name, &[]));
    let gone = format!("xtask/src/tidy/walls.rs: {} is no package; remove its row", first.0);
    let new = "crates/galant-new/Cargo.toml: package galant-new has no layer; give it a row in xtask/src/tidy/walls.rs";
    expect(&dependencies::check(&packages.collect::<Vec<_>>()), &[new, &gone], "packages");
}

#[test]
fn the_top_level_holds_what_is_listed_and_a_crate_has_its_folders_name() {
    let renamed = Package { folder: "crates/a".to_owned(), ..package("galant-a", &[]) };
    for (packages, left_out, extra, expected) in [
        (vec![package("galant-a", &[])], "", &[".gitignore", ".ci/run", "rustfmt.toml", "crates/a/b"][..], &[][..]),
        (vec![], "", &["notes.txt"], &["notes.txt: does not belong at the top level; "]),
        (vec![], "", &["src/main.rs"], &["src: does not belong at the top level; "]),
        (vec![], "README.md", &[], &["README.md: is missing; it belongs at the top level"]),
        (vec![renamed], "", &[], &["crates/a: the package is called galant-a; give folder and package one name"]),
    ] {
        let files = TOP_LEVEL.iter().chain(extra).filter(|path| **path != left_out).map(|path| file(path, ""));
        expect(&layout::check(&packages, &files.collect::<Vec<_>>()), expected, left_out);
    }
}

#[test]
fn a_library_begins_with_an_example() {
    let root = "crates/galant-a/src/lib.rs";
    let none = [format!("{root}: has no example; write one into the documentation of the crate")];
    for (text, is_good) in [
        ("//! Adds.\n//!\n//! ```\n//! assert!(true);\n//! ```\n\nmod a;\n", true),
        (
            "//! Adds.\n#![cfg_attr(\n    feature = \"b\",\n    doc = r#\"\n```no_run\nb();\n```\n\"#\n)]\nmod a;\n",
            true,
        ),
        ("//! Adds.\n\nmod a;\n\n/// Of an item.\n/// ```\n/// ```\npub fn a() {}\n", false),
        ("//! Adds.\n", false),
    ] {
        let files: Vec<TrackedFile> = TOP_LEVEL.iter().map(|path| file(path, "")).chain([file(root, text)]).collect();
        let expected: Vec<&str> = none.iter().filter(|_| !is_good).map(String::as_str).collect();
        expect(&layout::check(&[package("galant-a", &[])], &files), &expected, text);
    }
}

#[test]
fn a_data_file_has_a_row_with_its_hash_and_a_row_has_its_file() {
    /// The hash of "abc" in FIPS 180-2, appendix B.1.
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let good = format!("| `crates/a/b.csv` | x | y | z | `{ABC}` |\n");
    let missing =
        format!("crates/a/b.csv: has no row of provenance in fixtures/README.md; add one; its sha256 is {ABC}");
    let gone = "fixtures/README.md: has a row for crates/a/gone.mid, which is no data file; remove it";
    let unreadable = "fixtures/README.md: cannot read the row | `a` | x | ";
    for (rows, content, expected) in [
        (good.clone(), "abc", None),
        (String::new(), "abc", Some(missing.as_str())),
        (good.repeat(2), "abc", Some("fixtures/README.md: has two rows for crates/a/b.csv; remove one")),
        (good.clone(), "abd", Some("crates/a/b.csv: differs from the sha256 in fixtures/README.md; ")),
        (good.clone() + "| `crates/a/gone.mid` | x | y | z | `1` |\n", "abc", Some(gone)),
        (good.clone() + "| `a` | x | y | `h` |", "abc", Some(unreadable)),
        (good.clone() + "| `a` | x | | z | `h` |", "abc", Some(unreadable)),
    ] {
        let mut files = vec![file("fixtures/README.md", &format!("| path | what |\n|---|---|\n{rows}"))];
        files.push(file("crates/a/b.csv", content));
        let sources =
            ["crates/a/README.md", "crates/a/src/b.rs", "crates/a/tests/c.csv", "fuzz/seeds/d.mid", "LICENSE-MIT"];
        files.extend(sources.map(|path| file(path, "")));
        expect(&data::check(&files), expected.as_slice(), &rows);
    }
    expect(&data::check(&[file("x.ttf", "")]), &["x.ttf: has no row of provenance"], "a font");
}

#[test]
fn files_that_need_each_other_are_reported() {
    const LIB: &str = "mod a;\nmod b;\npub use a::A;\npub use b::{B as Bee};\npub const LIMIT: u8 = 1;";
    let circle = "crates/x/src/a.rs: 2 files need each other: a.rs → b.rs; b.rs → a.rs; move";
    let with_root = "crates/x/src/a.rs: 2 files need each other: a.rs → lib.rs; lib.rs → a.rs; move";
    for (lib, a, b, expected) in [
        (LIB, "use crate::b::B;", "use super::a::{self, A};", Some(circle)),
        (LIB, "fn f() { crate::Bee::new(); }", "use crate::A;", Some(circle)),
        (LIB, "#[error(\"{}\", crate::Bee)] struct X;", "use crate::A;", Some(circle)),
        (LIB, "use crate::b;\nuse b::B;", "use crate::a as other;\nfn f() { other::A; }", Some(circle)),
        (LIB, "mod inner { use super::super::b::B; }", "fn f() -> bool { assert!(x == crate::a::A); }", Some(circle)),
        (LIB, "use crate::b::B;", "fn f() -> bool { matches!(x, crate::a::A if true) }", Some(circle)),
        ("mod a;\nfn f() { a::g(); }\nconst LIMIT: u8 = 1;", "use crate::LIMIT;", "use crate::a::A;", Some(with_root)),
        // One way only, tests, and names passed on.
        (LIB, "use crate::Bee;", "use std::a::A;\nstruct B { a: u8 }\nfn f(b: &B) { b.a::<u8>(); }", None),
        (LIB, "use crate::b::B;", "#[cfg(test)]\nmod tests {\n use crate::a::A;\n}", None),
        (LIB, "fn f() { Bee::new(); }\n#[cfg(test)]\nmod tests {\n use crate::Bee;\n}", "use crate::a::A;", None),
        (LIB, "use crate::LIMIT;", "// crate::a::A\nconst TEXT: &str = \"crate::a::A\";", None),
        (LIB, "mod inner { use super::A; }", "use crate::LIMIT;", None),
        ("mod a;\nfn f() { a::g(); }", "pub(crate) fn g() {}", "", None),
    ] {
        let files =
            [("lib", lib), ("a", a), ("b", b)].map(|(name, text)| file(&format!("crates/x/src/{name}.rs"), text));
        expect(&circles::check(&[package("x", &[])], &files), expected.as_slice(), a);
    }
}

/// Checks the sources of a crate with one file.
#[track_caller]
fn expect_in(name: &str, path: &str, text: &str, expected: &[&str]) {
    let found = sources::check(&[package(name, &[])], &[file(&format!("crates/{name}/{path}"), text)]);
    expect(&found, expected, &format!("{name} {path} {text}"));
}

#[test]
fn crate_roots_forbid_unsafe_code_except_one() {
    let text = "//! #![forbid(unsafe_code)]\n#![allow(unsafe_code)]\n";
    let expected = "crates/galant-dice/src/lib.rs: a crate root without #![forbid(unsafe_code)]; \
                    write it at the top; only galant-kernels has unsafe code";
    expect_in("galant-dice", "src/lib.rs", text, &[expected]);
    expect_in("galant-kernels", "src/lib.rs", text, &[]);
    expect_in("galant-dice", "src/lib.rs", "//! Doc.\n#![forbid(unsafe_code)]\n", &[]);
}

#[test]
fn the_crate_that_exports_has_no_other_unsafe_code() {
    let root = "#![deny(unsafe_code)]\nmod exports;\n";
    expect_in("galant-web", "src/lib.rs", root, &[]);
    let without = "crates/galant-web/src/lib.rs: a crate root without #![deny(unsafe_code)]";
    expect_in("galant-web", "src/lib.rs", "mod exports;\n", &[without]);
    let exports = "// unsafe\n#![allow(unsafe_code)]\n#[unsafe(no_mangle)]\nextern \"C\" fn f() {}\n";
    expect_in("galant-web", "src/exports.rs", exports, &[]);
    for (path, text) in [
        ("src/a.rs", "#![allow(unsafe_code)]"),
        ("src/a.rs", "#[unsafe(no_mangle)]"),
        ("src/exports.rs", "fn f() { unsafe { g() } }"),
        ("src/exports.rs", "#[unsafe(export_name = \"f\")]"),
    ] {
        expect_in("galant-web", path, text, &[&format!("crates/galant-web/{path}: line 1 has unsafe code")]);
    }
}

#[test]
fn libraries_neither_print_nor_open_files_nor_read_clocks() {
    for (wrong, what) in [
        ("fn f() { std::fs::read(p); }", "std::fs"),
        ("use std::{fs, io};", "std::fs"),
        ("use std::io;\nfn f() { io::stdout().write_all(b); }", "std::io::stdout"),
        ("use std::env::var as get;", "std::env"),
        ("\nuse std::fs::*;", "std::fs"),
        ("fn f() -> Result { let now = std::time::Instant::now(); }", "std::time::Instant"),
        ("fn f() {\n println!(\"x\"); }", "println!"),
        ("fn f() { vec![dbg!(x)]; }", "dbg!"),
        ("fn f() { vec![dbg!(x); 3]; }", "dbg!"),
        ("fn f() { std::process::exit(1) }", "std::process"),
    ] {
        let line = wrong.lines().count();
        let cure = "libraries take and return data; the program reads, prints and measures time";
        let expected = format!("crates/galant-midi/src/a.rs: line {line} has {what}; {cure}");
        expect_in("galant-midi", "src/a.rs", wrong, &[&expected]);
        for (name, path) in [("galant-cli", "src/a.rs"), ("galant-testkit", "src/a.rs"), ("galant-midi", "tests/a.rs")]
        {
            expect_in(name, path, wrong, &[]);
        }
        let test = format!("#[cfg(test)]\nmod tests {{\n{wrong}\n}}\n");
        expect_in("galant-midi", "src/a.rs", &test, &[]);
        expect_in("galant-midi", "src/a.rs", &format!("{test}{wrong}"), &["crates/galant-midi/src/a.rs: line "]);
    }
    let right = "//! println!()\nuse std::io::Write;\nfn f() { let MidiFile::A = fs; env!(\"X\"); \"std::fs\"; }\n";
    expect_in("galant-midi", "src/a.rs", right, &[]);
}

#[test]
fn embedded_files_are_in_their_package() {
    for (path, text, embeds) in [
        ("src/b.rs", "const X: X = include_str!(\"../README.md\");", None),
        ("src/b.rs", "const X: X = include_bytes!(\"../data/x.csv\");", None),
        ("src/b.rs", "const X: X = include_str!(\"b/../x\");", None),
        ("src/b.rs", "#[doc = include_str!(\"../../x\")] struct X;", Some("../../x; keep the file in the package")),
        ("src/b.rs", "#[cfg(test)] mod tests { fn f() { include_bytes!(\"x/../../../y\") } }", Some("x/../../../y;")),
        ("tests/b.rs", "fn f() { include_str!(concat!(\"a\", \"b\")) }", Some("a path that is no plain literal; ")),
    ] {
        let expected = embeds.map(|embeds| format!("crates/a/{path}: line 1 embeds {embeds}"));
        expect_in("a", path, text, expected.as_deref().as_slice());
    }
}

#[test]
fn one_file_names_bincode() {
    for (texts, expected) in [
        (["use bincode::config;", "// bincode stays in a.rs"], &[][..]),
        (["use bincode::config;", "fn g() { bincode::decode() }"], &["crates/galant-checkpoint: 2 files"]),
        (["", "// bincode"], &["crates/galant-checkpoint: 0 files name bincode []; name it in one file"]),
    ] {
        let paths = ["crates/galant-checkpoint/src/a.rs", "crates/galant-checkpoint/src/b.rs"];
        let files = [file(paths[0], texts[0]), file(paths[1], texts[1])];
        expect(&sources::check(&[package("galant-checkpoint", &[])], &files), expected, texts[1]);
    }
}

#[test]
fn files_stay_short_and_name_no_path_of_one_machine() {
    let too_long = "crates/a/src/b.rs: has 400 lines; split it; the limit is 399 lines";
    for (path, n_lines, expected) in [
        ("crates/a/src/b.rs", 399, None),
        ("crates/a/src/b.rs", 400, Some(too_long)),
        ("web/src/b.ts", 400, Some("web/src/b.ts: has 400 lines; split it; the limit is 399 lines")),
        ("Cargo.lock", 5000, None),
    ] {
        expect(&sources::check(&[], &[file(path, &"x\n".repeat(n_lines))]), expected.as_slice(), path);
    }
    for folder in MACHINE_FOLDERS {
        let wrong = ["", "see ", "\"", "cd ~"].map(|before| format!("a\n{before}/{folder}/x"));
        for text in wrong {
            let expected = "notes.md: line 2 names a path of one machine; name paths below the checkout";
            expect(&sources::check(&[], &[file("notes.md", &text)]), &[expected], &text);
        }
        let right = format!("out/{folder}/x ../{folder}/x /{folder}s/x /{folder}");
        expect(&sources::check(&[], &[file("notes.md", &right)]), &[], &right);
    }
}
