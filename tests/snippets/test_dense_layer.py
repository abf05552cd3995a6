"""One dense layer in both forms: against JAX, entry by entry, and against the whole network."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .kit import assert_close, assert_good_manners, difference, load, ours, seeds, vjp, with_jax

code = load("dense_layer")
network = load("dense_network")
network_columns = load("dense_network_columns")

sizes = st.integers(0, 3)
batches = st.lists(sizes, max_size=2).map(tuple)
FORMS = ["rows", "columns"]


def forward(form):
    """The forward pass of this form."""
    return getattr(code, f"forward_{form}")


def backward(form):
    """The backward pass of this form."""
    return getattr(code, f"backward_{form}")


def layer(form, batch, m, n_in, n_out, seed=1):
    """Random a, W, b and dz; those of the columns are the rows', transposed."""
    rng = np.random.default_rng(seed)
    shapes = ((*batch, m, n_in), (n_in, n_out), (1, n_out), (*batch, m, n_out))
    arrays = tuple(rng.normal(size=shape) for shape in shapes)
    return arrays if form == "rows" else tuple(array.swapaxes(-1, -2) for array in arrays)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sides", [((), 1, 2, 3), ((), 4, 1, 2), ((2,), 3, 2, 1), ((2, 1), 0, 2, 3), ((), 3, 0, 2)])
@with_jax
@given(seeds)
def test_layers_agree_with_jax(form, sides, seed):
    """Single examples, batches, leading axes, sizes of one and of zero."""
    a, W, b, dz = layer(form, *sides, seed)
    z, *expected = vjp(lambda a, W, b: a @ W + b if form == "rows" else W @ a + b, dz, a, W, b)
    assert_close(forward(form)(a, W, b), z)
    for got, gradient in zip(backward(form)(a, W, dz), expected, strict=True):
        assert_close(got, gradient)


@ours
@given(batches, sizes, sizes, sizes, seeds)
def test_every_entry_is_the_sum_over_the_examples(batch, m, n_in, n_out, seed):
    """The indices written out; and the columns' form is the rows' transposed."""
    a, W, b, dz = layer("rows", batch, m, n_in, n_out, seed)
    da, dW, db = code.backward_rows(a, W, dz)
    assert_close(code.forward_rows(a, W, b), np.einsum("...i,ij->...j", a, W) + b)
    assert_close(da, np.einsum("...j,ij->...i", dz, W))
    outer = np.einsum("...i,...j->...ij", a, dz)
    assert_close(dW, outer.sum(axis=tuple(range(outer.ndim - 2))))
    assert_close(db, dz.sum(axis=tuple(range(dz.ndim - 1))).reshape(1, n_out))
    a, W, b, dz = layer("columns", batch, m, n_in, n_out, seed)
    assert_close(code.forward_columns(a, W, b), code.forward_rows(*(x.swapaxes(-1, -2) for x in (a, W, b))).swapaxes(-1, -2))
    for got, rows in zip(code.backward_columns(a, W, dz), (da, dW, db), strict=True):
        assert_close(got, rows.swapaxes(-1, -2))


@pytest.mark.parametrize("form", FORMS)
def test_nudging_each_number_shows_the_gradients(form):
    """Central differences of a weighted sum of z."""
    a, W, b, dz = layer(form, (2,), 3, 2, 4)
    inputs = {"a": a, "W": W, "b": b}
    for name, gradient in zip(inputs, backward(form)(a, W, dz), strict=True):
        slopes = difference(lambda x, name=name: (forward(form)(**inputs | {name: x}) * dz).sum(), inputs[name])
        assert_close(gradient, slopes, 1e-8)


