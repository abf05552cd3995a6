"""Jacobians of an activation, of softmax and of a dense layer, at one point."""

import kit
import numpy as np


def figure() -> str:
    z = np.array([-0.6, 0.3, 0.9, 1.6])
    sigmoid = 1 / (1 + np.exp(-z))
    softmax = np.exp(z) / np.exp(z).sum()
    weights = np.random.default_rng(seed=3).uniform(-0.25, 0.25, size=(4, 3))
    return kit.heat_map(
        np.diag(sigmoid * (1 - sigmoid)),
        np.diag(softmax) - np.outer(softmax, softmax),
        weights,
        titles=("sigmoid, 4 to 4", "softmax, 4 to 4", "dense layer, 3 to 4"),
        cell=(40, 32),
    )
