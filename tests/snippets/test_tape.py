"""The tape: every rule against JAX and differences, and the book's gradients from it."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .kit import assert_close, awkward, difference, load, ours, rows, seeds, vjp

tape = load("tape")
network = load("dense_network")
softmax = load("softmax_cross_entropy")
Node = tape.Node

UNARY = {
    "tanh": (tape.tanh, jnp.tanh),
    "relu": (tape.relu, jax.nn.relu),
    "exp": (tape.exp, jnp.exp),
    "log": (lambda x: tape.log(tape.exp(x)), lambda x: jnp.log(jnp.exp(x))),
    "sum": (tape.sum_of, jnp.sum),
    "sum of rows": (lambda x: tape.sum_of(x, axis=-1), lambda x: jnp.sum(x, axis=-1, keepdims=True)),
    "square": (lambda x: x * x, lambda x: x * x),
    "used three times": (lambda x: x * tape.tanh(x) - x, lambda x: x * jnp.tanh(x) - x),
}
BINARY = {"+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y}
SHAPES = [((2, 3), (2, 3)), ((2, 3), (1, 3)), ((2, 1), (1, 3)), ((3,), (2, 3)), ((), (2, 2)), ((1, 3), (0, 3)), ((1,), (1, 1))]


def back(result, v, *nodes):
    """The gradients of the weighted sum of a result."""
    return tape.gradients(tape.sum_of(result * Node(np.asarray(v))), nodes)


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("shape", [(3,), (2, 1), (0, 2)])
def test_each_function_is_jax_s(name, shape):
    """Value and vector-Jacobian product."""
    ours_, theirs = UNARY[name]
    rng = np.random.default_rng(1)
    x = Node(rng.normal(size=shape))
    y = ours_(x)
    v = np.asarray(rng.normal(size=y.value.shape))
    value, expected = vjp(theirs, v, x.value)
    assert_close(y.value, value)
    assert_close(back(y, v, x)[0], expected)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_broadcasting_is_summed_back(name, left, right):
    """Both ways round: the gradient has the input's own shape."""
    rng = np.random.default_rng(2)
    for shapes in ((left, right), (right, left)):
        x, y = (Node(np.asarray(rng.normal(size=shape))) for shape in shapes)
        result = BINARY[name](x, y)
        v = np.asarray(rng.normal(size=result.value.shape))
        value, *expected = vjp(BINARY[name], v, x.value, y.value)
        assert_close(result.value, value)
        for got, gradient in zip(back(result, v, x, y), expected, strict=True):
            assert_close(got, gradient)


@ours
@given(st.lists(st.integers(0, 3), min_size=3, max_size=3), seeds)
def test_the_matrix_product(sides, seed):
    """dX = dY W^T and dW = X^T dY, sizes of zero and one included."""
    m, n, p = sides
    rng = np.random.default_rng(seed)
    X, W, v = Node(rng.normal(size=(m, n))), Node(rng.normal(size=(n, p))), rng.normal(size=(m, p))
    dX, dW = back(X @ W, v, X, W)
    assert_close(dX, np.einsum("ik,jk->ij", v, W.value))
    assert_close(dW, np.einsum("ij,ik->jk", X.value, v))


@ours
@given(st.lists(st.integers(1, 4), min_size=2, max_size=5), st.integers(1, 4), seeds, st.sampled_from(["tanh", "relu"]))
def test_the_tape_reproduces_the_network(widths, m, seed, activation):
    """The gradients of the network of the book, which knows its formulas, from a tape, which does not."""
    rng = np.random.default_rng(seed)
    layers = [
        network.Layer(rng.normal(size=(n_in, n_out)), rng.normal(size=(1, n_out)), activation)
        for n_in, n_out in itertools.pairwise(widths)
    ]
    X, Y = rng.normal(size=(m, widths[0])), rng.normal(size=(m, widths[-1]))
    A, cache = network.forward(layers, X)
    cost, dA = network.squared_error(A, Y)
    expected, dX = network.backward(layers, cache, dA)

    first = output = Node(X)
    parameters = [(Node(W), Node(b)) for W, b, _ in layers]
    for W, b in parameters:
        output = getattr(tape, activation)(output @ W + b)
    distance = output - Node(Y)
    loss = tape.sum_of(distance * distance * Node(np.array(1 / (2 * m))))
    assert_close(loss.value, cost)
    flat = [node for pair in parameters for node in pair]
    for got, gradient in zip(tape.gradients(loss, flat), (x for pair in expected for x in pair), strict=True):
        assert_close(got, gradient)
    assert_close(tape.gradients(loss, [first])[0] * m, dX)


