"""The Jacobian of a dense layer's output by its weights, examples in columns: Xᵀ ⊗ I."""

import kit
import numpy as np


def figure() -> str:
    X = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, -1.0]])
    outputs = [f"Z_{{{j}{i}}}" for i in (1, 2) for j in (1, 2)]
    weights = [f"W_{{{j}{k}}}" for k in (1, 2, 3) for j in (1, 2)]
    return kit.heat_map(np.kron(X.T, np.eye(2)), rows=outputs, columns=weights, digits=0)
