"""Trees → NumPy.

NumPy differentiates nothing: a derivative that stands in a formula becomes a
given name (`dL_dz[l + 1]`), and a claim gives the sides that need no derivative.
"""

from texecute.emit.libraries import Library

NUMPY = Library(
    "NumPy", "np", "numpy", ("import numpy as np",), False,
    helpers={
        "softmax": "def softmax(z, axis):\n    e = np.exp(z - np.max(z, axis=axis, keepdims=True))\n    return e / np.sum(e, axis=axis, keepdims=True)",
        "logsumexp": "def logsumexp(z, axis):\n    shift = np.max(z, axis=axis, keepdims=True)\n    return shift + np.log(np.sum(np.exp(z - shift), axis=axis, keepdims=True))",
        "scipy": "import scipy.special",
        "reduce": "from functools import reduce",
    },
)  # fmt: skip

DERIVATIVES = {
    "exp": "np.exp({0})",
    "log": "(1 / {0})",
    "sin": "np.cos({0})",
    "cos": "(-np.sin({0}))",
    "tanh": "(1 - np.tanh({0})**2)",
    "sigmoid": "(np.exp(-({0})) / (1 + np.exp(-({0})))**2)",
    "relu": "(({0}) > 0).astype(float)",
    "sqrt": "(0.5 / np.sqrt({0}))",
    "softplus": "(1 / (1 + np.exp(-({0}))))",
}
"""First derivatives that are written out, by the function's name in the table."""