@ours
@given(rows(largest=5, shapes=st.sampled_from([(1, 3), (4, 2), (3, 1), (0, 2)])), seeds)
def test_the_tape_reproduces_softmax_cross_entropy(z, seed):
    """From exp, log and sum alone: prediction minus target."""
    t = np.random.default_rng(seed).normal(size=z.shape)
    node = Node(z)
    shifted = node - Node(z.max(axis=-1, keepdims=True))
    log_p = shifted - tape.log(tape.sum_of(tape.exp(shifted), axis=-1))
    loss = tape.sum_of(log_p * Node(-t))
    np.testing.assert_allclose(loss.value, softmax.soft_cross_entropy(z, t).sum(), rtol=1e-10, atol=1e-11)
    gradient = softmax.soft_cross_entropy_gradient(z, t)
    np.testing.assert_allclose(tape.gradients(loss, [node])[0], gradient, rtol=1e-9, atol=1e-11)


def test_nudging_each_number_shows_the_gradient():
    """Central differences through every operation at once."""

    def loss(X):
        X = Node(X)
        return X, tape.sum_of(tape.log(tape.exp(tape.tanh(X @ Node(W)) * X) + X * X) - tape.relu(X))

    W, X = np.random.default_rng(3).normal(size=(2, 3, 3))
    node, last = loss(X)
    (gradient,) = tape.gradients(last, [node])
    assert_close(gradient, difference(lambda X: loss(X)[1].value, X), 1e-8)


def test_a_tape_of_ten_thousand_operations():
    """No recursion, and shared parts are counted once: 2 to the 64 ways, 64 additions."""
    x = y = Node(np.array(1.0))
    for _ in range(10_000):
        y = y + x
    assert tape.gradients(y, [x])[0] == 10_001
    x = y = Node(np.array(1.0))
    for _ in range(64):
        y = y + y
    assert tape.gradients(y, [x])[0] == 2.0**64


def test_what_plays_no_part_has_the_gradient_zero():
    """In the shape of its value; and the last node's own gradient is one."""
    x, other = Node(np.array([[2.0]])), Node(np.ones((2, 3)))
    zero, one = tape.gradients(x, [other, x])
    assert_close(zero, np.zeros((2, 3)), 0)
    assert_close(one, np.ones((1, 1)), 0)


def test_relu_s_slope_at_zero_is_zero():
    """As everywhere in the book."""
    x = Node(np.array([-1.0, 0.0, 1.0]))
    assert tape.gradients(tape.sum_of(tape.relu(x)), [x])[0].tolist() == [0, 0, 1]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept_and_inputs_are_only_read(dtype):
    """Through every operation, with large numbers in read-only views."""
    X, W, b = (awkward(1e2 * x.astype(dtype)) for x in np.random.default_rng(4).normal(size=(3, 2, 2)))
    nodes = [Node(x) for x in (X, W, b)]
    x, w, y = nodes
    small = tape.tanh(tape.relu(x @ w - y) * y)
    result = tape.log(tape.exp(small) + tape.sum_of(small * small, axis=0))
    gradients = tape.gradients(tape.sum_of(result), nodes)
    assert {g.dtype for g in gradients} | {result.value.dtype} == {np.dtype(dtype)}
    assert all(np.isfinite(g).all() for g in gradients)


def test_bad_input_is_refused():
    """With what was expected."""
    with pytest.raises(ValueError, match="got int64, expected floating"):
        Node(np.array([1]))
    with pytest.raises(ValueError, match=r"got \(3,\) @ \(3, 2\), expected two matrices"):
        Node(np.ones(3)) @ Node(np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"got \(2, 3\) @ \(2, 3, 1\), expected two matrices"):
        Node(np.ones((2, 3))) @ Node(np.ones((2, 3, 1)))
    with pytest.raises(ValueError, match=r"got \(2,\), expected one number: take a sum first"):
        tape.gradients(Node(np.ones(2)), [])
