"""The snippets run as pasted, and their gradients agree with JAX and with differences."""

import ast
import itertools
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

jax.config.update("jax_enable_x64", True)

SNIPPETS = Path(__file__).parent.parent / "snippets"
FILES = sorted(SNIPPETS.glob("*.py"))

ours = settings(derandomize=True, deadline=None, max_examples=50)
# JAX compiles anew for every shape.
with_jax = settings(ours, max_examples=15)
seeds = st.integers(0, 2**32 - 1)


def load(name: str) -> SimpleNamespace:
    """Execute snippets/name.py in a fresh namespace and return its names."""
    return SimpleNamespace(**runpy.run_path(str(SNIPPETS / f"{name}.py")))


rows = load("dense_network")
columns = load("dense_network_columns")
softmax = load("softmax_cross_entropy")


def assert_close(got, expected, tolerance=1e-10):
    """Compare relative to the largest entry that is expected."""
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape
    scale = np.max(np.abs(expected), initial=1e-300)
    assert np.max(np.abs(got - expected), initial=0) <= tolerance * scale


def central_difference(function, x, step=1e-5):
    """The derivative of a scalar function by each entry of x, in x's shape."""
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (function(up) - function(down)) / (2 * step)
    return gradient


# Every file


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_snippet_needs_numpy_and_nothing_else(path):
    """Every import of a snippet is NumPy's or the standard library's, at the top."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    modules = {
        name.split(".")[0]
        for node in imports
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert modules <= {"numpy", *sys.stdlib_module_names}
    assert all(node in tree.body for node in imports)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_public_name_of_a_snippet_has_a_docstring(path):
    """A function or class that can be copied says what it does."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            assert ast.get_docstring(node), node.name


# The dense network, in both forms

JAX_ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
}


@st.composite
def networks(draw, activations=tuple(JAX_ACTIVATIONS)):
    """Layers in row form, with X and Y; widths from 1 to 5, 1 to 4 layers."""
    rng = np.random.default_rng(draw(seeds))
    widths = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    m = draw(st.integers(1, 6))
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


@with_jax
@given(networks())
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

            difference = central_difference(cost, getattr(layer, field))
            np.testing.assert_allclose(gradient, difference, rtol=1e-5, atol=1e-7)
    difference = central_difference(lambda array: rows.squared_error(rows.forward(layers, array)[0], Y)[0], X)
    np.testing.assert_allclose(dX / len(X), difference, rtol=1e-5, atol=1e-7)


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


def test_a_planted_error_of_a_thousandth_is_noticed():
    """The comparison with JAX fails when a gradient is 0.1% off."""
    rng = np.random.default_rng(4)
    expected = rng.normal(size=(3, 4))
    with pytest.raises(AssertionError):
        assert_close(expected * 1.001, expected)


def test_the_sigmoid_does_not_overflow():
    """Its value is right at both ends, with no warning on the way."""
    with np.errstate(all="raise", under="ignore"):
        for dtype in (np.float32, np.float64):
            value = rows.sigmoid(np.array([-1e4, 0, 1e4], dtype))
            assert value.tolist() == [0, 0.5, 1]


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
    with pytest.raises(ValueError, match="dA is"):
        form.backward([layer], cache, np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"Y is \(3, 2\)"):
        form.squared_error(X, np.ones((3, 2)))


# Softmax and cross-entropy


@st.composite
def logits(draw, largest=30):
    """Logits with 1 to 6 classes and any batch axes, sizes of zero and one included."""
    batch = draw(npst.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=4))
    n = draw(st.integers(1, 6))
    return draw(npst.arrays(np.float64, (*batch, n), elements=st.floats(-largest, largest)))


@with_jax
@given(logits(), seeds)
def test_cross_entropy_agrees_with_jax(z, seed):
    """Losses and gradients by label and by soft target are JAX's."""
    rng = np.random.default_rng(seed)
    y = rng.integers(z.shape[-1], size=z.shape[:-1])
    t = rng.normal(size=z.shape)
    onehot = np.eye(z.shape[-1])[y]

    def loss(z, target):
        return -jnp.sum(target * jax.nn.log_softmax(z), axis=-1)

    gradient = jax.grad(lambda z, target: jnp.sum(loss(z, target)))
    assert_close(softmax.softmax(z), jax.nn.softmax(z))
    assert_close(softmax.log_softmax(z), jax.nn.log_softmax(z))
    assert_close(softmax.cross_entropy(z, y), loss(z, onehot))
    assert_close(softmax.soft_cross_entropy(z, t), loss(z, t))
    # A difference of two close numbers is exact only as far as the numbers are.
    np.testing.assert_allclose(softmax.cross_entropy_gradient(z, y), gradient(z, onehot), rtol=0, atol=1e-13)
    assert_close(softmax.soft_cross_entropy_gradient(z, t), gradient(z, t))


