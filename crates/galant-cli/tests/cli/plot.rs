use std::fs;
use std::path::Path;
use std::process::Command;

use expect_test::expect;

use crate::errors::check;
use crate::{SMALL, folder, galant, run, write_song};

/// A folder with a song, a small model trained on it in `out/`, and what the model composed.
fn trained(test: &str) -> std::path::PathBuf {
    let folder = folder(test);
    write_song(&folder, "song.mid", 300);
    run(&folder, &format!("train --corpus song.mid --tokenizer rhythm --out out --epochs 2 {SMALL}"));
    run(&folder, "compose --model out/model.safetensors --tokens 40 --out out/composed.mid");
    folder
}

/// The texts of a picture.
fn texts(folder: &Path, name: &str) -> Vec<String> {
    let svg = fs::read_to_string(folder.join(name)).unwrap();
    assert!(svg.starts_with("<svg width=\"800\"") && svg.ends_with("</svg>\n"), "{name}");
    let texts = svg.split("<text ").skip(1).filter_map(|piece| piece.split_once('>')?.1.split_once("</text>"));
    texts.map(|(text, _)| text.trim().to_owned()).collect()
}

#[test]
fn every_picture_is_drawn_in_both_forms() {
    let folder = trained("pictures");
    run(&folder, "gradients --corpus song.mid --window 16 --windows 2 --hidden-size 12 --out gradients.csv");
    let model = "--model out/model.safetensors";
    for (name, command, label) in [
        ("roll", "roll song.mid".to_owned(), "time, bars of 4/4"),
        ("loss", "loss out/training.csv".to_owned(), "loss, nats per token"),
        ("surprise", format!("surprise song.mid {model}"), "surprise, nats per note"),
        ("states", format!("states song.mid {model} --layer 1 --tokens 20"), "forget gate f"),
        ("gradients", "gradients gradients.csv".to_owned(), "vanilla RNN, layer 3"),
    ] {
        let said = run(&folder, &format!("plot {command} --out {name}.svg"));
        assert_eq!(said, format!("wrote {name}.svg\n"));
        assert!(texts(&folder, &format!("{name}.svg")).iter().any(|text| text == label), "no '{label}' in {name}.svg");
        run(&folder, &format!("plot {command} --out {name}.PNG"));
        assert!(fs::read(folder.join(format!("{name}.PNG"))).unwrap().starts_with(b"\x89PNG"), "{name}.PNG");
    }
}

#[test]
fn surprise_adds_up_to_what_evaluate_measures() {
    let folder = trained("surprise_sum");
    run(&folder, "plot surprise song.mid --model out/model.safetensors --out surprise.svg");
    let report: serde_json::Value =
        serde_json::from_str(&run(&folder, "evaluate --model out/model.safetensors song.mid --json")).unwrap();
    let measured = report["total"]["nats_per_token"].as_f64().unwrap() * report["total"]["tokens"].as_f64().unwrap();
    // "449 of 450 notes predicted, at 1.234 nats per note"
    let texts = texts(&folder, "surprise.svg");
    let facts = texts.iter().find(|text| text.contains("notes predicted")).unwrap();
    let numbers: Vec<f64> = facts.split_whitespace().filter_map(|token| token.parse().ok()).collect();
    let [n_predicted, n_notes, mean] = numbers[..] else { panic!("{facts}") };
    // The first chord has three notes and is predicted by nothing.
    assert_eq!(n_predicted, n_notes - 3.0, "{facts}");
    assert!((n_predicted * mean - measured).abs() <= 0.0005 * n_predicted, "{facts}; evaluate says {measured} nats");
}

