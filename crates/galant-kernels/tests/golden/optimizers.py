"""Writes optimizers.json: twenty updates of eight weights by PyTorch's Adam and Keras' RMSprop.

    KERAS_BACKEND=torch python optimizers.py

Made with PyTorch 2.13.0 and Keras 3.15.1. Two weights are special: the gradient of the seventh is always zero,
that of the eighth, which starts at zero, so small that its square is a denormal number or zero.
"""
import json
import random

import keras
import torch

STEPS, WEIGHTS = 20, 8
ADAM = {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
RMSPROP = {"learning_rate": 0.01, "rho": 0.9, "epsilon": 1e-7}


def f32(numbers):
    """Rounds to f32, so that the numbers in the file are those that the optimizers get."""
    return torch.tensor(numbers, dtype=torch.float32)


rng = random.Random(1756)
start = f32([rng.uniform(-1, 1) for _ in range(WEIGHTS - 1)] + [0.0])
gradients = []
for step in range(STEPS):
    g = [rng.gauss(0, 10.0 ** (i - 4)) for i in range(WEIGHTS)]
    g[6] = 0.0
    g[7] = rng.gauss(0, 1) * 1e-21
    gradients.append(f32(g))

weight = torch.nn.Parameter(start.clone())
adam = torch.optim.Adam(
    [weight], lr=ADAM["learning_rate"], betas=(ADAM["beta1"], ADAM["beta2"]), eps=ADAM["epsilon"]
)
adam_weights = []
for g in gradients:
    weight.grad = g.clone()
    adam.step()
    adam_weights.append(weight.detach().tolist())

variable = keras.Variable(start.numpy())
rmsprop = keras.optimizers.RMSprop(**RMSPROP)
rmsprop_weights = []
for g in gradients:
    rmsprop.apply([g], [variable])
    rmsprop_weights.append(keras.ops.convert_to_numpy(variable).tolist())

golden = {
    "start": start.tolist(),
    "gradients": [g.tolist() for g in gradients],
    "adam": {**ADAM, "weights": adam_weights},
    "rmsprop": {**RMSPROP, "weights": rmsprop_weights},
}
with open("optimizers.json", "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
