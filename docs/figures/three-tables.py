"""Three outputs by a 2 × 3 weight matrix, one table each, and their weighted sum (row vectors)."""

import kit
import numpy as np


def figure() -> str:
    x, r = np.array([1, 2]), np.array([3, -2, 2])
    tables = [np.outer(x, np.arange(3) == k) for k in range(3)]
    tables.append(np.outer(x, r))
    return kit.heat_map(
        *tables,
        titles=("∂z_1/∂W", "∂z_2/∂W", "∂z_3/∂W", "3, −2, 2 times them"),
        digits=0,
        cell=(40, 34),
    )