#[test]
fn quiet_prints_nothing_but_what_was_asked_for() {
    let folder = folder("quiet");
    write_song(&folder, "song.mid", 100);
    let train = format!("train --corpus song.mid --out out --epochs 1 {SMALL}");
    for args in [train.as_str(), "plot loss out/training.csv --out loss.svg", "report out"] {
        assert_eq!(run(&folder, &format!("--quiet {args}")), "", "{args}");
    }
    assert!(run(&folder, "-q tokenize song.mid").contains("100 tokens"));
    let roll = run(&folder, "plot roll song.mid --quiet");
    assert!(roll.lines().count() > 2 && roll.contains(['▘', '▀', '█', '▖']), "{roll}");
}

#[test]
fn no_color_where_none_is_wanted() {
    let folder = folder("no_color");
    let is_colored = |settings: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_galant"));
        let output = command.current_dir(&folder).envs(settings.iter().copied()).arg("--help").output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(is_colored(&[("CLICOLOR_FORCE", "1")]), "else the next line says nothing");
    assert!(!is_colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn what_cannot_be_drawn_is_reported() {
    let folder = folder("not_drawn");
    write_song(&folder, "song.mid", 100);
    run(&folder, &format!("train --corpus song.mid --out out --epochs 1 {SMALL}"));
    let model = "--model out/model.safetensors";
    check(
        &folder,
        "plot roll no.mid --out x.svg",
        expect![[r#"
        error: reading no.mid: No such file or directory (os error 2)
    "#]],
    );
    check(
        &folder,
        "plot roll song.mid --out x.jpg",
        expect![[r#"
        error: writing x.jpg: its name must end in .svg or .png
    "#]],
    );
    check(
        &folder,
        "plot loss song.mid --out x.svg",
        expect![[r#"
        error: reading song.mid as training.csv, which `galant train` writes: it is not text: invalid utf-8 sequence of 1 bytes from index 13
    "#]],
    );
    check(
        &folder,
        &format!("plot states song.mid {model} --layer 3 --out x.svg"),
        expect![[r#"
        error: reading song.mid: layer 3 of a network with 2 layers; layers are counted from 1
    "#]],
    );
    check(
        &folder,
        "report .",
        expect![[r#"
        error: reading ./model.safetensors: No such file or directory (os error 2)
    "#]],
    );
    fs::write(folder.join("short.csv"), "epoch,train_loss,train_loss_without_dropout,valid_loss\n1,2.5\n").unwrap();
    check(
        &folder,
        "plot loss short.csv --out x.svg",
        expect![[r#"
        error: reading short.csv as training.csv, which `galant train` writes: line 2 has 2 values for 4 columns
    "#]],
    );
    fs::write(folder.join("token.csv"), "epoch,train_loss,train_loss_without_dropout,valid_loss\n1,much,2,\n").unwrap();
    check(
        &folder,
        "plot loss token.csv --out x.svg",
        expect![[r#"
        error: reading token.csv as training.csv, which `galant train` writes: line 2, train_loss 'much': invalid float literal
    "#]],
    );
    fs::write(folder.join("steps.csv"), "steps_back,cell,layer,norm\n1,lstm,1,0.5\n").unwrap();
    check(
        &folder,
        "plot gradients steps.csv --out x.svg",
        expect![[r#"
        error: reading steps.csv: line 2: LSTM, layer 1: 1 steps back where 0 were expected; the steps of each layer count up from 0, once
    "#]],
    );
    assert!(!folder.join("x.svg").exists());
}

#[test]
fn a_png_says_which_characters_it_cannot_show() {
    let folder = folder("plot_scripts");
    write_song(&folder, "曲と歌.mid", 20);
    let warnings = |name: &str| {
        let output = galant(&folder, &format!("plot roll 曲と歌.mid --out {name}"));
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    expect![[r#"
        warning: roll.png: PNG pictures have a font for Latin, Greek and Cyrillic; 3 characters of other scripts, such as '曲', are drawn as boxes, which an .svg file shows
    "#]].assert_eq(&warnings("roll.png"));
    assert_eq!(warnings("roll.svg"), "");
    assert!(texts(&folder, "roll.svg").iter().any(|text| text.contains("曲と歌")));
}
