#!/usr/bin/env python3
"""Golden numbers of PyTorch for the network of Galant.

usage: make_golden_torch.py > torch.json        (needs: pip install torch==2.13.0)

For each cell, with and without residual connections, a small network with weights from a formula, a batch from a formula, and what PyTorch makes of them:
logits, the loss at every token and at the last token, and the gradient of every tensor for both losses.
"""
import json

import torch
import torch.nn.functional as F
from torch import nn

V, E, H, LAYERS, B, T = 7, 3, 5, 3, 2, 6


def tokens(start):
    return torch.tensor([(start + i * i + i // 5) % V for i in range(B * T)]).reshape(B, T)


class Net(nn.Module):
    def __init__(self, cell, residual):
        super().__init__()
        self.cell, self.residual = cell, residual
        self.embedding = nn.Embedding(V, E)
        kind = {"lstm": nn.LSTM, "rnn": nn.RNN}[cell]
        setattr(self, cell, kind(E, H, LAYERS, batch_first=True))
        self.recurrent = [getattr(self, cell)]
        self.dense = nn.Linear(H, V)

    def forward(self, x):
        x = self.embedding(x)
        if not self.residual:
            return self.dense(self.recurrent[0](x)[0])
        # One layer at a time; each but the first adds what it reads to its output.
        for layer in range(LAYERS):
            parts = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            parameters = [getattr(self.recurrent[0], f"{part}_l{layer}") for part in parts]
            zeros = torch.zeros(1, x.shape[0], H)
            if self.cell == "lstm":
                output = torch.lstm(x, (zeros, zeros), parameters, True, 1, 0.0, False, False, True)[0]
            else:
                output = torch.rnn_tanh(x, zeros, parameters, True, 1, 0.0, False, False, True)[0]
            x = output + x if layer > 0 else output
        return self.dense(x)


def names(cell):
    yield "embedding.weight"
    for layer in range(LAYERS):
        for kind in ("weight_ih", "weight_hh", "bias_ih"):
            yield f"{cell}.{kind}_l{layer}"
    yield from ("dense.weight", "dense.bias")


def golden(cell, residual):
    torch.set_default_dtype(torch.float64)
    net = Net(cell, residual)
    parameters = dict(net.named_parameters())
    position = 0
    with torch.no_grad():
        for name in names(cell):
            tensor = parameters[name]
            index = torch.arange(position, position + tensor.numel(), dtype=torch.float64)
            tensor.copy_((0.7 * torch.sin(1.3 * index + 0.2)).to(torch.float32).to(torch.float64).reshape(tensor.shape))
            position += tensor.numel()
        for name, tensor in parameters.items():
            if "bias_hh" in name:
                tensor.zero_()
    inputs, targets = tokens(1), tokens(4)
    result = {"n_parameters": position, "logits": net(inputs).flatten().tolist()}
    for positions in ("every_token", "last_token"):
        net.zero_grad()
        logits = net(inputs)
        if positions == "every_token":
            loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        else:
            loss = F.cross_entropy(logits[:, -1], targets[:, -1])
        loss.backward()
        result[positions] = {
            "loss": loss.item(),
            "gradients": {name: parameters[name].grad.flatten().tolist() for name in names(cell)},
        }
    return result


networks = [(cell, residual) for residual in (False, True) for cell in ("lstm", "rnn")]
names_of = {False: "{}", True: "{}_residual"}
print(json.dumps({names_of[residual].format(cell): golden(cell, residual) for cell, residual in networks}, indent=None))
