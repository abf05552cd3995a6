"""The dense network in both forms: JAX's gradients, the nudged ones, and each form by the other."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .kit import assert_close, difference, load, ours, seeds, with_jax

rows = load("dense_network")
columns = load("dense_network_columns")

JAX_ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
}


@st.composite
def networks(draw, activations=tuple(JAX_ACTIVATIONS), sizes=None):
    """Layers in row form, with X and Y; widths from 1 to 5, 1 to 4 layers."""
    rng = np.random.default_rng(draw(seeds))
    widths, m = draw(st.tuples(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.integers(1, 6)) if sizes is None else sizes)
    layers = [
        rows.Layer(
            rng.normal(size=(n_in, n_out)),
            rng.normal(size=(1, n_out)),
            draw(st.sampled_from(activations)),
        )
        for n_in, n_out in itertools.pairwise(widths)
    ]
    return layers, rng.normal(size=(m, widths[0])), rng.normal(size=(m, widths[-1]))


def transposed(layers):
    """The same layers for the column form."""
    return [columns.Layer(W.T, b.T, activation) for W, b, activation in layers]


def gradients_in_rows(layers, X, Y):
    """Cost, [(dW, db)] and dX by the snippet for rows."""
    A, cache = rows.forward(layers, X)
    cost, dA = rows.squared_error(A, Y)
    gradients, dX = rows.backward(layers, cache, dA)
    return cost, gradients, dX


def cost_in_jax(parameters, X, Y, activations):
    """The mean over the examples of half the squared error, written again for JAX."""
    A = X
    for (W, b), activation in zip(parameters, activations, strict=True):
        A = JAX_ACTIVATIONS[activation](A @ W + b)
    return jnp.sum((A - Y) ** 2) / (2 * len(X))


# JAX compiles anew for every shape.
SIZES_FOR_JAX = st.sampled_from([((3, 2), 4), ((1, 4, 1), 1), ((4, 1, 3), 2), ((2, 5, 3, 2), 3)])


@with_jax
@given(networks(sizes=SIZES_FOR_JAX))
def test_dense_network_agrees_with_jax(network):
    """The cost and every gradient are JAX's, for random depths, widths and activations."""
    layers, X, Y = network
    cost, gradients, dX = gradients_in_rows(layers, X, Y)
    parameters = [(W, b) for W, b, _ in layers]
    activations = [layer.activation for layer in layers]
    expected, expected_dX = jax.grad(cost_in_jax, argnums=(0, 1))(parameters, X, Y, activations)
    assert_close(cost, cost_in_jax(parameters, X, Y, activations))
    for (dW, db), (expected_dW, expected_db) in zip(gradients, expected, strict=True):
        assert_close(dW, expected_dW)
        assert_close(db, expected_db)
    assert_close(dX / len(X), expected_dX)  # the snippet leaves 1/m out of dX


@ours
@given(networks(activations=("identity", "sigmoid", "tanh")))
def test_dense_network_agrees_with_central_differences(network):
    """No gradient is off from what nudging each number shows."""
    layers, X, Y = network
    _, gradients, dX = gradients_in_rows(layers, X, Y)
    for number, layer in enumerate(layers):
        for field, gradient in zip(("W", "b"), gradients[number], strict=True):

            def cost(array, number=number, layer=layer, field=field):
                changed = list(layers)
                changed[number] = layer._replace(**{field: array})
                return rows.squared_error(rows.forward(changed, X)[0], Y)[0]

            slopes = difference(cost, getattr(layer, field))
            np.testing.assert_allclose(gradient, slopes, rtol=1e-5, atol=1e-7)
    slopes = difference(lambda array: rows.squared_error(rows.forward(layers, array)[0], Y)[0], X)
    np.testing.assert_allclose(dX / len(X), slopes, rtol=1e-5, atol=1e-7)


@ours
@given(networks())
def test_the_column_form_is_the_row_form_transposed(network):
    """Transposed inputs give the same cost and the transposed gradients."""
    layers, X, Y = network
    cost, gradients, dX = gradients_in_rows(layers, X, Y)
    A, cache = columns.forward(transposed(layers), X.T)
    cost_columns, dA = columns.squared_error(A, Y.T)
    gradients_columns, dX_columns = columns.backward(transposed(layers), cache, dA)
    assert_close(cost_columns, cost)
    assert_close(dX_columns.T, dX)
    for (dW, db), (dW_columns, db_columns) in zip(gradients, gradients_columns, strict=True):
        assert_close(dW_columns.T, dW)
        assert_close(db_columns.T, db)


