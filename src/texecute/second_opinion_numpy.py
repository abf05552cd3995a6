"""Evaluates what JAX traced and differentiated, one primitive after the other, in NumPy.

Compiling each operation for each shape is what makes JAX slow on formulas of
three entries; a claim takes some ten milliseconds so, and half a second
otherwise.  What is not in the table goes to JAX itself.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import numpy as np
from jax.extend.core import Literal


def evaluate(function: Callable) -> list:
    """The values of a function without arguments that returns a list of arrays."""
    traced = jax.make_jaxpr(function)()
    return run(traced.jaxpr, traced.consts, [])


def run(jaxpr, consts, arguments) -> list:
    """The outputs of a traced program."""
    known: dict = {}

    def read(variable):
        return np.asarray(variable.val) if isinstance(variable, Literal) else known[variable]

    for variables, values in ((jaxpr.constvars, consts), (jaxpr.invars, arguments)):
        known.update(zip(variables, map(np.asarray, values)))
    with np.errstate(all="ignore"):
        for equation in jaxpr.eqns:
            inputs = [read(v) for v in equation.invars]
            outputs = _apply(equation, inputs)
            known.update(zip(equation.outvars, (np.asarray(x, dtype=v.aval.dtype) for v, x in zip(equation.outvars, outputs))))
    return [read(v) for v in jaxpr.outvars]


def _apply(equation, inputs) -> list:
    name, params = equation.primitive.name, equation.params
    inner = params.get("jaxpr") if name in ("jit", "pjit") else params.get("call_jaxpr") if name.startswith(("custom_jvp", "custom_vjp")) else None
    if inner is not None and hasattr(inner, "consts"):
        return run(inner.jaxpr, inner.consts, inputs)
    if name in TABLE:
        return [TABLE[name](params, *inputs)]
    if name in SEVERAL:
        return SEVERAL[name](params, *inputs)
    bound = equation.primitive.get_bind_params(params)
    functions, bound = bound if isinstance(bound, tuple) else ((), bound)
    found = equation.primitive.bind(*functions, *inputs, **bound)
    return list(found) if equation.primitive.multiple_results else [found]


def _plain(f: Callable) -> Callable:
    return lambda params, *x: f(*x)


def _dot(params, a, b):
    (left, right), (batch, _) = params["dimension_numbers"]
    if batch:
        return np.asarray(jax.lax.dot_general(a, b, params["dimension_numbers"]))
    return np.tensordot(a, b, axes=(left, right))


def _broadcast(params, x):
    shape = [1] * len(params["shape"])
    for own, target in enumerate(params["broadcast_dimensions"]):
        shape[target] = x.shape[own]
    return np.broadcast_to(x.reshape(shape), params["shape"])


def _iota(params):
    shape, axis = params["shape"], params["dimension"]
    place = [1] * len(shape)
    place[axis] = shape[axis]
    return np.broadcast_to(np.arange(shape[axis]).reshape(place), shape)


def _slice(params, x):
    strides = params["strides"] or [1] * x.ndim
    return x[tuple(slice(a, b, s) for a, b, s in zip(params["start_indices"], params["limit_indices"], strides))]


def _pad(params, x, value):
    for axis, (low, high, inner) in enumerate(params["padding_config"]):
        if inner or low < 0 or high < 0:
            return np.asarray(jax.lax.pad(x, value, params["padding_config"]))
        width = [(0, 0)] * x.ndim
        width[axis] = (low, high)
        x = np.pad(x, width, constant_values=value)
    return x


def _lu(params, a):
    """P A = L U with pivots, as LAPACK returns it."""
    if a.ndim != 2 or a.shape[0] != a.shape[1]:
        return jax.lax.linalg.lu(a)
    a, n = a.copy(), len(a)
    pivots, order = np.arange(n), np.arange(n)
    for k in range(n):
        best = k + int(np.argmax(np.abs(a[k:, k])))
        pivots[k] = best
        if best != k:
            a[[k, best]], order[[k, best]] = a[[best, k]], order[[best, k]]
        a[k + 1 :, k] /= a[k, k]
        a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
    return [a, pivots, order]


def _triangular(params, a, b):
    if a.ndim != 2 or b.ndim != 2:
        return np.asarray(jax.lax.linalg.triangular_solve(a, b, **params))
    a = np.tril(a) if params["lower"] else np.triu(a)
    if params["unit_diagonal"]:
        a = a - np.diag(np.diag(a)) + np.eye(len(a))
    a = a.T if params["transpose_a"] else a
    return np.linalg.solve(a, b) if params["left_side"] else np.linalg.solve(a.T, b.T).T


def _solve(params, *inputs):
    """What a linear solve was defined to do."""
    lengths, solve = params["const_lengths"], params["jaxprs"].solve
    start = lengths.matvec + lengths.vecmat
    end = start + lengths.solve
    return run(solve.jaxpr, solve.consts, [*inputs[start:end], *inputs[end + lengths.transpose_solve :]])


def _split(params, x):
    return np.split(x, np.cumsum(params["sizes"])[:-1], axis=params["axis"])


SEVERAL = {"lu": _lu, "custom_linear_solve": _solve, "split": _split}
"""Primitives with several outputs, or none of NumPy's own."""
TABLE = {
    "add": _plain(np.add), "add_any": _plain(np.add), "sub": _plain(np.subtract), "mul": _plain(np.multiply),
    "div": lambda p, a, b: a // b if a.dtype.kind == "i" else a / b,
    "neg": _plain(np.negative), "abs": _plain(np.abs), "sign": _plain(np.sign), "sqrt": _plain(np.sqrt),
    "rsqrt": lambda p, x: 1 / np.sqrt(x), "square": _plain(np.square), "exp": _plain(np.exp), "log": _plain(np.log), "log1p": _plain(np.log1p), "expm1": _plain(np.expm1),
    "sin": _plain(np.sin), "cos": _plain(np.cos), "tan": _plain(np.tan), "tanh": _plain(np.tanh), "sinh": _plain(np.sinh),
    "cosh": _plain(np.cosh), "atan": _plain(np.arctan), "asin": _plain(np.arcsin), "acos": _plain(np.arccos),
    "logistic": lambda p, x: 1 / (1 + np.exp(-x)), "max": _plain(np.maximum), "min": _plain(np.minimum), "pow": _plain(np.power),
    "integer_pow": lambda p, x: x ** p["y"] if p["y"] >= 0 else 1 / x ** -p["y"],
    "eq": _plain(np.equal), "ne": _plain(np.not_equal), "lt": _plain(np.less), "le": _plain(np.less_equal), "gt": _plain(np.greater),
    "ge": _plain(np.greater_equal), "and": _plain(np.logical_and), "or": _plain(np.logical_or), "not": _plain(np.logical_not), "is_finite": _plain(np.isfinite),
    "select_n": lambda p, which, *x: np.choose(np.asarray(which, int), x), "stop_gradient": _plain(lambda x: x), "copy": _plain(lambda x: x),
    "copy_p": _plain(lambda x: x),
    "convert_element_type": lambda p, x: x.astype(p["new_dtype"]), "dot_general": _dot, "transpose": lambda p, x: np.transpose(x, p["permutation"]),
    "reshape": lambda p, x, *_: x.reshape(p["new_sizes"]), "squeeze": lambda p, x: np.squeeze(x, p["dimensions"]),
    "expand_dims": lambda p, x: np.expand_dims(x, p["dimensions"]), "broadcast_in_dim": lambda p, x, *_: _broadcast(p, x),
    "reduce_sum": lambda p, x: np.sum(x, axis=tuple(p["axes"])), "reduce_max": lambda p, x: np.max(x, axis=tuple(p["axes"])),
    "reduce_min": lambda p, x: np.min(x, axis=tuple(p["axes"])), "reduce_prod": lambda p, x: np.prod(x, axis=tuple(p["axes"])),
    "argmax": lambda p, x: np.argmax(x, axis=p["axes"][0]), "argmin": lambda p, x: np.argmin(x, axis=p["axes"][0]),
    "concatenate": lambda p, *x: np.concatenate(x, axis=p["dimension"]), "iota": lambda p, *_: _iota(p), "slice": _slice, "pad": _pad,
    "triangular_solve": _triangular,
    "rev": lambda p, x: np.flip(x, p["dimensions"]),
}  # fmt: skip
"""Primitives by JAX's name: (parameters, inputs) → the one output."""
