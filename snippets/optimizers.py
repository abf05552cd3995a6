"""Steps of training: SGD, momentum, RMSprop and Adam.

Each takes a parameter x, its gradient dx, what it remembers from the steps
before, and returns the new parameter and what to remember. The first time,
all that is remembered is zero: numpy.zeros_like(x). All operations are entry
by entry; rate is the learning rate.

    SGD       x - rate dx
    momentum  v' = beta v + dx                x' = x - rate v'
    RMSprop   s' = beta s + (1 - beta) dx^2   x' = x - rate dx / (sqrt(s') + eps)
    Adam      v' = beta1 v + (1 - beta1) dx
              s' = beta2 s + (1 - beta2) dx^2
              x' = x - rate V / (sqrt(S) + eps)
              V = v' / (1 - beta1^t),   S = s' / (1 - beta2^t),   t = 1, 2, ...

V and S are weighted means of all dx and dx^2 so far: the weights in v' add up
to 1 - beta1^t only, since it began with zero.

Others write it differently. DeepLearning.AI has v' = beta v + (1 - beta) dx in
momentum: the same steps with rate / (1 - beta) here. Some have eps inside the
square root. Here all is as in PyTorch, its defaults too.
Sources: Sutskever and others, ICML 2013 (momentum); Hinton's lectures, 2012
(RMSprop); Kingma and Ba, arXiv:1412.6980 (Adam).

Time and memory: a few times the size of x. No input is changed.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def sgd(x: Array, dx: Array, rate: float = 1e-3) -> Array:
    """Return the new x, shaped as x and dx."""
    _check(x, dx=dx)
    return x - float(rate) * dx


def momentum(
    x: Array, dx: Array, v: Array, rate: float = 1e-3, beta: float = 0.9
) -> tuple[Array, Array]:
    """Return the new x and v, shaped as x, dx and v."""
    _check(x, dx=dx, v=v)
    v = _share("beta", beta) * v + dx
    return x - float(rate) * v, v


def rmsprop(
    x: Array,
    dx: Array,
    s: Array,
    rate: float = 1e-2,
    beta: float = 0.99,
    eps: float = 1e-8,
) -> tuple[Array, Array]:
    """Return the new x and s, shaped as x, dx and s."""
    _check(x, dx=dx, s=s)
    s = _mean("beta", beta, s, dx * dx)
    return x - float(rate) * dx / (np.sqrt(s) + float(eps)), s


def adam(
    x: Array,
    dx: Array,
    v: Array,
    s: Array,
    t: int,
    rate: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Array, Array, Array]:
    """Return the new x, v and s, shaped as x, dx, v and s.

    t is the number of this step: 1 for the first.
    """
    _check(x, dx=dx, v=v, s=s)
    if not t >= 1:
        raise ValueError(f"got step number t = {t}, expected 1 for the first")
    v = _mean("beta1", beta1, v, dx)
    s = _mean("beta2", beta2, s, dx * dx)
    V = v / (1 - float(beta1) ** int(t))
    S = s / (1 - float(beta2) ** int(t))
    return x - float(rate) * V / (np.sqrt(S) + float(eps)), v, s


def _mean(name: str, beta: float, old: Array, new: Array) -> Array:
    """Return beta old + (1 - beta) new."""
    beta = _share(name, beta)
    return beta * old + (1 - beta) * new


def _share(name: str, beta: float) -> float:
    """Return beta; ValueError unless it is zero or more and below one."""
    if not 0 <= beta < 1:
        raise ValueError(f"got {name} = {beta}, expected 0 or more, below 1")
    return float(beta)


def _check(x: Array, **others: Array) -> None:
    """Raise ValueError unless all are floats of x's shape."""
    for name, array in {"x": x, **others}.items():
        if array.shape != x.shape or not np.issubdtype(
            array.dtype, np.floating
        ):
            raise ValueError(
                f"{name} is {array.shape} of {array.dtype}, "
                f"expected {x.shape} of floating-point numbers"
            )
