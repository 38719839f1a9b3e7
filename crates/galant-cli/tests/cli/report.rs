use std::fs;
use std::path::{Path, PathBuf};

use crate::{SMALL, folder, galant, run, write_song};

/// A folder with a song, a small model trained on it in `out/`, and two pieces that the model composed.
fn trained(test: &str) -> PathBuf {
    let folder = folder(test);
    write_song(&folder, "song.mid", 300);
    run(&folder, &format!("train --corpus song.mid --tokenizer rhythm --out out --epochs 2 {SMALL}"));
    run(&folder, "compose --model out/model.safetensors --tokens 40 --pieces 2 --out out/composed.mid");
    folder
}

/// The page of a training.
fn page(folder: &Path, args: &str) -> String {
    run(folder, &format!("report out {args}"));
    fs::read_to_string(folder.join("out/report.html")).unwrap()
}

/// What comes between the first `begin` and the next `end`.
#[track_caller]
fn between<'a>(page: &'a str, begin: &str, end: &str) -> &'a str {
    let rest = page.split_once(begin).unwrap_or_else(|| panic!("no {begin:?} in the page")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("no {end:?} after {begin:?}")).0
}

#[test]
fn a_page_leads_with_the_pieces_and_ends_with_the_settings() {
    let folder = trained("report");
    let said = run(&folder, "report out");
    assert_eq!(said.trim_end(), format!("wrote {}", Path::new("out").join("report.html").display()));
    let page = fs::read_to_string(folder.join("out/report.html")).unwrap();
    let headings: Vec<&str> = page.split("<h2 ").skip(1).map(|part| between(part, ">", "</h2>")).collect();
    assert_eq!(headings, ["The pieces", "How it learned", "What it learned from", "Settings"]);
    let [pieces, learning, corpus, settings] = ["pieces", "learning", "corpus", "settings"]
        .map(|id| between(&page, &format!("<section id=\"{id}\""), "</section>"));

    assert_eq!(pieces.matches("<article").count(), 2);
    for part in [
        "<h3 id=\"piece-1\">Piece 1 in ",
        "4/4 · ",
        " bars · 0:",
        " · composed-002.mid</p>",
        "aria-label=\"Play piece 2\"",
        "<input type=\"range\"",
        "class=\"note part0\"",
        "class=\"cursor\"",
        "role=\"region\" aria-label=\"Piano roll of piece 1, ",
        "The pieces are compared with 1 piece.",
    ] {
        assert!(pieces.contains(part), "no {part:?} in the pieces");
    }
    // Each note is there to be played, by its time, length, pitch and velocity.
    let first = pieces.split("data-notes=\"").nth(1).unwrap().split('"').next().unwrap();
    let n_notes: usize = between(pieces, " · 0:", " note").rsplit(' ').next().unwrap().parse().unwrap();
    assert_eq!(first.split(' ').count(), 4 * n_notes);

    for class in ["unigram", "counting", "ppm", "training", "validation"] {
        assert!(learning.contains(&format!("<path class=\"line {class}\"")), "no curve of {class}");
    }
    assert!(learning.contains("counting 4-grams <b>") && learning.contains("<th scope=\"col\">tokens/s</th>"));
    for part in ["300 tokens", "Held out for validation: ", "Leaks: ", "<td>song.mid</td><td>300</td>"] {
        assert!(corpus.contains(part), "no {part:?} in the corpus");
    }
    assert!(settings.contains("<td>learning-rate</td>") && settings.contains("<td>parameters</td>"));
    let has_hash = |text: &str| text.as_bytes().windows(16).any(|part| part.iter().all(u8::is_ascii_hexdigit));
    assert!([pieces, learning, corpus, settings].iter().all(|section| !has_hash(section)), "a hash is in the way");
}

#[test]
fn a_page_asks_for_nothing_but_itself() {
    let folder = trained("report_alone");
    fs::write(folder.join("out/composed-001.wav"), b"RIFF").unwrap();
    run(&folder, "report out --out page.html");
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(page.contains("<audio controls preload=\"metadata\" src=\"data:audio/wav;base64,UklGRg==\"></audio>"));
    // A piece with a sound needs no notes to be played from.
    assert_eq!((page.matches("<audio").count(), page.matches("data-notes").count()), (1, 1));
    for way in ["http:", "https:", "//", "@import", "url(", "<iframe", "<object", "<img", "<script src", "fetch("] {
        assert!(!page.contains(way), "the page loads something by {way:?}");
    }
    for address in page.split(['"', ' ']).filter(|part| part.starts_with("src=") || part.starts_with("href=")) {
        assert!(address.len() <= "href=".len(), "an address without quotes: {address}");
    }
    for address in page.split("src=\"").chain(page.split("href=\"")).filter_map(|part| part.split('"').next()) {
        let is_own = address.starts_with("data:") || address.starts_with('#') || address.starts_with("<!DOCTYPE");
        assert!(is_own, "the page leads to {address}");
    }
}

#[test]
fn what_a_piece_has_from_the_corpus_is_on_its_roll_with_the_bars() {
    let folder = trained("report_copied");
    fs::remove_file(folder.join("out/composed-002.mid")).unwrap();
    fs::copy(folder.join("song.mid"), folder.join("out/composed-001.mid")).unwrap();
    let copied = page(&folder, "");
    assert!(copied.contains("<h2 id=\"pieces-h\">The piece</h2>"));
    assert!(copied.contains("<path class=\"band rhythm\""), "the copied bars have no band");
    assert!(copied.contains("100 % of it is in the corpus, in any key, with its rhythm"));
    let run_of_all = between(&copied, "data-seconds=\"0.000\">bars 1-", "</li>");
    assert!(run_of_all.contains("299 onsets from song.mid, bars 1-"), "{run_of_all}");
    assert!(run_of_all.ends_with("in its key"), "{run_of_all}");
    assert!(copied.contains("in the corpus, pitches and rhythm</li>"));

    // Music of others has none of it.
    let other = "X:1\nM:4/4\nL:1/8\nK:C\nCCGGAAG2|FFEEDDC2|GGFFEED2|GGFFEED2|CCGGAAG2|FFEEDDC2|\n";
    fs::write(folder.join("other.abc"), other).unwrap();
    let new = page(&folder, "--corpus other.abc");
    assert!(new.contains("No 8 onsets in a row are in the corpus"), "a song of chords is in a tune");
    assert!(!new.contains("class=\"band"));
}

#[test]
fn a_page_whose_corpus_is_gone_says_so() {
    let folder = trained("report_gone");
    fs::remove_file(folder.join("song.mid")).unwrap();
    let output = galant(&folder, "report out");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("warning: pieces are not compared with the corpus: "), "{said}");
    let page = fs::read_to_string(folder.join("out/report.html")).unwrap();
    assert!(page.contains("They are not compared with any music: what the network was trained on is not at hand."));
    assert!(
        !page.contains("Leaks: ")
            && !page.contains("line counting")
            && !page.contains("line ppm")
            && page.contains("line unigram")
    );
}