def test_the_cost_of_columns_is_jax_s():
    """Cost and its gradient by the last layer's output, for five examples of two outputs."""
    rng = np.random.default_rng(7)
    A, Y = rng.normal(size=(2, 5)), rng.normal(size=(2, 5))
    cost, dA = columns.squared_error(A, Y)
    expected, gradient = jax.value_and_grad(lambda A: jnp.sum((A - Y) ** 2) / (2 * 5))(A)
    assert_close(cost, expected)
    assert_close(dA / 5, gradient)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("form", [rows, columns], ids=["rows", "columns"])
@pytest.mark.parametrize("activation", JAX_ACTIVATIONS)
def test_dense_network_keeps_the_precision_and_its_inputs(form, dtype, activation):
    """float32 stays float32, float64 stays float64, and no input is written to."""
    rng = np.random.default_rng(3)
    shape = (2, 2)  # square, so that the same arrays serve both forms
    W, X, Y = (rng.normal(size=shape).astype(dtype) for _ in range(3))
    b = np.ones((1, 2) if form is rows else (2, 1), dtype)
    for array in (W, X, Y, b):
        array.flags.writeable = False
    layers = [form.Layer(W, b, activation), form.Layer(W, b, activation)]
    A, cache = form.forward(layers, X)
    cost, dA = form.squared_error(A, Y)
    for array in (A, dA, *(array for pair in cache for array in pair)):
        array.flags.writeable = False
    gradients, dX = form.backward(layers, cache, dA)
    results = [A, cost, dA, dX, *(array for pair in gradients for array in pair)]
    assert {array.dtype for array in results} == {np.dtype(dtype)}


def test_the_sigmoid_does_not_overflow():
    """Its value is right at both ends, with no warning on the way."""
    with np.errstate(all="raise", under="ignore"):
        for dtype in (np.float32, np.float64):
            for form in (rows, columns):
                assert form.sigmoid(np.array([-1e4, 0, 1e4], dtype)).tolist() == [0, 0.5, 1]


@pytest.mark.parametrize("form", [rows, columns], ids=["rows", "columns"])
def test_relu_has_the_slope_zero_at_its_kink(form):
    """As the file says; JAX says the same."""
    assert form.ACTIVATIONS["relu"].derivative(np.array([-1.0, 0.0, 1.0])).tolist() == [0, 0, 1]
    assert jax.grad(jax.nn.relu)(0.0) == 0


def test_the_sigmoid_is_jax_s():
    """Between -20 and 20, in both files."""
    z = np.linspace(-20, 20, 81)
    for form in (rows, columns):
        assert_close(form.sigmoid(z), jax.nn.sigmoid(z))


BAD_NETWORKS = [
    ("one example as a vector", {"X": np.ones(2)}, r"X is \(2,\)"),
    ("no example", {"X": np.ones((0, 2))}, "at least 1"),
    ("integers", {"X": np.ones((2, 2), int)}, "floating-point"),
    ("W too small", {"W": np.ones((1, 1))}, "W of layer 1 is"),
    ("b as a vector", {"b": np.ones(2)}, "b of layer 1 is"),
    ("unknown activation", {"activation": "tan"}, "expected one of identity"),
]


@pytest.mark.parametrize("form", [rows, columns], ids=["rows", "columns"])
@pytest.mark.parametrize(
    ("change", "message"),
    [pytest.param(change, message, id=name) for name, change, message in BAD_NETWORKS],
)
def test_dense_network_says_what_it_expected(form, change, message):
    """Each bad input is refused with its shape, its type or its name."""
    good = {
        "X": np.ones((2, 2)),
        "W": np.ones((2, 2)),
        "b": np.ones((1, 2) if form is rows else (2, 1)),
        "activation": "tanh",
    }
    given = good | change
    X = given["X"] if form is rows or given["X"].ndim < 2 else given["X"].T
    layer = form.Layer(given["W"], given["b"], given["activation"])
    with pytest.raises(ValueError, match=message):
        form.forward([layer], X)


@pytest.mark.parametrize("form", [rows, columns], ids=["rows", "columns"])
def test_dense_network_refuses_what_does_not_belong_together(form):
    """No layers, a gradient of another shape, a target of another shape."""
    X = np.ones((2, 2))
    layer = form.Layer(X, np.ones((1, 2) if form is rows else (2, 1)), "tanh")
    with pytest.raises(ValueError, match="at least one layer"):
        form.forward([], X)
    _, cache = form.forward([layer], X)
    with pytest.raises(ValueError, match="W of layer 1 is"):
        form.backward([layer._replace(W=np.ones((3, 3)))], cache, X)
    with pytest.raises(ValueError, match="shorter|longer"):
        form.backward([layer, layer], cache, X)
    with pytest.raises(ValueError, match="dA is"):
        form.backward([layer], cache, np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"Y is \(3, 2\)"):
        form.squared_error(X, np.ones((3, 2)))
