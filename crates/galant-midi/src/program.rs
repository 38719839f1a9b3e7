//! The names of MIDI programs.

/// The instruments of General MIDI by their program, 0 to 127; General MIDI System, Level 1, counts them from 1.
pub const PROGRAM_NAMES: [&str; 128] = [
    "acoustic grand piano",
    "bright acoustic piano",
    "electric grand piano",
    "honky-tonk piano",
    "electric piano 1",
    "electric piano 2",
    "harpsichord",
    "clavinet",
    "celesta",
    "glockenspiel",
    "music box",
    "vibraphone",
    "marimba",
    "xylophone",
    "tubular bells",
    "dulcimer",
    "drawbar organ",
    "percussive organ",
    "rock organ",
    "church organ",
    "reed organ",
    "accordion",
    "harmonica",
    "tango accordion",
    "acoustic guitar (nylon)",
    "acoustic guitar (steel)",
    "electric guitar (jazz)",
    "electric guitar (clean)",
    "electric guitar (muted)",
    "overdriven guitar",
    "distortion guitar",
    "guitar harmonics",
    "acoustic bass",
    "electric bass (finger)",
    "electric bass (pick)",
    "fretless bass",
    "slap bass 1",
    "slap bass 2",
    "synth bass 1",
    "synth bass 2",
    "violin",
    "viola",
    "cello",
    "contrabass",
    "tremolo strings",
    "pizzicato strings",
    "orchestral harp",
    "timpani",
    "string ensemble 1",
    "string ensemble 2",
    "synth strings 1",
    "synth strings 2",
    "choir aahs",
    "voice oohs",
    "synth voice",
    "orchestra hit",
    "trumpet",
    "trombone",
    "tuba",
    "muted trumpet",
    "french horn",
    "brass section",
    "synth brass 1",
    "synth brass 2",
    "soprano sax",
    "alto sax",
    "tenor sax",
    "baritone sax",
    "oboe",
    "english horn",
    "bassoon",
    "clarinet",
    "piccolo",
    "flute",
    "recorder",
    "pan flute",
    "blown bottle",
    "shakuhachi",
    "whistle",
    "ocarina",
    "lead 1 (square)",
    "lead 2 (sawtooth)",
    "lead 3 (calliope)",
    "lead 4 (chiff)",
    "lead 5 (charang)",
    "lead 6 (voice)",
    "lead 7 (fifths)",
    "lead 8 (bass + lead)",
    "pad 1 (new age)",
    "pad 2 (warm)",
    "pad 3 (polysynth)",
    "pad 4 (choir)",
    "pad 5 (bowed)",
    "pad 6 (metallic)",
    "pad 7 (halo)",
    "pad 8 (sweep)",
    "fx 1 (rain)",
    "fx 2 (soundtrack)",
    "fx 3 (crystal)",
    "fx 4 (atmosphere)",
    "fx 5 (brightness)",
    "fx 6 (goblins)",
    "fx 7 (echoes)",
    "fx 8 (sci-fi)",
    "sitar",
    "banjo",
    "shamisen",
    "koto",
    "kalimba",
    "bagpipe",
    "fiddle",
    "shanai",
    "tinkle bell",
    "agogo",
    "steel drums",
    "woodblock",
    "taiko drum",
    "melodic tom",
    "synth drum",
    "reverse cymbal",
    "guitar fret noise",
    "breath noise",
    "seashore",
    "bird tweet",
    "telephone ring",
    "helicopter",
    "applause",
    "gunshot",
];

/// What an instrument is called for short where the first program of that name is not the one that is meant.
const SHORT_NAMES: [(&str, u8); 8] = [
    ("choir", 52),
    ("organ", 19),
    ("sax", 65),
    ("saxophone", 65),
    ("strings", 48),
    ("voice", 53),
    ("double bass", 43),
    ("violoncello", 42),
];

/// The program of an instrument by its name, or by words of its name, in any case: `violin`, `grand piano`, `horn`.
///
/// Of several instruments with these words it is the first: `guitar` is the acoustic one with strings of nylon.
/// ```
/// use galant_midi::program_named;
///
/// assert_eq!(["Violin", "piano", "horn", "organ", "kazoo"].map(program_named), [Some(40), Some(0), Some(60), Some(19), None]);
/// ```
pub fn program_named(name: &str) -> Option<u8> {
    let wanted = words(name);
    if wanted.is_empty() {
        return None;
    }
    let short = SHORT_NAMES.iter().find(|(short, _)| words(short) == wanted).map(|(_, program)| *program);
    let find = |is: &dyn Fn(&[String]) -> bool| (0..).zip(PROGRAM_NAMES).find(|(_, name)| is(&words(name)));
    let exact = find(&|words| words == wanted);
    let part = || find(&|words| wanted.iter().all(|word| words.contains(word)));
    exact.map(|(program, _)| program).or(short).or_else(|| part().map(|(program, _)| program))
}

/// The words of a name in lower case.
fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_is_found_by_its_name() {
        for (program, name) in (0..).zip(PROGRAM_NAMES) {
            assert_eq!(program_named(name), Some(program), "{name}");
            assert_eq!(program_named(&name.to_uppercase()), Some(program), "{name}");
        }
    }

    #[test]
    fn a_word_is_matched_whole() {
        // The harp is no harpsichord, and 'in' is part of many names.
        assert_eq!(program_named("harp"), Some(46));
        assert_eq!(["in", "", "-", "kazoo"].map(program_named), [None; 4]);
        assert_eq!(
            ["guitar", "choir", "strings", "honky tonk"].map(program_named),
            [Some(24), Some(52), Some(48), Some(3)]
        );
    }
}
