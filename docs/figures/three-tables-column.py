"""Three outputs by a 3 × 2 weight matrix, one table each, and their weighted sum (column vectors)."""

import kit
import numpy as np


def figure() -> str:
    x, r = np.array([1, 2]), np.array([3, -2, 2])
    tables = [np.outer(np.arange(3) == k, x) for k in range(3)]
    return kit.heat_map(
        *tables,
        np.outer(r, x),
        titles=("∂z_1/∂W", "∂z_2/∂W", "∂z_3/∂W", "3, −2, 2 times them"),
        digits=0,
        cell=(46, 34),
    )
