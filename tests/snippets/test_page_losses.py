"""The snippets of activations and losses against the formulas as their pages state them."""

import numpy as np
import pytest

from .kit import assert_close, load
from .pages import assert_sides

activations = load("activations")
binary = load("binary_cross_entropy")
logsumexp = load("logsumexp")
smooth = load("smooth_activations")
softmax = load("softmax_cross_entropy")
softmax_losses = load("softmax_losses")
squared = load("squared_error")

DERIVATIVES = [
    ("losses/activations.md", "eq-sigmoid-derivative", activations.sigmoid_derivative),
    ("losses/activations.md", "eq-sigmoid-fraction", activations.sigmoid_derivative),
    ("losses/activations.md", "eq-tanh-derivative", activations.tanh_derivative),
    ("losses/activations.md", "eq-tanh-sigmoid-derivative", activations.tanh_derivative),
    ("losses/smooth-activations.md", "eq-softplus-derivative", smooth.softplus_derivative),
    ("losses/smooth-activations.md", "eq-silu-derivative", smooth.silu_derivative),
    ("losses/smooth-activations.md", "eq-gelu-derivative", smooth.gelu_derivative),
    ("losses/smooth-activations.md", "eq-gelu-tanh-derivative", smooth.gelu_tanh_derivative),
]


@pytest.mark.parametrize(("path", "label", "derivative"), DERIVATIVES, ids=[label for _, label, _ in DERIVATIVES])
@pytest.mark.parametrize("z", [-2.5, -0.3, 0.0, 1.0, 3.0])
def test_derivatives_of_activations(pages, path, label, derivative, z):
    """Both sides of the formula, at five points."""
    assert_sides(pages(path), label, derivative(np.array(z)), {"z": z})


@pytest.mark.parametrize("z", [-2.5, -0.3, 0.4, 3.0])
def test_values_of_smooth_activations(pages, z):
    """The stable softplus, GELU by its distribution, and the tanh form."""
    page, values = pages("losses/smooth-activations.md"), {"z": z}
    assert_sides(page, "eq-softplus-stable", smooth.softplus(np.array(z)), values)
    assert_sides(page, "eq-gelu-tanh-sigmoid", smooth.gelu_tanh(np.array(z)), values)
    assert_close(smooth.gelu(np.array(z)), z * page.side("eq-gelu-phi", 1, values=values))


LOGITS = [[0.2, -1.4], [1.5, -0.5, 0.0], [-2.0, 3.0, 1.0, 0.5]]


@pytest.mark.parametrize("z", LOGITS, ids=len)
@pytest.mark.parametrize("form", ["", "-column"])
def test_logsumexp_and_what_goes_back(pages, z, form):
    """eq-lse, its gradient, and the vector-Jacobian product of log-softmax for a drawn function."""
    page, z = pages("losses/logsumexp.md"), np.array(z)
    given = {"z": z[None] if form == "" else z[:, None]}
    assert_close(logsumexp.logsumexp(z), page.side(f"eq-lse{form}", 1, values=given))
    assert_sides(page, f"eq-lse-gradient{form}", logsumexp.logsumexp_vjp(z, np.array(1.0)), given)
    assert_sides(page, f"eq-lsm{form}", softmax.log_softmax(z), given)
    back = np.asarray(page.side(f"eq-lsm-vjp{form}", 0, values=given))
    v = back + softmax.softmax(z).reshape(back.shape) * 0.7  # any sum: here 0.7
    assert_close(logsumexp.log_softmax_vjp(softmax.log_softmax(z), np.ravel(v)).reshape(back.shape), back)


@pytest.mark.parametrize("z", [-3.0, 0.2, 4.0])
@pytest.mark.parametrize("y", [0.0, 0.3, 1.0])
def test_binary_cross_entropy(pages, z, y):
    """The loss by every formula of the page, and its gradient."""
    page, values = pages("losses/binary-cross-entropy.md"), {"z": z, "y": y}
    loss, dz = binary.binary_cross_entropy_with_gradient(np.array(z), np.array(y))
    assert_close(loss, page.side("eq-bce-loss", 1, values=values))
    assert_close(loss, page.side("eq-bce-stable", 1, values=values))
    assert_sides(page, "eq-bce-gradient", dz, values)
    assert_sides(page, "eq-bce-short-way", dz, values)


@pytest.mark.parametrize(("form", "factor"), [("half", 1 / 2), ("sum", 1), ("mean", 1 / 3)])
def test_squared_error(pages, form, factor):
    """eq-se-factor, entry by entry; "mean" is over the three entries of each example."""
    page = pages("losses/squared-error.md")
    A, Y = np.random.default_rng(1).normal(size=(2, 2, 3))
    _, da = squared.squared_error_with_gradient(A, Y, form)
    for i, j in np.ndindex(2, 3):
        values = {"A": A, "Y": Y, r"\gamma": factor}
        assert_sides(page, "eq-se-factor", da[i, j], values, i=i + 1, j=j + 1)


@pytest.mark.parametrize("z", LOGITS, ids=len)
def test_losses_with_soft_targets(pages, z):
    """Smoothing for every label, temperature, divergence."""
    page, z = pages("losses/soft-targets.md"), np.array(z)
    o = np.arange(len(z)) - 0.7
    t = softmax.softmax(o)
    values = {"z": z[None], "o": o[None]}
    for y in range(len(z)):
        _, dz = softmax_losses.label_smoothing_with_gradient(z, np.array(y), 0.15)
        assert_sides(page, "eq-smoothing-gradient", dz, values | {"y": y + 1, r"\varepsilon": 0.15})
    _, dz = softmax_losses.temperature_with_gradient(z, t, 2.5)
    assert_sides(page, "eq-temperature-gradient", dz, values | {r"\tau": 2.5})
    divergence, dz = softmax_losses.kl_divergence_with_gradient(z, t)
    assert_sides(page, "eq-kl-gradient", dz, values)
    assert_sides(page, "eq-kl-cross-entropy", divergence, values)
