use std::fs;

use crate::{SMALL, folder, galant, run, write_song};

#[test]
fn music_goes_in_and_music_comes_out() {
    let folder = folder("whole_way");
    write_song(&folder, "song.mid", 300);
    let said = run(&folder, &format!("train --corpus song.mid --tokenizer rhythm --out out --epochs 2 {SMALL}"));
    assert!(said.contains("1 song, 300 tokens"), "{said}");

    let csv = fs::read_to_string(folder.join("out/training.csv")).unwrap();
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let columns = ["epoch", "seconds", "tokens_per_second", "train_loss", "train_loss_without_dropout", "valid_loss"];
    assert_eq!(rows[0], columns);
    assert_eq!(rows.len(), 3);
    assert!(rows[1..].iter().flatten().all(|number| number.parse::<f64>().is_ok()), "{csv}");

    let said = run(&folder, "info out/model.safetensors");
    assert!(said.contains("2 × 12 of lstm") && said.contains("300 tokens"), "{said}");

    run(&folder, "compose --model out/model.safetensors --tokens 40 --out composed.mid");
    let said = run(&folder, "tokenize composed.mid --tokenizer rhythm");
    // With the first token, which is that of a piece of the corpus.
    assert!(said.starts_with("composed.mid: 41 tokens"), "{said}");

    let said = run(&folder, "evaluate --model out/model.safetensors song.mid --json");
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["total"]["tokens"], 299);
    let nats = report["total"]["nats_per_token"].as_f64().unwrap();
    let perplexity = report["total"]["perplexity"].as_f64().unwrap();
    assert!(nats > 0.0 && (nats.exp() - perplexity).abs() < 1e-9 * perplexity, "{said}");
}

#[test]
fn tokens_come_back_from_the_midi_they_were_decoded_to() {
    let folder = folder("tokens_back");
    write_song(&folder, "song.mid", 50);
    let tokens = run(&folder, "tokenize song.mid --json");
    fs::write(folder.join("tokens.json"), &tokens).unwrap();
    run(&folder, "detokenize tokens.json --out again.mid");
    assert_eq!(run(&folder, "tokenize again.mid --json"), tokens);
    assert_eq!(fs::read(folder.join("song.mid")).unwrap(), fs::read(folder.join("again.mid")).unwrap());
    let lecture: serde_json::Value =
        serde_json::from_str(&run(&folder, "tokenize song.mid --rules lecture --top 2 --json")).unwrap();
    assert_eq!(lecture["n_words"], 49, "the lecture's tokens leave the last onset out");
    assert_eq!(lecture["chords"][0], serde_json::json!([52, 55]));
}

#[test]
fn a_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let folder = folder("same_bytes");
    write_song(&folder, "song.mid", 300);
    let made = |name: &str, options: &str| {
        run(
            &folder,
            &format!(
                "train --corpus song.mid --out {name} --epochs 2 --batch 24 --hidden-size 12 --window 16 {options}"
            ),
        );
        run(&folder, &format!("compose --model {name}/model.safetensors --tokens 60 --out {name}.mid"));
        let read = |path: String| fs::read(folder.join(path)).unwrap();
        (read(format!("{name}/model.safetensors")), read(format!("{name}.mid")))
    };
    let one = made("one", "--threads 1");
    assert!(made("two", "--threads 2") == one, "two threads");
    assert!(made("again", "--threads 1") == one, "a second time");
    assert!(made("other", "--threads 1 --seed 2") != one, "another seed");
}

#[test]
fn a_resumed_training_ends_with_the_bytes_of_one_never_stopped() {
    let folder = folder("resume");
    write_song(&folder, "song.mid", 300);
    let train = |out: &str, options: &str| {
        run(&folder, &format!("train --corpus song.mid --schedule constant --out {out} {SMALL} --epochs {options}"));
        fs::read(folder.join(out).join("model.safetensors")).unwrap()
    };
    let whole = train("whole", "4");
    assert!(train("halves", "2") != whole);
    assert!(train("halves", "4 --resume") == whole);
    let output = galant(
        &folder,
        &format!("train --corpus song.mid --schedule constant --out halves {SMALL} --epochs 5 --resume --seed 2"),
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("'seed 1'") && said.contains("'seed 2'"), "{said}");
}

#[test]
fn gradients_of_both_cells_are_printed_for_every_step_and_layer() {
    let folder = folder("gradients");
    write_song(&folder, "song.mid", 100);
    let csv = run(&folder, "gradients --corpus song.mid --hidden-size 8 --window 20 --windows 2 --steps 3");
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["steps_back", "cell", "layer", "norm"]);
    assert_eq!(rows.len(), 1 + 2 * 3 * 20);
    let norm = |cell, steps_back| -> f64 {
        let row = rows.iter().find(|row| row[..3] == [steps_back, cell, "3"]).unwrap();
        row[3].parse().unwrap()
    };
    for cell in ["lstm", "rnn"] {
        assert!(norm(cell, "0") > norm(cell, "19") && norm(cell, "19") > 0.0, "{cell}");
    }
}
