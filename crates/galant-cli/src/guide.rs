//! What the help of each command says beside its options: which of them are common, how they are grouped, and examples.

/// The help of a command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guide {
    /// The command.
    pub(crate) command: &'static str,
    /// Where it is in the list of commands.
    pub(crate) place: usize,
    /// The arguments that `-h` shows; none where it shows all.
    pub(crate) common: &'static [&'static str],
    /// The headings of other arguments, in order.
    pub(crate) groups: &'static [(&'static str, &'static [&'static str])],
    /// Command lines, each with what it is for.
    pub(crate) examples: &'static [(&'static str, &'static str)],
    /// What to change if one dislikes the result.
    pub(crate) change: &'static str,
}

impl Guide {
    /// That of a command, if it has one.
    pub(crate) fn of(command: &str) -> Option<&'static Guide> {
        GUIDES.iter().find(|guide| guide.command == command)
    }
}

const GUIDES: &[Guide] = &[
    Guide {
        command: "make",
        place: 1,
        common: &[],
        groups: &[],
        examples: &[
            ("galant make music/", "five new pieces in five minutes, in the folder made"),
            ("galant make music/ --minutes 12 --pieces 10 --seed 2 -o more", "others, learned longer"),
        ],
        change: "Another --seed gives other pieces; more --minutes and more music help most. The commands that it runs are printed: \
                 change them as you like.",
    },
    Guide {
        command: "train",
        place: 2,
        common: &["corpus", "out", "minutes", "steps", "preset", "tokenizer", "seed", "resume", "force", "config"],
        groups: &[
            ("Music", &["repeat", "waltzes", "rules", "grid", "parts", "top", "transpose", "streams", "validation"]),
            ("Held out", &["hold_out", "hold_out_tail"]),
            ("Length", &["passes", "epochs", "epoch_steps", "stop_at_loss", "patience"]),
            (
                "Network",
                &["cell", "embedding_size", "hidden_size", "layers", "connections", "dropout", "initialization"],
            ),
            ("Learning", &["objective", "optimizer", "learning_rate", "schedule", "clip_norm", "window", "batch"]),
            ("Machine", &["threads", "engine", "device", "precision", "snapshot_every"]),
            ("Output", &["print_config", "json"]),
        ],
        examples: &[
            ("galant train --corpus music/ -o mine", "your files, at most ten minutes on two cores"),
            ("galant train --corpus mozart --minutes 2 -o small", "bundled pieces, two minutes"),
            ("galant train --resume -o mine", "goes on after Ctrl-C"),
            ("galant train --preset lecture-song --print-config", "what a preset sets, as a file for --config"),
        ],
        change: "More music and more --minutes help most; --transpose -6..=5 makes twelve keys of one; --tokenizer rhythm \
                 plays only chords that are in the corpus.",
    },
    Guide {
        command: "compose",
        place: 3,
        common: &[
            "model",
            "out",
            "bars",
            "key",
            "meter",
            "tempo",
            "program",
            "pieces",
            "seed",
            "primer",
            "temperature",
        ],
        groups: &[
            ("Beginning", &["style", "primer", "primer_bars", "primer_tokens", "omit_primer"]),
            ("Length", &["tokens", "steps", "seconds"]),
            ("Form", &["best_of", "free_form", "open_end"]),
            ("Output", &["verbose", "report", "threads"]),
        ],
        examples: &[
            ("galant compose -m mine/model.safetensors -o piece.mid", "16 bars"),
            ("galant compose -m mine/model.safetensors -o piece.wav piece.svg", "to hear and to see"),
            ("galant compose -m mine/model.safetensors --key D-minor --meter 3/4 --bars 32 -o minuet.mid", "a minuet"),
            ("galant compose -m mine/model.safetensors --primer theme.mid -n 5 -o more.mid", "five ways to go on"),
        ],
        change: "Another --seed is another piece; --temperature 0.7 is more usual, 1.1 more daring; --best-of 8 chooses from \
                 more; if all pieces are poor, train longer or on more music.",
    },
    Guide {
        command: "harmonize",
        place: 4,
        common: &["tune", "model", "out", "given", "key", "n_best", "seed", "temperature"],
        groups: &[],
        examples: &[
            ("galant harmonize tune.abc -m choir/model.safetensors -o four-parts.musicxml", "the other three parts"),
            ("galant harmonize bass.mid --given bass -m choir/model.safetensors -n 5 -o ideas.mid", "five over a bass"),
        ],
        change: "Another --seed, -n 5 for several, --temperature 1.1 for more daring ones, --rule parallel-fifths=veto to \
                 forbid; the model must be trained with --tokenizer voices on music in parts.",
    },
    Guide {
        command: "play",
        place: 5,
        common: &[],
        groups: &[],
        examples: &[("galant play piece.mid", "through the loudspeaker")],
        change: "--soundfont FILE.sf2 for another sound.",
    },
    Guide {
        command: "render",
        place: 6,
        common: &[],
        groups: &[],
        examples: &[("galant render piece.mid -o piece.wav", "sound that every player opens")],
        change: "--soundfont FILE.sf2 for another sound.",
    },
    Guide {
        command: "plot",
        place: 7,
        common: &[],
        groups: &[],
        examples: &[
            ("galant plot roll piece.mid", "a small piano roll in the terminal"),
            ("galant plot loss mine/training.csv -o loss.svg", "how it was learned"),
        ],
        change: "A name that ends in .png instead of .svg gives a bitmap.",
    },
    Guide {
        command: "report",
        place: 8,
        common: &[],
        groups: &[],
        examples: &[
            ("galant report mine", "mine/report.html, with composed.mid and composed.wav if they are there"),
            ("galant report mine --corpus music/", "compares the pieces with music that has moved since"),
        ],
        change: "The page shows composed.mid, or composed-001.mid and so on; a piece without a WAV file beside it is played by the \
                 page's own instrument.",
    },
    Guide {
        command: "info",
        place: 9,
        common: &[],
        groups: &[],
        examples: &[
            ("galant info mine/model.safetensors", "settings, losses, corpus"),
            ("galant info piece.mid", "keys, meters, parts, length"),
        ],
        change: "",
    },
    Guide {
        command: "corpus",
        place: 10,
        common: &[],
        groups: &[],
        examples: &[("galant corpus music/", "what is there, what is left out, and how to train on it")],
        change: "",
    },
    Guide {
        command: "evaluate",
        place: 11,
        common: &[],
        groups: &[],
        examples: &[
            ("galant evaluate -m mine/model.safetensors other.mid", "how well it predicts music that it has not read"),
            ("galant evaluate -m mine/model.safetensors dice", "against the exact entropy of Mozart's dice game"),
        ],
        change: "",
    },
    Guide {
        command: "originality",
        place: 11,
        common: &[],
        groups: &[],
        examples: &[(
            "galant originality piece.mid --corpus music/",
            "what the piece has from the music, with file and bar",
        )],
        change: "",
    },
    Guide {
        command: "metrics",
        place: 11,
        common: &[],
        groups: &[],
        examples: &[
            ("galant metrics piece.mid", "figures that others use"),
            ("galant metrics made/ --against music/", "how far the pieces are from the music"),
        ],
        change: "",
    },
    Guide {
        command: "tokenize",
        place: 12,
        common: &[],
        groups: &[],
        examples: &[
            ("galant tokenize --tokenizer rhythm piece.mid", "a token a line"),
            ("galant tokenize --report --tokenizer notes music/", "what the grid changes, a row a file"),
        ],
        change: "",
    },
    Guide {
        command: "detokenize",
        place: 13,
        common: &[],
        groups: &[],
        examples: &[("galant detokenize tokens.json -o piece.mid", "what `galant tokenize --json` printed")],
        change: "",
    },
    Guide {
        command: "dice",
        place: 14,
        common: &[],
        groups: &[],
        examples: &[
            ("galant dice --seed 7 -o waltz.mid", "a rolled waltz"),
            ("galant dice --throws 7,2,11,6,8,4,9,10,3,6,7,5,12,8,6,7 -o waltz.wav", "by your own dice, as sound"),
        ],
        change: "Another --seed is another waltz.",
    },
    Guide {
        command: "reproduce",
        place: 15,
        common: &[],
        groups: &[],
        examples: &[("galant reproduce piece.mid -m mine/model.safetensors -o again.mid", "the same bytes")],
        change: "",
    },
    Guide {
        command: "gradients",
        place: 16,
        common: &[],
        groups: &[],
        examples: &[(
            "galant gradients -o gradients.csv",
            "an LSTM against a vanilla RNN; then `galant plot gradients`",
        )],
        change: "",
    },
    Guide {
        command: "completions",
        place: 90,
        common: &[],
        groups: &[],
        examples: &[
            ("galant completions bash > ~/.local/share/bash-completion/completions/galant", "for bash"),
            ("galant completions fish > ~/.config/fish/completions/galant.fish", "for fish"),
        ],
        change: "",
    },
    Guide {
        command: "man",
        place: 91,
        common: &[],
        groups: &[],
        examples: &[("galant man -o ~/.local/share/man/man1", "then `man galant-compose`")],
        change: "",
    },
];
