//! The guides of the pictures.

use crate::guide::Guide;

pub(super) const PICTURES: &[Guide] = &[
    Guide {
        command: "plot roll",
        place: 1,
        give: "a MIDI, ABC or MusicXML file",
        get: "its piano roll, with bars, keys and a color for each part",
        common: &[],
        groups: &[],
        examples: &[
            ("galant plot roll piece.mid", "in the terminal"),
            ("galant plot roll piece.mid -o roll.svg", "as a picture"),
        ],
        change: "Without -o it is text; .png instead of .svg is a bitmap.",
    },
    Guide {
        command: "plot loss",
        place: 2,
        give: "training.csv of one training, or of several",
        get: "the losses over the epochs",
        common: &[],
        groups: &[],
        examples: &[
            (
                "galant plot loss mine/training.csv -o loss.svg",
                "training and validation loss, and where only memorizing begins",
            ),
            ("galant plot loss a/training.csv b/training.csv -o both.svg", "which training is better"),
        ],
        change: "Losses per token of different tokenizers cannot be compared; `galant evaluate` says nats per note.",
    },
    Guide {
        command: "plot surprise",
        place: 3,
        give: "a piece and a model",
        get: "the piano roll, colored by what each note costs the model",
        common: &[],
        groups: &[],
        examples: &[(
            "galant plot surprise piece.mid -m mine/model.safetensors -o surprise.svg",
            "where it is surprised",
        )],
        change: "`galant plot entropy` shows the same as a curve.",
    },
    Guide {
        command: "plot states",
        place: 4,
        give: "a piece and a model",
        get: "hidden state, cell state and gates of a layer, a row for each unit",
        common: &[],
        groups: &[],
        examples: &[
            (
                "galant plot states piece.mid -m mine/model.safetensors --tokens 40 -o states.svg",
                "with the tokens below",
            ),
            ("galant plot states piece.mid -m mine/model.safetensors --units 3,7 -o two.svg", "two units alone"),
        ],
        change: "--layer 1 is another layer; fewer --tokens show more of each.",
    },
    Guide {
        command: "plot next",
        place: 5,
        give: "a piece and a model",
        get: "what the model expects after so many tokens of the piece, at several temperatures",
        common: &[],
        groups: &[],
        examples: &[
            ("galant plot next piece.mid -m mine/model.safetensors --at 32", "the five likeliest, as text"),
            ("galant plot next piece.mid -m mine/model.safetensors --at 32 -o next.svg", "as a picture"),
        ],
        change: "--at is another place, --temperatures 0.3,1,2 are others.",
    },
    Guide {
        command: "plot entropy",
        place: 6,
        give: "a piece and a model",
        get: "how unsure the model is over the piece, and what the tokens cost it",
        common: &[],
        groups: &[],
        examples: &[("galant plot entropy piece.mid -m mine/model.safetensors -o entropy.svg", "two curves")],
        change: "A smaller --window shows more detail, a larger one less noise.",
    },
    Guide {
        command: "plot embedding",
        place: 7,
        give: "a model",
        get: "its tokens on the plane in which their embeddings differ most",
        common: &[],
        groups: &[],
        examples: &[(
            "galant plot embedding -m mine/model.safetensors -o embedding.svg",
            "which tokens it holds for alike",
        )],
        change: "Thousands of tokens overlap: --tokenizer notes or --top 1 in training makes fewer.",
    },
    Guide {
        command: "plot gradients",
        place: 8,
        give: "tables that `galant gradients` wrote",
        get: "how much gradient reaches earlier steps, a curve for each layer",
        common: &[],
        groups: &[],
        examples: &[
            ("galant gradients -o gradients.csv", "the table"),
            ("galant plot gradients gradients.csv -o gradients.svg", "its picture"),
        ],
        change: "`galant gradients --steps 0` shows untrained networks.",
    },
];
