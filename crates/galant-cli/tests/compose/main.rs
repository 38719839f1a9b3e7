//! Composing as a user does it: the built program, a small network, and what the files contain.

mod old_models;
mod refusals;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use expect_test::expect;
use galant_midi::{ReadRules, decode};
use galant_tokens::ChordTokenizer;
use galant_types::{Chord, Score};

/// A folder with a song, `song.mid`, and a network trained on it for a moment, `model.safetensors`.
fn trained() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compose-trained");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        let chord = |i: usize| {
            let root = 48 + [0, 2, 4, 5, 7, 9, 11][(i * i + i / 9) % 7];
            if i.is_multiple_of(4) { format!("[{root},{}]", root + 12) } else { format!("[{}]", root + 12) }
        };
        let chords: Vec<String> = (0..200).map(chord).collect();
        fs::write(folder.join("song.json"), format!("[{}]", chords.join(","))).unwrap();
        run(&folder, &["detokenize", "song.json", "--out", "song.mid"]);
        let small = "train --tokenizer chords --corpus song.mid --hidden-size 12 --embedding-size 8 --layers 2 --window 16 --batch 8 --epochs 3";
        run(&folder, &small.split(' ').chain(["--out", "."]).collect::<Vec<_>>());
        folder
    })
}

/// A folder of its own for a test, empty at its start.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("compose-{test}"));
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn galant(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_galant")).current_dir(folder).args(args).output().unwrap()
}

/// Runs the program, which must succeed, and returns what it prints, warnings last.
#[track_caller]
fn run(folder: &Path, args: &[&str]) -> String {
    let output = galant(folder, args);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "galant {args:?}\n{stderr}");
    String::from_utf8(output.stdout).unwrap() + &stderr
}

/// Composes `out.mid` in `folder` with the small network.
#[track_caller]
fn compose(folder: &Path, args: &[&str]) -> String {
    let model = trained().join("model.safetensors");
    run(folder, &[&["compose", "--model", model.to_str().unwrap(), "--out", "out.mid"], args].concat())
}

fn score(path: &Path) -> Score {
    decode(&fs::read(path).unwrap(), ReadRules::Standard).unwrap().score
}

fn chords(path: &Path) -> Vec<Chord> {
    ChordTokenizer::default().chords(&score(path))
}

#[track_caller]
fn check_again(folder: &Path, file: &str) {
    let model = trained().join("model.safetensors");
    let said = run(folder, &["reproduce", file, "--model", model.to_str().unwrap(), "--out", "again.mid"]);
    assert!(said.starts_with("wrote again.mid: the same "), "{said}");
    assert_eq!(fs::read(folder.join(file)).unwrap(), fs::read(folder.join("again.mid")).unwrap());
}

#[test]
fn a_piece_comes_again_from_what_its_file_says() {
    let folder = folder("again");
    let song = trained().join("song.mid");
    let settings: [&[&str]; 9] = [
        &[],
        &["--strategy", "greedy", "--tokens", "20"],
        &["--temperature", "1.1", "--loop-lengths", "none", "--top-k", "5", "--seed", "18446744073709551615"],
        &["--loop-lengths", "1,2,7", "--top-p", "0.9", "--entropy-floor", "0.3", "--bars", "2"],
        &["--min-p", "0.1", "--block-ngrams", "9", "--repetition-penalty", "1.3", "--seconds", "7"],
        &["--strategy", "beam", "--beam-width", "4", "--diversity", "0.5", "--tokens", "20", "--rank", "2"],
        &["--strategy", "stochastic-beam", "--tokens", "20", "--temperature", "0.7"],
        &["--key", "C major", "--end-on-tonic", "--pitch-range", "48-84", "--max-notes", "2", "--no-notes", "B"],
        &["--primer", song.to_str().unwrap(), "--primer-bars", "1", "--only-notes", "C,D,E,F,G,A,B"],
    ];
    for args in settings {
        compose(&folder, args);
        check_again(&folder, "out.mid");
    }
}

