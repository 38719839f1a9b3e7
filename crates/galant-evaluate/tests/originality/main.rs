//! What pieces have from a corpus, from the outside.

use std::path::{Path, PathBuf};

use expect_test::expect;
use galant_checkpoint::{Sha256Hash, Source};
use galant_corpus::{Piece, ReadOptions, bundled, read_piece};
use galant_dice::{Repeats, Throws};
use galant_evaluate::originality::{OriginalityCorpus, OriginalityCorpusBuilder, OriginalityReport, Receipt};
use galant_originality::RunKind;
use galant_testkit::shared_data;
use galant_types::{Note, Score, Seed};

fn corpus<'p>(pieces: impl IntoIterator<Item = &'p Piece>) -> OriginalityCorpus {
    let mut builder = OriginalityCorpusBuilder::default();
    pieces.into_iter().for_each(|piece| builder.add(&piece.name, piece).unwrap());
    builder.build(OriginalityCorpus::MIN_RUN)
}

fn receipt(corpus: &OriginalityCorpus, score: &Score) -> Receipt {
    Receipt::of(corpus, "piece", score, None)
}

fn mozart() -> Vec<Piece> {
    bundled::collection("mozart").unwrap().iter().map(|piece| piece.read().unwrap()).collect()
}

/// The onsets from `first` on, so many of them, moved by `semitones`, and when the next begins.
fn excerpt(score: &Score, first: usize, n_onsets: usize, semitones: i16) -> (Vec<Note>, u64) {
    let mut onsets: Vec<u64> = score.notes.iter().map(|note| note.onset).collect();
    onsets.dedup();
    let (begin, end) = (onsets[first], onsets[first + n_onsets]);
    let notes = score.notes.iter().filter(|note| (begin..end).contains(&note.onset));
    let moved = |note: &Note| {
        let pitch = (i16::from(note.pitch) + semitones) as u8;
        Note { onset: note.onset - begin, pitch, ..*note }
    };
    (notes.map(moved).collect(), end - begin)
}

#[test]
fn a_piece_spliced_from_three_in_other_keys_is_found_with_their_bars() {
    let pieces = mozart();
    let corpus = corpus(&pieces);
    let parts = [(8, 100, 40, 3), (0, 20, 30, -5), (4, 60, 35, 6)];
    let mut spliced = Score::new(480);
    let mut now = 0;
    for (number, first, n_onsets, semitones) in parts {
        let score = &pieces[number].score;
        let (notes, length) = excerpt(score, first, n_onsets, semitones);
        let ticks = |tick: u64| tick * 480 / u64::from(score.ticks_per_quarter);
        spliced.notes.extend(notes.iter().map(|note| Note {
            onset: now + ticks(note.onset),
            length: ticks(note.length),
            ..*note
        }));
        now += ticks(length);
    }
    // Something after the end, so that the last onset has a time.
    spliced.notes.push(Note { onset: now, pitch: 1, ..spliced.notes[0] });
    let receipt = receipt(&corpus, &spliced);
    let mut begin = 0;
    for (run, (number, first, n_onsets, semitones)) in receipt.rhythm.runs.copied.iter().zip(parts) {
        assert_eq!((run.source.piece, run.semitones), (number, semitones));
        // At a seam the lowest pitch of the onset before is another, so a run begins with the first or the second onset.
        assert!(run.first - begin <= 1 && run.source.first - first == run.first - begin, "{run:?}");
        assert!(n_onsets - run.n_onsets <= 1, "{run:?}");
        let bar_of = |onset: usize| {
            let mut onsets: Vec<u64> = pieces[number].score.notes.iter().map(|note| note.onset).collect();
            onsets.dedup();
            pieces[number].score.bar_map().position(onsets[onset]).bar + 1
        };
        assert_eq!(run.source.bars, bar_of(run.source.first)..=bar_of(run.source.first + run.n_onsets - 1));
        begin += n_onsets;
    }
    assert_eq!(receipt.rhythm.runs.copied.len(), 3);
    assert!(receipt.rhythm.copying.covered > 0.97, "{:?}", receipt.rhythm.copying);
}

fn waltz(number: u64) -> Piece {
    let score = galant_dice::score(&Throws::roll(Seed(number)), Repeats::Straight);
    Piece::new(&format!("waltz {number}"), Source::DiceGame { with_repeats: false }, &number.to_le_bytes(), score)
}

