use expect_test::expect;

use crate::errors::check_all;
#[cfg(not(feature = "libtorch"))]
use crate::errors::error;
use crate::folder;

#[cfg(not(feature = "libtorch"))]
#[test]
fn without_the_engine_on_libtorch_the_program_says_how_to_get_it() {
    let folder = folder("no_torch");
    let said = error(&folder, "train --corpus dice --engine torch --device cuda");
    expect![[r#"
        error: this build has no libtorch engine; run `cargo xtask libtorch` and then `target/libtorch/release/galant train --corpus dice --engine torch --device cuda`
    "#]].assert_eq(&format!("{said}\n"));
    assert!(!folder.join("out").exists(), "nothing was begun");
}

#[test]
fn devices_and_precisions_only_apply_to_the_engine_on_libtorch() {
    let folder = folder("device_of_embedded");
    let commands = [
        "train --corpus dice --device cpu",
        "train --corpus dice --precision bf16",
        "train --engine torch --device gpu",
    ];
    check_all(
        &folder,
        commands,
        expect![[r#"
            error: --device only applies to --engine torch
            error: --precision only applies to --engine torch
            error: --device is 'gpu': give auto, cpu, cuda, cuda:N with a number from 0, or mps; see galant train --help"#]],
    );
}

#[cfg(feature = "libtorch")]
mod with_libtorch {
    use std::fs;
    use std::path::Path;

    use galant_testkit::{Tolerance, assert_close};

    use crate::{SMALL, folder, galant, run, write_song};

    /// Training loss with and without dropout, and validation loss of each epoch.
    fn losses(folder: &Path, training: &str) -> Vec<f64> {
        let csv = fs::read_to_string(folder.join(training).join("training.csv")).unwrap();
        let rows = csv.lines().skip(1);
        rows.flat_map(|row| row.split(',').skip(3).map(|loss| loss.parse().unwrap()).collect::<Vec<f64>>()).collect()
    }

    #[test]
    fn both_engines_learn_the_same_and_resume_from_each_other() {
        let folder = folder("both_engines");
        write_song(&folder, "song.mid", 300);
        let train = |engine: &str, out: &str, epochs: &str| {
            let command = format!(
                "train --corpus song.mid --epochs {epochs} --schedule constant --engine {engine} --out {out} {SMALL}"
            );
            run(&folder, &command)
        };
        train("embedded", "embedded", "4");
        let said = train("torch --device cpu --threads 1", "torch", "4");
        assert!(said.contains("libtorch on cpu, "), "{said}");
        let expected = losses(&folder, "embedded");
        assert_eq!(expected.len(), 12);
        let tolerance = Tolerance { absolute: 1e-3, relative: 0.0 };
        assert_close("losses", &losses(&folder, "torch"), &expected, tolerance);

        // Two epochs by the one, two by the other.
        train("embedded", "first-embedded", "2");
        train("torch --device cpu --threads 1 --resume", "first-embedded", "4");
        assert_close("losses", &losses(&folder, "first-embedded"), &expected, tolerance);
        train("torch --device cpu --threads 1", "first-torch", "2");
        train("embedded --resume", "first-torch", "4");
        assert_close("losses", &losses(&folder, "first-torch"), &expected, tolerance);

        let said = run(&folder, "info torch/model.safetensors");
        assert!(said.contains("engine torch on cpu"), "{said}");
        run(&folder, "compose --model torch/model.safetensors --tokens 40 --out composed.mid");
    }

    #[test]
    fn a_device_that_is_not_there_is_reported_before_anything_is_read() {
        let folder = folder("no_device");
        let output = galant(&folder, "train --corpus nothing.mid --engine torch --device cuda:900");
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with("error: there is no CUDA device 900: libtorch sees "), "{said}");
    }
}