@with_jax
@given(logits(), seeds)
def test_softmax_vjp_agrees_with_jax(z, seed):
    """One dot product gives what JAX's vector-Jacobian product gives."""
    v = np.random.default_rng(seed).normal(size=z.shape)
    p, vjp = jax.vjp(jax.nn.softmax, z)
    np.testing.assert_allclose(softmax.softmax_vjp(np.asarray(p), v), vjp(v)[0], rtol=1e-9, atol=1e-14)


@ours
@given(logits(largest=3), seeds)
def test_cross_entropy_agrees_with_central_differences(z, seed):
    """No gradient is off from what nudging each logit shows."""
    rng = np.random.default_rng(seed)
    y = rng.integers(z.shape[-1], size=z.shape[:-1])
    t = rng.normal(size=z.shape)
    for gradient, loss, target in (
        (softmax.cross_entropy_gradient, softmax.cross_entropy, y),
        (softmax.soft_cross_entropy_gradient, softmax.soft_cross_entropy, t),
    ):

        def total(z, loss=loss, target=target):
            return loss(z, target).sum()

        difference = central_difference(total, z)
        np.testing.assert_allclose(gradient(z, target), difference, atol=1e-7)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_give_finite_losses_and_gradients(dtype):
    """Logits of 10,000 neither overflow nor give the logarithm of zero."""
    z = np.array([[1e4, -1e4, 0], [-1e4, -1e4, -1e4]], dtype)
    y = np.array([1, 2])
    with np.errstate(all="raise", under="ignore"):
        loss = softmax.cross_entropy(z, y)
        gradient = softmax.cross_entropy_gradient(z, y)
        p = softmax.softmax(z)
    assert loss.dtype == gradient.dtype == p.dtype == dtype
    np.testing.assert_allclose(loss, [2e4, np.log(3)], rtol=1e-6)
    np.testing.assert_allclose(gradient, [[1, -1, 0], [1 / 3, 1 / 3, -2 / 3]], rtol=1e-6)


def test_softmax_keeps_the_precision_and_its_inputs():
    """Read-only, non-contiguous float32 input is read as it is and not changed."""
    z = np.arange(24, dtype=np.float32).reshape(4, 6)[::2, ::2]
    y = np.array([2, 0], np.uint8)
    z.flags.writeable = y.flags.writeable = False
    results = [
        softmax.softmax(z),
        softmax.log_softmax(z),
        softmax.softmax_vjp(z, z),
        softmax.cross_entropy(z, y),
        softmax.cross_entropy_gradient(z, y),
        softmax.soft_cross_entropy(z, z),
        softmax.soft_cross_entropy_gradient(z, z),
    ]
    assert {array.dtype for array in results} == {np.dtype(np.float32)}
    assert_close(softmax.cross_entropy(z, y), softmax.cross_entropy(z.copy(), y))


BAD_LOGITS = [
    ("integers", np.array([1, 2]), np.array(0), "expected floating-point"),
    ("no class", np.ones((2, 0)), np.array([0, 0]), "n at least 1"),
    ("a single number", np.array(1.0), np.array(0), "n at least 1"),
    ("labels that are floats", np.ones(2), np.array(0.0), "expected integers"),
    ("too few labels", np.ones((2, 3)), np.array([0]), r"expected \(2,\)"),
    ("a label too high", np.ones((2, 3)), np.array([0, 3]), "from 0 to 3, expected 0 to 2"),
    ("a label below zero", np.ones((2, 3)), np.array([-1, 2]), "from -1 to 2, expected 0 to 2"),
]


@pytest.mark.parametrize(
    ("z", "y", "message"),
    [pytest.param(*case, id=name) for name, *case in BAD_LOGITS],
)
def test_cross_entropy_says_what_it_expected(z, y, message):
    """Each bad input is refused with its shape, its type or its range."""
    for function in (softmax.cross_entropy, softmax.cross_entropy_gradient):
        with pytest.raises(ValueError, match=message):
            function(z, y)


def test_soft_targets_of_another_shape_are_refused():
    """Targets are not broadcast: one row for two examples is an error."""
    for function in (
        softmax.softmax_vjp,
        softmax.soft_cross_entropy,
        softmax.soft_cross_entropy_gradient,
    ):
        with pytest.raises(ValueError, match="expected the same"):
            function(np.ones((2, 3)), np.ones((1, 3)))
