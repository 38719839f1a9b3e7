"""Writes lstm.safetensors, rnn.safetensors and their logits (JSON) as PyTorch computes them.

The networks have both biases of every layer, as PyTorch trains them; the metadata is hand-written, in format 1, in which a token was a word.
Run by hand, in this folder:  python make_with_torch.py     (needs torch and safetensors)
"""

import json

import torch
from safetensors.torch import save_file
from torch import nn

VOCABULARY, EMBEDDING, HIDDEN, LAYERS = 5, 3, 4, 2
WORDS = [0, 3, 1, 4, 4, 2]

for cell, recurrent in [("lstm", nn.LSTM), ("rnn", nn.RNN)]:
    torch.manual_seed(20)
    network = nn.ModuleDict({
        "embedding": nn.Embedding(VOCABULARY, EMBEDDING),
        cell: recurrent(EMBEDDING, HIDDEN, num_layers=LAYERS, batch_first=True),
        "dense": nn.Linear(HIDDEN, VOCABULARY),
    })
    metadata = {
        "format": 1,
        "program": "make_with_torch.py",
        "network": {"cell": cell, "embedding": EMBEDDING, "hidden": HIDDEN, "layers": LAYERS, "dropout": 0.25},
        "window": 6,
        "words": {"kind": "chords", "reading": "standard", "top": None},
        "vocabulary": ["60", "62", "64", "65", "67"],
        "corpus": [],
        "training": {"settings": [], "seed": 20, "epochs": [], "kept_epoch": 0},
    }
    state = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    save_file(state, f"{cell}.safetensors", metadata={"galant": json.dumps(metadata), "format": "pt"})
    with torch.no_grad():
        network.double()
        outputs, _ = network[cell](network["embedding"](torch.tensor([WORDS])))
        logits = network["dense"](outputs)[0]
    with open(f"{cell}.json", "w") as out:
        json.dump({"torch": torch.__version__.split("+")[0], "words": WORDS, "logits": logits.tolist()}, out, indent=1)
        out.write("\n")
