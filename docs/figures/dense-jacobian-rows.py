"""The Jacobian of a dense layer's output by its weights, examples in rows: I ⊗ X."""

import kit
import numpy as np


def figure() -> str:
    X = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]])
    outputs = [f"Z_{{{i}{j}}}" for j in (1, 2) for i in (1, 2)]
    weights = [f"W_{{{k}{j}}}" for j in (1, 2) for k in (1, 2, 3)]
    return kit.heat_map(np.kron(np.eye(2), X), rows=outputs, columns=weights, digits=0)
