"""The one table of elementwise functions: LaTeX names, value, derivative, domain, other libraries' names.

A new function is one row here and one test.  Functions of whole vectors and
matrices (softmax, trace, …) are operations of `matrices`; their names stand in
`WHOLE`.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import dataclass

from texecute.errors import UndefinedValue
from texecute.scalars import Dual, is_perturbed, real


@dataclass(frozen=True, slots=True)
class Elementwise:
    """One elementwise function.

    `value` takes a float, `analytic` a complex number near the real line (None:
    built from value and derivative); `derivative` is a rule in terms of `apply`;
    `defined` tells where it has a value; `kink` where it has no derivative.
    `numpy`, `jax` and `torch` are expressions with `{}` for the argument.
    """

    name: str
    latex: tuple[str, ...]
    value: Callable[[float], float]
    derivative: Callable
    analytic: Callable | None = None
    defined: Callable[[float], bool] | None = None
    kink: float | None = None
    numpy: str = ""
    jax: str = ""
    torch: str = ""


def _sigmoid(x):
    if isinstance(x, complex):
        return 1 / (1 + cmath.exp(-x)) if x.real > -30 else cmath.exp(x) / (1 + cmath.exp(x))
    return 1 / (1 + math.exp(-x)) if x > -30 else math.exp(x) / (1 + math.exp(x))


def _softplus(x):
    if isinstance(x, complex):
        return x + cmath.log(1 + cmath.exp(-x)) if x.real > 0 else cmath.log(1 + cmath.exp(x))
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _gauss(x):
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _normal(x):
    return 0.5 * (1 + math.erf(x / math.sqrt(2)))


def _positive(x: float) -> bool:
    return x > 0


def _row(name, latex, value, derivative, analytic=None, numpy="np.{n}({{}})", jax="", torch="", **more):
    numpy = numpy.replace("{n}", name).replace("{{}}", "{}")
    return Elementwise(
        name, tuple(latex.split()), value, derivative, analytic,
        numpy=numpy, jax=jax or numpy.replace("np.", "jnp."), torch=torch or numpy.replace("np.", "torch."), **more,
    )  # fmt: skip


# The slopes of tanh and of the sigmoid are products: one less a number near one would lose its digits.
_ROWS = (
    _row("exp", "exp", math.exp, lambda x, f: f("exp", x), cmath.exp),
    _row("log", "log ln", math.log, lambda x, f: 1 / x, cmath.log, defined=_positive),
    _row("sqrt", "sqrt", math.sqrt, lambda x, f: 0.5 / f("sqrt", x), cmath.sqrt, defined=lambda x: x >= 0, kink=0.0),
    _row("sin", "sin", math.sin, lambda x, f: f("cos", x), cmath.sin),
    _row("cos", "cos", math.cos, lambda x, f: -f("sin", x), cmath.cos),
    _row("tan", "tan", math.tan, lambda x, f: 1 + f("tan", x) * f("tan", x), cmath.tan),
    _row("sinh", "sinh", math.sinh, lambda x, f: f("cosh", x), cmath.sinh),
    _row("cosh", "cosh", math.cosh, lambda x, f: f("sinh", x), cmath.cosh),
    _row("tanh", "tanh", math.tanh, lambda x, f: 4 * f("sigmoid", 2 * x) * f("sigmoid", -2 * x), cmath.tanh),
    _row("arctan", "arctan", math.atan, lambda x, f: 1 / (1 + x * x), cmath.atan),
    _row("arcsin", "arcsin", math.asin, lambda x, f: 1 / f("sqrt", 1 - x * x), None, defined=lambda x: -1 < x < 1),
    _row("arccos", "arccos", math.acos, lambda x, f: -1 / f("sqrt", 1 - x * x), None, defined=lambda x: -1 < x < 1),
    _row("arsinh", "arsinh arcsinh asinh", math.asinh, lambda x, f: 1 / f("sqrt", 1 + x * x), None,
         numpy="np.arcsinh({})"),
    _row("artanh", "artanh arctanh atanh", math.atanh, lambda x, f: 1 / (1 - x * x), None,
         defined=lambda x: -1 < x < 1, numpy="np.arctanh({})"),
    _row("cot", "cot", lambda x: 1 / math.tan(x), lambda x, f: -1 - f("cot", x) * f("cot", x), None,
         defined=lambda x: math.sin(x) != 0, numpy="(1 / np.tan({}))"),
    _row("sigmoid", "sigma sigmoid expit", _sigmoid, lambda x, f: f("sigmoid", x) * f("sigmoid", -x), _sigmoid,
         numpy="(1 / (1 + np.exp(-({}))))", jax="jax.nn.sigmoid({})", torch="torch.sigmoid({})"),
    _row("softplus", "softplus", _softplus, lambda x, f: f("sigmoid", x), _softplus,
         numpy="np.logaddexp(0, {})", jax="jax.nn.softplus({})", torch="torch.nn.functional.softplus({})"),
    _row("relu", "ReLU relu", lambda x: max(x, 0.0), lambda x, f: 1.0 if real(x) > 0 else 0.0, kink=0.0,
         numpy="np.maximum({}, 0)", jax="jax.nn.relu({})", torch="torch.relu({})"),
    _row("abs", "abs", abs, lambda x, f: 1.0 if real(x) > 0 else -1.0, kink=0.0),
    _row("sign", "sign sgn", lambda x: float((x > 0) - (x < 0)), lambda x, f: 0.0, kink=0.0),
    _row("erf", "erf", math.erf, lambda x, f: 2 / math.sqrt(math.pi) * f("exp", -x * x),
         numpy="scipy.special.erf({})", jax="jax.scipy.special.erf({})", torch="torch.erf({})"),
    _row("normal", "Phi", _normal, lambda x, f: f("gauss", x),
         numpy="scipy.special.ndtr({})", jax="jax.scipy.stats.norm.cdf({})", torch="torch.special.ndtr({})"),
    _row("gauss", "phi", _gauss, lambda x, f: -x * f("gauss", x),
         numpy="(np.exp(-({})**2 / 2) / np.sqrt(2 * np.pi))"),
    _row("silu", "SiLU silu swish", lambda x: x * _sigmoid(x),
         lambda x, f: f("sigmoid", x) * (1 + x * (1 - f("sigmoid", x))), lambda x: x * _sigmoid(x),
         numpy="(({0}) / (1 + np.exp(-({0}))))", jax="jax.nn.silu({})", torch="torch.nn.functional.silu({})"),
    _row("gelu", "GELU gelu", lambda x: x * _normal(x), lambda x, f: f("normal", x) + x * f("gauss", x),
         numpy="(({0}) * scipy.special.ndtr({0}))", jax="jax.nn.gelu({}, approximate=False)",
         torch="torch.nn.functional.gelu({})"),
)  # fmt: skip

TABLE: dict[str, Elementwise] = {row.name: row for row in _ROWS}

WHOLE = {
    "softmax": "softmax", "logsumexp": "logsumexp", "lse": "logsumexp", "LSE": "logsumexp", "logsoftmax": "logsoftmax",
    "tr": "trace", "Tr": "trace", "trace": "trace", "det": "det", "diag": "diag", "Diag": "diag", "vec": "vec",
    "max": "max", "min": "min", "sum": "entrysum", "mean": "entrymean", "rank": "",
}  # fmt: skip
"""LaTeX names of functions of whole vectors and matrices, and their operation ("": not in the language)."""

LETTERS_ONLY_IF_FREE = {"sigma", "Phi", "phi"}
"""Greek letters that name a function only until the page declares them, and only before an argument."""

BY_LATEX: dict[str, str] = {latex: row.name for row in _ROWS for latex in row.latex} | {
    latex: name for latex, name in WHOLE.items() if name
}


def apply(name: str, x):
    """The elementwise function `name` at a float, complex number or Dual.

    Raises UndefinedValue outside of its domain, and at a kink through which a
    derivative is taken.
    """
    row = TABLE[name]
    at = x if type(x) is float else real(x)
    if (row.defined is not None and not row.defined(at)) or (at == row.kink and is_perturbed(x)):
        raise UndefinedValue(name)
    try:
        if type(x) is float:
            return row.value(x)
        if isinstance(x, Dual):
            return Dual(apply(name, x.value), row.derivative(x.value, apply) * x.tangent, x.level)
        if isinstance(x, complex):
            if row.analytic is not None:
                return row.analytic(x)
            return complex(row.value(at), row.derivative(at, apply) * x.imag)
        return row.value(x)
    except (OverflowError, ZeroDivisionError, ValueError):
        raise UndefinedValue(name) from None


def derivative(name: str, order: int, x):
    """The `order`-th derivative of the elementwise function `name` at any scalar."""
    if order == 0:
        return apply(name, x)
    row = TABLE[name]
    if row.defined is not None and not row.defined(real(x)) or real(x) == row.kink:
        raise UndefinedValue(name)
    if order == 1:
        return row.derivative(x, apply)
    # Higher orders: one dual number around the next lower derivative.
    level = 1
    inner = x
    while isinstance(inner, Dual):
        level = max(level, inner.level + 1)
        inner = inner.value
    result = derivative(name, order - 1, Dual(x, 1.0, level))
    return result.tangent if isinstance(result, Dual) and result.level == level else 0.0