#[test]
fn fresh_waltzes_copy_no_more_than_waltzes_do_and_a_rolled_one_does() {
    let waltzes: Vec<Piece> = (0..200).map(waltz).collect();
    let corpus = corpus(&waltzes);
    let fresh = (1000..1100).filter(|&number| receipt(&corpus, &waltz(number).score).exceeds() == Some(true)).count();
    // By chance a twentieth is over the longest run of 95 of 100, and as many over the share, of either kind.
    assert!(fresh <= 15, "{fresh} of 100 fresh waltzes");
    let again: Vec<Receipt> = waltzes.iter().map(|waltz| receipt(&corpus, &waltz.score)).collect();
    assert!(again.iter().all(|receipt| receipt.exceeds() == Some(true) && receipt.pitches.copying.covered == 1.0));
    // Against other music a fresh waltz has nothing.
    let (mozart, own) = (self::corpus(&mozart()), receipt(&corpus, &waltz(1000).score));
    let other = receipt(&mozart, &waltz(1000).score);
    assert!(other.rhythm.runs.copied.is_empty() && !own.rhythm.runs.copied.is_empty(), "{:?}", other.rhythm.runs);
}

#[test]
fn a_piece_of_the_corpus_is_compared_with_the_rest_without_its_near_duplicates() {
    let mut pieces: Vec<Piece> = (0..30).map(waltz).collect();
    let theme = mozart().swap_remove(8);
    let mut higher = theme.clone();
    higher.score.notes.iter_mut().for_each(|note| note.pitch += 2);
    pieces.extend([theme.clone(), Piece { sha256: Sha256Hash([7; 32]), ..higher }]);
    let corpus = corpus(&pieces);
    assert_eq!((corpus.names().len(), corpus.n_families()), (32, 31));
    let own = Receipt::of(&corpus, "theme", &theme.score, Some(theme.sha256));
    assert!(own.itself == Some(30) && own.exceeds() == Some(false), "{:?}", own.rhythm.copying);
    let other = Receipt::of(&corpus, "theme", &theme.score, Some(Sha256Hash([9; 32])));
    assert!(other.itself.is_none() && other.rhythm.copying.covered == 1.0 && other.exceeds() == Some(true));
}

/// The golden file is made by `copied.py`.
#[test]
fn longest_runs_and_shares_are_those_of_an_independent_count() {
    let Some(data) = shared_data().filter(|data| data.join("mozart-cc0-quartets").exists()) else {
        eprintln!("skipped: no quartets at mozart-cc0-quartets");
        return;
    };
    let read = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        read_piece(&name, &std::fs::read(path).unwrap(), ReadOptions::default()).unwrap()
    };
    let quartets: Vec<Piece> = files(&data.join("mozart-cc0-quartets")).iter().map(read).collect();
    let corpus = corpus(&quartets);
    let expected: Vec<(String, usize, f64)> = serde_json::from_str(include_str!("copied.json")).unwrap();
    let mut n_found = 0;
    for path in ["mozart-concertos", "mozart-mutopia-pd"].iter().flat_map(|folder| files(&data.join(folder))) {
        let piece = read(&path);
        let Some((_, longest, covered)) = expected.iter().find(|(name, ..)| *name == piece.name) else { continue };
        let copying = receipt(&corpus, &piece.score).rhythm.copying;
        assert!(copying.longest == *longest && (copying.covered - covered).abs() < 1e-9, "{}: {copying:?}", piece.name);
        n_found += 1;
    }
    assert_eq!(n_found, expected.len());
}

/// The MIDI files of a folder and of its folders.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let is_midi = |path: &Path| path.extension().is_some_and(|end| end == "mid" || end == "midi");
    let of_path = |path: PathBuf| {
        if path.is_dir() { files(&path) } else { vec![path].into_iter().filter(|path| is_midi(path)).collect() }
    };
    paths.into_iter().flat_map(of_path).collect()
}