#[test]
fn a_file_says_what_made_it() {
    let folder = folder("texts");
    compose(&folder, &["--tokens", "9", "--seed", "7", "--primer-tokens", "60 62", "--key", "C major"]);
    let texts = score(&folder.join("out.mid")).texts;
    assert_eq!(texts[1], format!("version {}", env!("CARGO_PKG_VERSION")));
    let hash = texts[2].strip_prefix("model ").unwrap();
    assert!(hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    // These differ from version to version, and from one kind of processor to another.
    let texts = [&texts[..1], &texts[3..]].concat();
    expect![[r#"
        galant piece 2
        tokens 9
        seed 7
        primer 60 62
        us-per-quarter 500000
        meter 4/4
        program 46
        velocity 64
        method draw
        temperature 0.5
        loop-lengths 2,3,4
        loop-raise 1.2
        loop-lower 0.95
        loop-min 0.2
        loop-max 5
        key C major
        told-key C major"#]]
    .assert_eq(&texts.join("\n"));
}

#[test]
fn several_pieces_are_the_same_on_any_number_of_threads() {
    let names: Vec<String> = (1..=5).map(|number| format!("out-{number:03}.mid")).collect();
    let pieces = |test: &str, args: &[&str]| {
        let folder = folder(test);
        compose(&folder, &[&["--tokens", "40"], args].concat());
        let read = |name: &String| fs::read(folder.join(name)).ok();
        (names.iter().map(read).collect::<Vec<_>>(), folder)
    };
    let (one, folder) = pieces("threads-1", &["--pieces", "5", "--threads", "1"]);
    assert!(one.iter().all(Option::is_some));
    assert_eq!(pieces("threads-3", &["--pieces", "5", "--threads", "3"]).0, one);
    // The first three of five are the three of three.
    assert_eq!(pieces("threads-2", &["--pieces", "3", "--threads", "2"]).0[..3], one[..3]);
    let mut different = one.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 5);
    check_again(&folder, "out-004.mid");
}

#[test]
fn pieces_end_at_bar_lines_with_the_primer_or_without() {
    let folder = folder("lengths");
    let n_tokens = |args: &[&str]| {
        compose(&folder, args);
        chords(&folder.join("out.mid")).len()
    };
    assert_eq!(n_tokens(&["--tokens", "9"]), 9);
    assert_eq!(n_tokens(&["--bars", "3"]), 48);
    // 33 tokens of an eighth of a second, up to the end of the third bar.
    assert_eq!(n_tokens(&["--seconds", "4.1"]), 48);
    assert_eq!(n_tokens(&["--seconds", "4"]), 32);
    let primed = ["--primer-tokens", "60 62 64"];
    assert_eq!(n_tokens(&[&primed[..], &["--tokens", "9"]].concat()), 12);
    assert_eq!(n_tokens(&[&primed[..], &["--tokens", "9", "--omit-primer"]].concat()), 9);
    // The bar that the primer begins is finished, then come two more.
    assert_eq!(n_tokens(&[&primed[..], &["--bars", "2"]].concat()), 48);
    assert_eq!(n_tokens(&[&primed[..], &["--bars", "2", "--omit-primer"]].concat()), 32);
    assert_eq!(n_tokens(&[&primed[..], &["--seconds", "4"]].concat()), 48);
}

#[test]
fn a_piece_continues_the_first_bars_of_a_file() {
    let folder = folder("primer");
    let song = trained().join("song.mid");
    let primer = ["--primer", song.to_str().unwrap(), "--primer-bars", "2", "--tokens", "5"];
    compose(&folder, &primer);
    let (piece, song) = (chords(&folder.join("out.mid")), chords(&song));
    assert_eq!((piece.len(), &piece[..32]), (37, &song[..32]));
    compose(&folder, &[&primer[..], &["--omit-primer"]].concat());
    assert_eq!(chords(&folder.join("out.mid")), piece[32..]);
}

#[test]
fn tokens_of_a_primer_that_the_network_does_not_know_are_reported() {
    let folder = folder("unknown");
    let said = compose(&folder, &["--primer-tokens", "61 60 61 60.61", "--tokens", "4"]);
    let warnings: Vec<&str> = said.lines().filter(|line| line.starts_with("warning: ")).collect();
    expect![[r#"
        warning: primer, token 0, and 1 times later: 61 is not in the vocabulary and replaced by 60
        warning: primer, token 3: 60.61 is not in the vocabulary and replaced by 60"#]]
    .assert_eq(&warnings.join("\n"));
    assert_eq!(chords(&folder.join("out.mid")).len(), 8);
}

#[test]
fn rules_hold_in_the_file() {
    let folder = folder("rules");
    compose(&folder, &["--key", "F major", "--end-on-tonic", "--pitch-range", "60-80", "--temperature", "2"]);
    let piece = chords(&folder.join("out.mid"));
    let in_range = |pitch: &u8| (60..=80).contains(pitch) && [0, 2, 4, 5, 7, 9, 10].contains(&(pitch % 12));
    assert!(piece.iter().all(|chord| chord.pitches().iter().all(in_range)), "{piece:?}");
    assert_eq!(piece.last().unwrap().pitches()[0] % 12, 5);
}

#[test]
fn the_best_pieces_of_a_beam_have_ranks() {
    let folder = folder("n-best");
    let args = ["--strategy", "beam", "--tokens", "12"];
    let said = compose(&folder, &[&args[..], &["--n-best", "3"]].concat());
    let surprise =
        |line: &str| line.split("seed 1, ").nth(1).unwrap().split(' ').next().unwrap().parse::<f64>().unwrap();
    assert!(said.lines().map(surprise).is_sorted(), "{said}");
    check_again(&folder, "out-003.mid");
    compose(&folder, &[&args[..], &["--rank", "3"]].concat());
    assert_eq!(fs::read(folder.join("out.mid")).unwrap(), fs::read(folder.join("out-003.mid")).unwrap());
}

#[test]
fn a_report_counts_the_pieces_that_got_stuck() {
    let model = trained().join("model.safetensors");
    let args = ["compose", "--model", model.to_str().unwrap(), "--pieces", "3", "--tokens", "64", "--report"];
    let folder = folder("report");
    let said = run(&folder, &[&args[..], &["--strategy", "greedy"]].concat());
    assert!(said.starts_with("pieces            3, 192 tokens\n"), "{said}");
    // Without chance a small network ends in a circle, if not from every primer.
    let stuck = said.lines().find_map(|line| line.strip_prefix("either            ")).unwrap();
    assert!(!stuck.starts_with("0 pieces"), "{said}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}
