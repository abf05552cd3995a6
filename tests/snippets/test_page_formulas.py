"""The snippets against the formulas as the pages state them: the page is evaluated, nothing is retyped.

Part 0 of a formula is its left side, a derivative that the checker takes with a complex step;
the other parts are what the page claims it to be.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from .kit import assert_close, load
from .pages import assert_sides

activations = SimpleNamespace(**vars(load("smooth_activations")) | vars(load("activations")))
binary = load("binary_cross_entropy")
dense = load("dense_layer")
logsumexp = load("logsumexp")
networks = {"": load("dense_network"), "-column": load("dense_network_columns")}
softmax = load("softmax_cross_entropy")
softmax_losses = load("softmax_losses")


# Softmax and cross-entropy

LOGITS = [[0.3], [0.2, -1.4], [1.5, -0.5, 0.0], [-2.0, 3.0, 1.0, 0.5]]


@pytest.mark.parametrize("z", LOGITS, ids=len)
def test_softmax_and_what_goes_back_through_it(pages, z):
    """eq-softmax-jacobian, eq-softmax-result and eq-softmax-vjp, for 1 to 4 classes and a drawn function."""
    page, z = pages("losses/softmax-cross-entropy.md"), np.array(z)
    values = {"z": z[None]}
    p = softmax.softmax(z)
    assert_close(p, np.ravel(page.value(r"\hat y", values=values)))
    for form in ("", "-column"):
        given = {"z": z[None] if form == "" else z[:, None]}
        assert_sides(page, f"eq-softmax-result{form}", logsumexp.softmax_jacobian(p), given)
    for k, j in np.ndindex(len(z), len(z)):
        entry = logsumexp.softmax_jacobian(p)[k, j]
        assert_sides(page, "eq-softmax-jacobian", entry, values, parts=(0, 1, 2), k=k + 1, j=j + 1)
    v = np.ravel(page.value("v", values=values))
    assert_sides(page, "eq-softmax-vjp", softmax.softmax_vjp(p, v), values, parts=(0, 1, 2))


@pytest.mark.parametrize("z", LOGITS, ids=len)
def test_cross_entropy_and_its_gradient(pages, z):
    """eq-ce-gradient for every label, eq-ce-gradient-soft and -any for targets of ours."""
    page, z = pages("losses/softmax-cross-entropy.md"), np.array(z)
    for y in range(len(z)):
        values = {"z": z[None], "y": y + 1}
        assert_close(softmax.cross_entropy(z, np.array(y)), page.value(r"\mathcal L", values=values))
        loss, dz = softmax_losses.cross_entropy_with_gradient(z, np.array(y))
        assert_close(loss, page.value(r"\mathcal L", values=values))
        for gradient in (softmax.cross_entropy_gradient(z, np.array(y)), dz):
            assert_sides(page, "eq-ce-gradient", gradient, values)
            assert_sides(page, "eq-ce-result", gradient, values)
            assert_sides(page, "eq-ce-result-column", gradient, values | {"z": z[:, None]})
    t = np.arange(len(z)) - 0.7
    gradient = softmax.soft_cross_entropy_gradient(z, t)
    assert_sides(page, "eq-ce-gradient-any", gradient, {"z": z[None], "t": t[None]})
    q = np.arange(len(z)) + 0.5
    s = q / q.sum()
    for gradient in (
        softmax.soft_cross_entropy_gradient(z, s),
        softmax_losses.kl_divergence_with_gradient(z, s)[1],
        softmax_losses.temperature_with_gradient(z, s, 1)[1],
    ):
        assert_sides(page, "eq-ce-gradient-soft", gradient, {"z": z[None], "q": q[None]})


@pytest.mark.parametrize("form", ["", "-column"])
def test_a_batch_of_cross_entropies(pages, form):
    """eq-ce-gradient-batch has the 1/m that the snippet leaves out; the columns are the rows transposed."""
    page = pages("losses/softmax-cross-entropy.md")
    rng = np.random.default_rng(1)
    Z, T = rng.normal(size=(4, 3)), rng.uniform(0.1, 1, size=(4, 3))
    Y = T / T.sum(axis=-1, keepdims=True)
    gradient = softmax.soft_cross_entropy_gradient(Z, Y) / 4
    side = (lambda x: x) if form == "" else np.transpose
    assert_sides(page, f"eq-ce-gradient-batch{form}", side(gradient), {"Z": side(Z), "T": side(T)})


# The dense network

NAMES = ("silu", "tanh", "sigmoid", "softplus", "gelu")
for whole in networks.values():
    for name in NAMES:
        # What a reader does to use another activation.
        pair = getattr(activations, name), getattr(activations, f"{name}_derivative")
        whole.ACTIVATIONS[name] = whole.Activation(*pair)
WIDTHS = [(2, 3, 2), (1, 1, 1), (3, 1, 2, 4)]


def network(form, widths, m, seed=2):
    """A[0], {k: W}, {k: b} in this form, for m examples."""
    rng = np.random.default_rng(seed)
    side = (lambda x: x) if form == "" else np.transpose
    L = len(widths) - 1
    W = {k: side(rng.normal(size=(widths[k - 1], widths[k]))) for k in range(1, L + 1)}
    b = {k: side(rng.normal(size=(1, widths[k]))) for k in range(1, L + 1)}
    return side(rng.normal(size=(m, widths[0]))), W, b


def layer(form):
    """The forward and the backward pass of one layer in this form."""
    if form == "":
        return dense.forward_rows, dense.backward_rows
    return dense.forward_columns, dense.backward_columns


def passes(form, A0, W, b, names):
    """The Z and A of every layer, by one layer at a time."""
    A, Z = {0: A0}, {}
    for k in W:
        Z[k] = layer(form)[0](A[k - 1], W[k], b[k])
        A[k] = getattr(activations, names[k])(Z[k])
    return A, Z


@pytest.mark.parametrize("form", ["", "-column"])
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
@pytest.mark.parametrize("m", [1, 3])
def test_a_batch_through_the_network(pages, form, widths, m):
    """eq-dz-batch, eq-dw-batch, eq-db-batch and eq-da-batch, for drawn losses, every layer and every step."""
    page = pages("networks/batch.md")
    A0, W, b = network(form, widths, m)
    L = len(widths) - 1
    names = {k: NAMES[(m + k) % len(NAMES)] for k in W}
    values = {"L": L, ("A", 0): A0}
    values |= {("W", k): W[k] for k in W} | {("b", k): b[k] for k in W} | {("g", k): names[k] for k in W}
    A, Z = passes(form, A0, W, b, names)
    dZ = np.array(page.side(f"eq-dz-batch-last{form}", 0, values=values)).reshape(Z[L].shape)

    # The whole network: as if it ended with Z[L], whose gradient is known.
    whole = networks[form]
    layers = [whole.Layer(W[k], b[k], names[k] if k < L else "identity") for k in W]
    out, cache = whole.forward(layers, A0)
    assert_close(out, Z[L])
    gradients, dA0 = whole.backward(layers, cache, dZ)
    assert_sides(page, f"eq-da-batch{form}", dA0, values, l=1)

    # The same, one layer at a time.
    for k in range(L, 0, -1):
        dA, dW, db = layer(form)[1](A[k - 1], W[k], dZ)
        for got, by_network, label in ((dW, gradients[k - 1].dW, "eq-dw-batch"), (db, gradients[k - 1].db, "eq-db-batch")):
            assert_sides(page, f"{label}{form}", by_network, values, parts=(0, 1, 2, 3), l=k)
            assert_sides(page, f"{label}{form}", got / m, values, l=k)
            assert_sides(page, f"{label}-plain{form}", got / m, values, l=k)
        assert_sides(page, f"eq-da-batch{form}", dA, values, l=k)
        if k > 1:
            dZ = dA * getattr(activations, f"{names[k - 1]}_derivative")(Z[k - 1])
            assert_sides(page, f"eq-dz-batch{form}", dZ, values, l=k - 1)


@pytest.mark.parametrize("form", ["", "-column"])
@pytest.mark.parametrize("widths", WIDTHS, ids=str)
def test_one_example_through_the_network(pages, form, widths):
    """eq-dz-hidden, eq-dw and eq-db, the book's first formulas, for a drawn loss."""
    page = pages("networks/recurrence.md")
    a0, W, b = network(form, widths, 1)
    L = len(widths) - 1
    names = dict.fromkeys(W, "tanh")
    values = {"L": L, ("a", 0): a0, "g": "tanh"}
    values |= {("W", k): W[k] for k in W} | {("b", k): b[k] for k in W}
    a, z = passes(form, a0, W, b, names)
    dz = np.array(page.side(f"eq-db{form}", -1, values=values, l=L)).reshape(z[L].shape)
    for k in range(L, 0, -1):
        da, dW, db = layer(form)[1](a[k - 1], W[k], dz)
        assert_sides(page, f"eq-dw{form}", dW, values, l=k)
        assert_sides(page, f"eq-db{form}", db, values, l=k)
        if k > 1:
            dz = da * activations.tanh_derivative(z[k - 1])
            assert_sides(page, f"eq-dz-hidden{form}", dz, values, l=k - 1)