@pytest.mark.parametrize("form", FORMS)
def test_two_layers_by_hand_are_the_network(form):
    """With tanh between them; the network's dW and db have the 1/m that its dA leaves out."""
    whole = network if form == "rows" else network_columns
    a0, W1, b1, _ = layer(form, (), 5, 2, 3, 1)
    _, W2, b2, dz2 = layer(form, (), 5, 3, 2, 2)
    z1 = forward(form)(a0, W1, b1)
    a1 = np.tanh(z1)
    z2 = forward(form)(a1, W2, b2)
    da1, dW2, db2 = backward(form)(a1, W2, dz2)
    da0, dW1, db1 = backward(form)(a0, W1, da1 * (1 - a1**2))
    layers = [whole.Layer(W1, b1, "tanh"), whole.Layer(W2, b2, "identity")]
    A, cache = whole.forward(layers, a0)
    gradients, dX = whole.backward(layers, cache, dz2)
    assert_close(z2, A)
    assert_close(da0, dX)
    for got, expected in zip((dW1, db1, dW2, db2), (x for pair in gradients for x in pair), strict=True):
        assert_close(got / 5, expected)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sides", [((), 1, 2, 3), ((2, 3), 4, 2, 3), ((), 0, 2, 3)])
def test_any_view_and_both_precisions(form, sides):
    """Read-only views with gaps; nothing is written to, no precision changes."""
    a, W, b, dz = layer(form, *sides)
    assert_good_manners(forward(form), a, W, b)
    assert_good_manners(backward(form), a, W, dz)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scale", [1e4, 1e-4])
def test_large_and_small_numbers_keep_their_digits_in_float32(form, scale):
    """Relative to the largest entry, as far as float32 has digits."""
    a, W, b, dz = (array * scale for array in layer(form, (), 4, 3, 2))
    single = [array.astype(np.float32) for array in (a, W, b, dz)]
    assert_close(forward(form)(*single[:3]), forward(form)(a, W, b), 1e-6)
    for got, expected in zip(backward(form)(single[0], single[1], single[3]), backward(form)(a, W, dz), strict=True):
        assert_close(got, expected, 1e-6)


BAD = [
    ("one example as a vector", {"a": np.ones(2)}, r"got a or W of shape \(2,\), expected a matrix"),
    ("W as a vector", {"W": np.ones(2)}, r"got a or W of shape \(2,\), expected a matrix"),
    ("W of three axes", {"W": np.ones((2, 2, 2))}, r"W is \(2, 2, 2\) of float64, expected \(2, 2\)"),
    ("W of another layer", {"W": np.ones((3, 3))}, r"W is \(3, 3\) .*expected \((2, 3|3, 2)\)"),
    ("b as a vector", {"b": np.ones(2)}, r"b is \(2,\) .*expected \((1, 2|2, 1)\)"),
    ("b stretched over the batch", {"b": np.ones((2, 2))}, r"b is \(2, 2\) .*expected \((1, 2|2, 1)\)"),
    ("integers in a", {"a": np.ones((2, 2), int)}, "a is .*of int64, expected"),
    ("integers in W", {"W": np.ones((2, 2), int)}, "W is .*of int64, expected"),
    ("integers in b", {"b": np.ones((1, 2), int)}, "b is .*of int64, expected"),
    ("dz of one example", {"dz": np.ones((1, 1))}, r"dz is \(1, 1\) .*expected \(2, 2\)"),
    ("dz without the leading axis", {"a": np.ones((1, 2, 2))}, r"dz is \(2, 2\) .*expected \(1, 2, 2\)"),
    ("integers in dz", {"dz": np.ones((2, 2), int)}, "dz is .*of int64, expected"),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("change", "message"), [pytest.param(*case, id=name) for name, *case in BAD])
def test_bad_input_is_refused(form, change, message):
    """With its name, shape and type, and the shape that was expected."""
    good = {"a": np.ones((2, 2)), "W": np.ones((2, 2)), "b": np.ones((1, 2)), "dz": np.ones((2, 2))}
    if form == "columns":
        good["b"] = good["b"].T
        change = {name: array.T if name == "b" and array.ndim == 2 else array for name, array in change.items()}
    given_ = good | change
    if not {"b"} & set(change):
        with pytest.raises(ValueError, match=message):
            backward(form)(given_["a"], given_["W"], given_["dz"])
    if not message.startswith("dz"):
        with pytest.raises(ValueError, match=message):
            forward(form)(given_["a"], given_["W"], given_["b"])
