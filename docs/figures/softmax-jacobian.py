"""Softmax's Jacobian for three predictions."""

import kit
import numpy as np


def figure() -> str:
    predictions = {
        "1/8, 2/8, 5/8": np.array([1, 2, 5]) / 8,
        "equal shares": np.ones(3) / 3,
        "0.01, 0.01, 0.98": np.array([0.01, 0.01, 0.98]),
    }
    return kit.heat_map(
        *(np.diag(p) - np.outer(p, p) for p in predictions.values()),
        titles=list(predictions),
        rows=["ŷ₁", "ŷ₂", "ŷ₃"],
        columns=["z₁", "z₂", "z₃"],
        cell=(50, 34),
    )
