//! Model files are read once, and their corpus is what it says it is.

use std::fs;

use crate::errors::error;
use crate::{SMALL, folder, run, write_song};

/// Has a command read `out/model.safetensors` through a pipe that can be opened once.
#[cfg(unix)]
#[track_caller]
fn run_with_pipe(folder: &std::path::Path, model: &[u8], args: &str) {
    use std::io::Write;

    let path = folder.join("out/model.safetensors");
    fs::remove_file(&path).unwrap();
    nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let model = model.to_owned();
    let pipe = path.clone();
    let writer = std::thread::spawn(move || {
        // Opens when the program does.
        let mut file = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
        // Whoever opens it a second time does not find it.
        fs::remove_file(&pipe).unwrap();
        file.write_all(&model).unwrap();
    });
    run(folder, args);
    writer.join().unwrap();
    assert!(!path.exists(), "galant {args} wrote the model file");
    fs::write(path, b"").unwrap();
}

#[cfg(unix)]
#[test]
fn every_command_reads_a_model_file_once() {
    let folder = folder("read_once");
    write_song(&folder, "song.mid", 100);
    run(&folder, &format!("train --corpus song.mid --out out --epochs 1 {SMALL}"));
    let model = fs::read(folder.join("out/model.safetensors")).unwrap();
    run(&folder, "compose --model out/model.safetensors --tokens 20 --out out/composed.mid");
    let path = "--model out/model.safetensors";
    for args in [
        "info out/model.safetensors".to_owned(),
        format!("compose {path} --tokens 20 --out composed.mid"),
        format!("compose {path} --tokens 20 --out several.mid --pieces 3 --primer song.mid"),
        format!("reproduce out/composed.mid {path} --out again.mid"),
        format!("evaluate {path} song.mid"),
        format!("gradients {path} --corpus song.mid --window 16 --windows 2 --out gradients.csv"),
        format!("plot surprise song.mid {path} --out surprise.svg"),
        format!("plot states song.mid {path} --out states.svg"),
        "report out".to_owned(),
    ] {
        run_with_pipe(&folder, &model, &args);
    }
}

#[test]
fn files_that_are_called_like_the_dice_game_once_was_are_files() {
    let folder = folder("evenings");
    fs::create_dir(folder.join("music")).unwrap();
    for number in [1, 2] {
        write_song(&folder, "song.mid", 100 + number);
        fs::rename(folder.join("song.mid"), folder.join(format!("music/evening {number}.mid"))).unwrap();
    }
    run(&folder, &format!("train --corpus music --out files --epochs 1 {SMALL}"));
    let said = run(&folder, "info files/model.safetensors");
    assert!(said.contains("corpus      2 songs") && said.contains("  evening 1.mid\n"), "{said}");
    run(&folder, "report files");
    let title = |page: &str| {
        let page = fs::read_to_string(folder.join(page)).unwrap();
        page.split("<title>").nth(1).unwrap().split("</title>").next().unwrap().to_owned()
    };
    assert_eq!(title("files/report.html"), "Composed after 2 pieces");
    let said = error(&folder, "evaluate --model files/model.safetensors dice");
    assert!(said.contains("lacks the token"), "{said}");

    // Beside the dice game they are not taken for waltzes, and the waltzes are still recognized.
    let train = format!("train --corpus music dice --waltzes 400 --out both --epochs 1 {SMALL}");
    run(&folder, &train);
    run(&folder, "report both");
    assert_eq!(title("both/report.html"), "Composed after 12 pieces");
    let said = run(&folder, "evaluate --model both/model.safetensors dice");
    assert!(said.contains("legal and not in the corpus"), "{said}");
    // Only the dice game gives the page its name.
    run(&folder, &format!("train --corpus dice --waltzes 400 --out dice --epochs 1 {SMALL}"));
    run(&folder, "report dice");
    assert_eq!(title("dice/report.html"), "Composed after waltzes of Mozart&#39;s dice game");
}
