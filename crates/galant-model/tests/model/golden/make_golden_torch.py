#!/usr/bin/env python3
"""Golden numbers of PyTorch for the network of Galant.

usage: make_golden_torch.py > torch.json        (needs: pip install torch==2.13.0)

For each cell, with and without residual connections, with tokens only and with two streams beside them, a small network with weights from a formula, a batch from a formula, and what PyTorch makes of them:
logits, the loss at every token and at the last token, and the gradient of every tensor for both losses.
"""
import json

import torch
import torch.nn.functional as F
from torch import nn

V, H, LAYERS, B, T = 7, 5, 3, 2, 6

# The inputs of a network: number of values, embedding size, whether the embedding is also an input of the dense layer.
TOKENS = [(V, 3, False)]
SKIP = [(V, 3, True)]
STREAMS = [(V, 3, False), (4, 2, True), (5, 4, True)]


def tokens(start):
    return torch.tensor([(start + i * i + i // 5) % V for i in range(B * T)]).reshape(B, T)


def values(inputs):
    """The tokens, and a value of each stream at each of them."""
    index = torch.arange(B * T).reshape(B, T)
    streams = [(k + index + index * index // 3) % n for k, (n, _, _) in enumerate(inputs)]
    return [tokens(1), *streams[1:]]


class Net(nn.Module):
    def __init__(self, cell, residual, inputs):
        super().__init__()
        self.cell, self.residual, self.inputs = cell, residual, inputs
        self.embedding = nn.Embedding(V, inputs[0][1])
        self.stream_embeddings = nn.ModuleList(nn.Embedding(n, size) for n, size, _ in inputs[1:])
        kind = {"lstm": nn.LSTM, "rnn": nn.RNN}[cell]
        setattr(self, cell, kind(sum(size for _, size, _ in inputs), H, LAYERS, batch_first=True))
        self.recurrent = [getattr(self, cell)]
        self.dense = nn.Linear(H + sum(size for _, size, skip in inputs if skip), V)

    def forward(self, values):
        embeddings = [self.embedding, *self.stream_embeddings]
        embedded = [embedding(value) for embedding, value in zip(embeddings, values)]
        skipped = [x for x, (_, _, skip) in zip(embedded, self.inputs) if skip]
        output = self.recur(torch.cat(embedded, dim=-1))
        return self.dense(torch.cat([output, *skipped], dim=-1))

    def recur(self, x):
        if not self.residual:
            return self.recurrent[0](x)[0]
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
        return x


def names(cell, inputs):
    yield "embedding.weight"
    yield from (f"stream_embeddings.{k}.weight" for k in range(len(inputs) - 1))
    for layer in range(LAYERS):
        for kind in ("weight_ih", "weight_hh", "bias_ih"):
            yield f"{cell}.{kind}_l{layer}"
    yield from ("dense.weight", "dense.bias")


def golden(cell, residual, inputs):
    torch.set_default_dtype(torch.float64)
    net = Net(cell, residual, inputs)
    parameters = dict(net.named_parameters())
    position = 0
    with torch.no_grad():
        for name in names(cell, inputs):
            tensor = parameters[name]
            index = torch.arange(position, position + tensor.numel(), dtype=torch.float64)
            tensor.copy_((0.7 * torch.sin(1.3 * index + 0.2)).to(torch.float32).to(torch.float64).reshape(tensor.shape))
            position += tensor.numel()
        for name, tensor in parameters.items():
            if "bias_hh" in name:
                tensor.zero_()
    read, targets = values(inputs), tokens(4)
    result = {"n_parameters": position, "logits": net(read).flatten().tolist()}
    for positions in ("every_token", "last_token"):
        net.zero_grad()
        logits = net(read)
        if positions == "every_token":
            loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        else:
            loss = F.cross_entropy(logits[:, -1], targets[:, -1])
        loss.backward()
        result[positions] = {
            "loss": loss.item(),
            "gradients": {name: parameters[name].grad.flatten().tolist() for name in names(cell, inputs)},
        }
    return result


cells = ("lstm", "rnn")
networks = {cell: (cell, False, TOKENS) for cell in cells}
networks |= {f"{cell}_residual": (cell, True, TOKENS) for cell in cells}
networks |= {f"{cell}_skip": (cell, False, SKIP) for cell in cells}
networks |= {f"{cell}_streams_residual": (cell, True, STREAMS) for cell in cells}
print(json.dumps({name: golden(*network) for name, network in networks.items()}, indent=None))
