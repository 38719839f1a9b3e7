use std::fs;

use crate::{SMALL, folder, run};

/// The waltz that the seed rolls, in all formats.
#[test]
fn musicxml_is_written_and_read_wherever_midi_is() {
    let folder = folder("musicxml");
    for name in ["waltz.mid", "waltz.musicxml", "waltz.xml", "waltz.mxl"] {
        run(&folder, &format!("dice --seed 7 --out {name}"));
    }
    let tokens = |name: &str| {
        let said = run(&folder, &format!("tokenize {name} --tokenizer rhythm"));
        said.split_once(": ").unwrap().1.to_owned()
    };
    let of_midi = tokens("waltz.mid");
    for name in ["waltz.musicxml", "waltz.xml", "waltz.mxl"] {
        assert_eq!(tokens(name), of_midi, "{name}");
    }
    // The content decides, not the name.
    fs::rename(folder.join("waltz.mxl"), folder.join("waltz.abc")).unwrap();
    assert_eq!(tokens("waltz.abc"), of_midi);
    // Whatever the format, it is the same piece once more.
    let corpus = run(&folder, "corpus .");
    assert!(corpus.contains("waltz.musicxml") && corpus.contains("waltz.xml"), "{corpus}");
    run(&folder, "render waltz.musicxml --out waltz.wav --soundfont none");
    assert!(fs::metadata(folder.join("waltz.wav")).unwrap().len() > 1000);
}

#[test]
fn a_piece_composed_as_musicxml_is_reproduced_from_its_record() {
    let folder = folder("musicxml_record");
    run(&folder, &format!("train --corpus dice --waltzes 20 --tokenizer rhythm --out model --epochs 1 {SMALL}"));
    let model = "--model model/model.safetensors";
    for ending in ["mid", "musicxml", "mxl"] {
        run(&folder, &format!("compose {model} --tokens 40 --out piece.{ending}"));
        let said = run(&folder, &format!("reproduce piece.{ending} {model} --out again.{ending}"));
        assert!(said.contains(&format!("bytes as piece.{ending}")), "{said}");
        let [piece, again] = ["piece", "again"].map(|name| fs::read(folder.join(format!("{name}.{ending}"))).unwrap());
        assert_eq!(piece, again);
    }
    let refused = crate::galant(&folder, &format!("reproduce piece.mxl {model} --out again.mid"));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(said, "error: writing again.mid: its name must end in .mxl\n");
}
