"""Checks that PyTorch reads a model file as it is, and computes the same logits with it.

    cargo run -p galant-checkpoint --example write_model -- model.safetensors > logits.json
    python check_with_torch.py model.safetensors logits.json     (needs torch and safetensors)
"""

import json
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import nn

path, logits_path = sys.argv[1:]
with safe_open(path, "pt") as file:
    metadata = json.loads(file.metadata()["galant"])
sizes, n_tokens = metadata["network"], len(metadata["vocabulary"])


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(n_tokens, sizes["embedding_size"])
        self.lstm = nn.LSTM(
            sizes["embedding_size"], sizes["hidden_size"], num_layers=sizes["n_layers"], batch_first=True
        )
        self.dense = nn.Linear(sizes["hidden_size"], n_tokens)

    def forward(self, tokens):
        return self.dense(self.lstm(self.embedding(tokens))[0])


network = Network()
network.load_state_dict(load_file(path), strict=True)
with open(logits_path) as file:
    ours = json.load(file)
with torch.no_grad():
    theirs = network.double()(torch.tensor([ours["tokens"]]))[0]
difference = (theirs - torch.tensor(ours["logits"], dtype=torch.float64)).abs().max().item()
print(f"largest |logit| {theirs.abs().max().item():.4f}, largest difference {difference:.2e}")
sys.exit(0 if difference < 1e-6 else 1)
