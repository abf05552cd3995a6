"""Reverse-mode automatic differentiation: a tape in some 60 statements.

Every operation computes its value and notes its inputs, each with a rule: how
the gradient by the result gives the gradient by that input, which is the
vector-Jacobian product. `gradients` reads these notes backward:

    v_input += rule(v_result)        last operation first, from v_last = 1

There is no computer algebra in it, and no numerical differentiation: the
rules are exact, and each is used at the numbers at hand. PyTorch and
TensorFlow do this, with more operations.

    W = Node(np.ones((2, 3)))
    loss = sum_of(tanh(Node(X) @ W))
    (dW,) = gradients(loss, [W])

Time: a small multiple of the forward pass, for any number of inputs. Memory:
every value on the way. Elementwise operations broadcast as in NumPy; @ is for
matrices. Values keep their precision and are not copied: do not change an
array while a Node holds it.
"""

from collections.abc import Callable, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Rule = Callable[[Array], Array]
_numbers = count()


class Node:
    """A value on the tape: its inputs, with a rule for each, and its number."""

    def __init__(self, value: Array, *inputs: tuple["Node", Rule]):
        if not np.issubdtype(value.dtype, np.floating):
            raise ValueError(
                f"got {value.dtype}, expected floating-point numbers"
            )
        self.value, self.inputs = value, inputs
        self.number = next(_numbers)

    def __add__(self, other: "Node") -> "Node":
        return Node(
            self.value + other.value,
            (self, lambda v: _unbroadcast(v, self)),
            (other, lambda v: _unbroadcast(v, other)),
        )

    def __sub__(self, other: "Node") -> "Node":
        return Node(
            self.value - other.value,
            (self, lambda v: _unbroadcast(v, self)),
            (other, lambda v: _unbroadcast(-v, other)),
        )

    def __mul__(self, other: "Node") -> "Node":
        return Node(
            self.value * other.value,
            (self, lambda v: _unbroadcast(v * other.value, self)),
            (other, lambda v: _unbroadcast(v * self.value, other)),
        )

    def __matmul__(self, other: "Node") -> "Node":
        if self.value.ndim != 2 or other.value.ndim != 2:
            raise ValueError(
                f"got {self.value.shape} @ {other.value.shape}, "
                "expected two matrices: one example is (1, n)"
            )
        return Node(
            self.value @ other.value,
            (self, lambda v: v @ other.value.T),
            (other, lambda v: self.value.T @ v),
        )


def tanh(x: Node) -> Node:
    """Return the hyperbolic tangent of each entry."""
    y = np.tanh(x.value)
    return Node(y, (x, lambda v: v * (1 - y * y)))


def relu(x: Node) -> Node:
    """Return the larger of each entry and 0; the slope at 0 is taken as 0."""
    return Node(np.maximum(x.value, 0), (x, lambda v: v * (x.value > 0)))


def exp(x: Node) -> Node:
    """Return the exponential of each entry."""
    y = np.exp(x.value)
    return Node(y, (x, lambda v: v * y))


def log(x: Node) -> Node:
    """Return the natural logarithm of each entry."""
    return Node(np.log(x.value), (x, lambda v: v / x.value))


def sum_of(x: Node, axis: int | None = None) -> Node:
    """Return the sum over an axis, which stays with size 1, or over all."""
    if axis is None:
        total = x.value.sum()
        return Node(total, (x, lambda v: np.full_like(x.value, v)))
    total = x.value.sum(axis=axis, keepdims=True)
    return Node(total, (x, lambda v: np.broadcast_to(v, x.value.shape)))


def gradients(last: Node, wanted: Sequence[Node]) -> list[Array]:
    """Return the gradients of one number by each wanted node's value.

    Each is shaped as the value; zeros where the number does not depend on it.
    """
    if np.size(last.value) != 1:
        raise ValueError(
            f"got {np.shape(last.value)}, expected one number: take a sum first"
        )
    v = {last: np.ones_like(last.value)}
    for node in _last_first(last):
        for source, rule in node.inputs:
            v[source] = v.get(source, 0) + rule(v[node])
    return [v.get(node, np.zeros_like(node.value)) for node in wanted]


def _last_first(last: Node) -> list[Node]:
    """Return all nodes that the last one depends on, the newest first."""
    found, waiting = {last}, [last]
    while waiting:
        for source, _ in waiting.pop().inputs:
            if source not in found:
                found.add(source)
                waiting.append(source)
    return sorted(found, key=lambda node: node.number, reverse=True)


def _unbroadcast(v: Array, x: Node) -> Array:
    """Return v, summed over the axes along which x was stretched."""
    shape = np.shape(x.value)
    if v.shape == shape:
        return v
    v = v.sum(axis=tuple(range(v.ndim - len(shape))))
    stretched = [i for i, side in enumerate(shape) if side != v.shape[i]]
    return v.sum(axis=tuple(stretched), keepdims=True)
