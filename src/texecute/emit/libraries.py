"""What NumPy, JAX and PyTorch call things: one table each, and the helpers that a source may need."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Library:
    """The spelling of one library.

    `column` is the library's column in `functions.TABLE`; `prefix` its module;
    `helpers` are small functions that are written in front where they are used.
    """

    name: str
    prefix: str
    column: str
    imports: tuple[str, ...]
    differentiates: bool
    helpers: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def word(self, key: str, *parts: str) -> str:
        """An operation's text; `words` has what differs from NumPy's own way."""
        template = self.words.get(key) or _WORDS[key]
        return template.replace("np.", self.prefix + ".").format(*parts)


_WORDS = {
    "array": "np.array({0})",
    "ones": "np.ones(({0}, 1))",
    "zeros": "np.zeros(({0}, {1}))",
    "eye": "np.eye({0})",
    "kron": "np.kron({0}, {1})",
    "inv": "np.linalg.inv({0})",
    "matrix_power": "np.linalg.matrix_power({0}, {1})",
    "det": "np.linalg.det({0})",
    "trace": "np.trace({0})",
    "diag": "np.diag({0})",
    "sum": "np.sum({0})",
    "mean": "np.mean({0})",
    "max": "np.max({0})",
    "min": "np.min({0})",
    "argmax": "np.argmax({0})",
    "argmin": "np.argmin({0})",
    "prod": "np.prod({0})",
    "norm": "np.linalg.norm({0})",
    "abs": "np.abs({0})",
    "sqrt": "np.sqrt({0})",
    "where": "np.where({0}, {1}, {2})",
    "maximum": "np.maximum({0}, {1})",
    "minimum": "np.minimum({0}, {1})",
    "block": "np.block({0})",
    "zeros_like": "np.zeros_like({0})",
    "allclose": "np.allclose({0}, {1})",
    "each": "np.vectorize({0})",
    "softmax": "softmax({0}, axis={1})",
    "logsoftmax": "({0} - logsumexp({0}, axis={1}))",
    "logsumexp": "logsumexp({0}, axis={1})",
    "grad": "",
    "jacobian": "",
    "slope": "",
    "whole_slope": "",
    "tangent": "",
    "jvp": "",
    "put": "",
}