#[test]
fn a_report_is_a_table_or_json() {
    let note =
        |(place, pitch): (u64, u8)| Note { onset: 24 * place, track: 0, channel: 0, pitch, length: 24, velocity: 64 };
    let tune =
        |pitches: &[u8]| Score { notes: (0..).zip(pitches.iter().copied()).map(note).collect(), ..Score::new(24) };
    let scale = [60, 62, 64, 65, 67, 69, 71, 72, 71, 69, 67, 60];
    let piece = |name: &str, pitches: &[u8]| Piece::new(name, Source::File, name.as_bytes(), tune(pitches));
    let corpus = corpus(&[piece("scale.mid", &scale), piece("other.mid", &[60; 20])]);
    let higher: Vec<u8> = [1, 1].into_iter().chain(scale.iter().map(|pitch| pitch + 3)).chain([1]).collect();
    let receipts = [receipt(&corpus, &tune(&higher))];
    let report = OriginalityReport { corpus: &corpus, receipts: &receipts };
    expect![[r#"
        corpus: 2 pieces, 30 onsets

                   pitches and rhythm               pitches
         onsets   longest  in runs 8+   longest  in runs 8+  piece
             15        10      71.4 %        10      71.4 %  piece
                 each piece of the corpus, compared with the others without its near-duplicates:
                        1       0.0 %         1       0.0 %  a twentieth of them has less
                        1       0.0 %         1       0.0 %  half has less
                        1       0.0 %         1       0.0 %  a twentieth has more
        2 pieces without music in common are too few to say that another copies more; that takes 20

        pitches and rhythm: 1 run of 8 onsets or more, the longest of 10
            bars 1-4    10 onsets     3 semitones up  scale.mid, bars 1-3

        pitches, in any rhythm: the same runs
    "#]]
    .assert_eq(&report.to_string());
    expect![[r#"{"min_run":8,"corpus":{"pieces":2,"families":2,"onsets":30,"pitches_and_rhythm":{"longest":[1,1,1],"covered":[0.0,0.0,0.0]},"pitches":{"longest":[1,1,1],"covered":[0.0,0.0,0.0]}},"pieces":[{"piece":"piece","onsets":15,"in_corpus":null,"exceeds_corpus":null,"pitches_and_rhythm":{"longest":10,"covered":0.7142857142857143,"exceeds_corpus":null,"runs":[{"first_onset":3,"onsets":10,"bars":[1,4],"source":"scale.mid","source_first_onset":1,"source_bars":[1,3],"semitones":3}]},"pitches":{"longest":10,"covered":0.7142857142857143,"exceeds_corpus":null,"runs":[{"first_onset":3,"onsets":10,"bars":[1,4],"source":"scale.mid","source_first_onset":1,"source_bars":[1,3],"semitones":3}]},"each_onset":[{"bar":1,"quarter":0.0,"pitches_and_rhythm":2,"pitches":2},{"bar":1,"quarter":1.0,"pitches_and_rhythm":2,"pitches":2},{"bar":1,"quarter":2.0,"pitches_and_rhythm":0,"pitches":0},{"bar":1,"quarter":3.0,"pitches_and_rhythm":10,"pitches":10},{"bar":2,"quarter":4.0,"pitches_and_rhythm":10,"pitches":10},{"bar":2,"quarter":5.0,"pitches_and_rhythm":10,"pitches":10},{"bar":2,"quarter":6.0,"pitches_and_rhythm":10,"pitches":10},{"bar":2,"quarter":7.0,"pitches_and_rhythm":10,"pitches":10},{"bar":3,"quarter":8.0,"pitches_and_rhythm":10,"pitches":10},{"bar":3,"quarter":9.0,"pitches_and_rhythm":10,"pitches":10},{"bar":3,"quarter":10.0,"pitches_and_rhythm":10,"pitches":10},{"bar":3,"quarter":11.0,"pitches_and_rhythm":10,"pitches":10},{"bar":4,"quarter":12.0,"pitches_and_rhythm":10,"pitches":10},{"bar":4,"quarter":13.0,"pitches_and_rhythm":0,"pitches":0}]}]}"#]].assert_eq(&report.to_json());
    assert_eq!(corpus.interval(RunKind::Pitches).map(|interval| interval.n_pieces()), Some(2));
    let receipts = [receipts[0].clone(), receipt(&corpus, &Score::new(1))];
    expect![[r#"
        corpus: 2 pieces, 30 onsets

                   pitches and rhythm               pitches
         onsets   longest  in runs 8+   longest  in runs 8+  piece
             15        10      71.4 %        10      71.4 %  piece
              0         0       0.0 %         0       0.0 %  piece
                 each piece of the corpus, compared with the others without its near-duplicates:
                        1       0.0 %         1       0.0 %  a twentieth of them has less
                        1       0.0 %         1       0.0 %  half has less
                        1       0.0 %         1       0.0 %  a twentieth has more
        2 pieces without music in common are too few to say that another copies more; that takes 20
    "#]]
    .assert_eq(&OriginalityReport { corpus: &corpus, receipts: &receipts }.to_string());
}
