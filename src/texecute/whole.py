"""Functions of whole vectors and matrices: softmax, logsumexp, maximum; the rest are in `matrices`.
"""

from __future__ import annotations

from texecute import matrices
from texecute.errors import UndefinedValue
from texecute.scalars import is_perturbed, real


def pick(values: list, largest: bool):
    """The largest or smallest scalar; UndefinedValue at a tie through which a derivative is taken."""
    best = values[0]
    for value in values[1:]:
        a, b = real(value), real(best)
        if a == b and (is_perturbed(value) or is_perturbed(best)):
            raise UndefinedValue("a derivative at a kink")
        # `bool` refuses what cannot be compared: a relation between symbols equals neither True nor False.
        if a != b and bool(a > b) == largest:
            best = value
    return best


PER_EXAMPLE = {"softmax", "logsoftmax", "logsumexp"}


def whole_functions() -> dict:
    """Functions of whole vectors and matrices, by operation: (value, rows are examples, apply) → value."""
    return _WHOLE


def _per_example(f):
    def run(value, row, apply):
        if not isinstance(value, matrices.Matrix):
            return f([value], apply)[0]
        if row is None:
            return matrices.like(value, f(value.data, apply))
        turned = value if row else matrices.transpose(value)
        data = []
        for i in range(turned.rows):
            data += f(turned.data[i * turned.columns : (i + 1) * turned.columns], apply)
        result = matrices.Matrix(turned.rows, turned.columns, data)
        return result if row else matrices.transpose(result)

    return run


def _softmax(data, apply):
    shift = max(real(x) for x in data) if not _symbolic(data) else 0
    powers = [apply("exp", 0, x - shift) for x in data]
    total = matrices.sum_of(powers)
    return [p / total for p in powers]


def _logsumexp(data, apply):
    shift = max(real(x) for x in data) if not _symbolic(data) else 0
    return apply("log", 0, matrices.sum_of([apply("exp", 0, x - shift) for x in data])) + shift


def _symbolic(data) -> bool:
    return not isinstance(real(data[0]), int | float)


def _logsumexp_whole(value, row, apply):
    if not isinstance(value, matrices.Matrix):
        return value
    if row is None:
        return _logsumexp(value.data, apply)
    turned = value if row else matrices.transpose(value)
    data = [_logsumexp(turned.data[i * turned.columns : (i + 1) * turned.columns], apply) for i in range(turned.rows)]
    return matrices.matrix(turned.rows, 1, data) if row else matrices.matrix(1, turned.rows, data)


def _logsoftmax(data, apply):
    total = _logsumexp(data, apply)
    return [x - total for x in data]


def _position(largest):
    def run(value, row, apply):
        data = matrices.entries(value)
        best = pick(data, largest)
        return float(next(i for i, x in enumerate(data) if x is best) + 1)

    return run


_WHOLE = {
    "softmax": _per_example(_softmax),
    "logsoftmax": _per_example(_logsoftmax),
    "logsumexp": _logsumexp_whole,
    "trace": lambda v, row, apply: matrices.trace(v),
    "det": lambda v, row, apply: matrices.determinant(v),
    "diag": lambda v, row, apply: matrices.diagonal(v, row),
    "vec": lambda v, row, apply: matrices.vec(v),
    "entrysum": lambda v, row, apply: matrices.sum_of(matrices.entries(v)),
    "entrymean": lambda v, row, apply: matrices.sum_of(matrices.entries(v)) / len(matrices.entries(v)),
    "max": lambda v, row, apply: pick(matrices.entries(v), True),
    "min": lambda v, row, apply: pick(matrices.entries(v), False),
    "argmax": _position(True),
    "argmin": _position(False),
}
