"""Losses and gradients: binary with logits, squared error, and those on softmax."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given

from .kit import (
    assert_close,
    assert_good_manners,
    awkward,
    complex_step,
    difference,
    flat,
    load,
    ours,
    rows,
    rows_for_jax,
    seeds,
    vjp,
    with_jax,
)

binary = load("binary_cross_entropy")
squared = load("squared_error")
code = load("softmax_losses")
softmax = load("softmax_cross_entropy")


def distribution(z, seed):
    """Targets shaped as z: one-hot rows among them, and zeros."""
    t = np.random.default_rng(seed).integers(0, 4, z.shape).astype(float)
    t[..., 0] += 1
    return t / t.sum(axis=-1, keepdims=True)


def onehot(z, y):
    """The labels as rows of zeros and a one."""
    return np.eye(z.shape[-1])[y]


# As a reader of the formulas would write them; `log_p` is the library's log-softmax.
def smoothed(log_p, n, target, eps=0.1):
    return -(((1 - eps) * target + eps / n) * log_p).sum(axis=-1)


def in_jax(name, target, tau=2.5):
    """The loss as a function of the logits alone."""
    log_softmax = jax.nn.log_softmax
    return {
        "cross-entropy": lambda z: -(target * log_softmax(z)).sum(axis=-1),
        "smoothing": lambda z: smoothed(log_softmax(z), z.shape[-1], target),
        "temperature": lambda z: -(target * log_softmax(z / tau)).sum(axis=-1),
        "divergence": lambda z: (jax.scipy.special.rel_entr(target, jnp.exp(log_softmax(z)))).sum(axis=-1),
        "binary": lambda z: -target * jax.nn.log_sigmoid(z) - (1 - target) * jax.nn.log_sigmoid(-z),
        "half": lambda z: ((z - target) ** 2).sum(axis=-1) / 2,
        "sum": lambda z: ((z - target) ** 2).sum(axis=-1),
        "mean": lambda z: ((z - target) ** 2).mean(axis=-1),
    }[name]


def by_snippet(name, z, y, t):
    """Target as a float array, and (losses, gradient)."""
    return {
        "cross-entropy": lambda: (onehot(z, y), code.cross_entropy_with_gradient(z, y)),
        "smoothing": lambda: (onehot(z, y), code.label_smoothing_with_gradient(z, y)),
        "temperature": lambda: (t, code.temperature_with_gradient(z, t, 2.5)),
        "divergence": lambda: (t, code.kl_divergence_with_gradient(z, t)),
        "binary": lambda: (t, binary.binary_cross_entropy_with_gradient(z, t)),
        "half": lambda: (t, squared.squared_error_with_gradient(z, t)),
        "sum": lambda: (t, squared.squared_error_with_gradient(z, t, "sum")),
        "mean": lambda: (t, squared.squared_error_with_gradient(z, t, "mean")),
    }[name]()


NAMES = ("cross-entropy", "smoothing", "temperature", "divergence", "binary", "half", "sum", "mean")


@pytest.mark.parametrize("name", NAMES)
@with_jax
@given(rows_for_jax, seeds)
def test_losses_and_gradients_are_jax_s(name, z, seed):
    """Each loss is written once more, in JAX, and differentiated there."""
    y = np.random.default_rng(seed).integers(z.shape[-1], size=z.shape[:-1])
    target, (loss, dz) = by_snippet(name, z, y, distribution(z, seed))
    expected, expected_dz = vjp(in_jax(name, target), np.ones(loss.shape), z)
    np.testing.assert_allclose(loss, expected, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(dz, expected_dz, rtol=1e-10, atol=1e-12)


def textbook(name, z, target):
    """The sum of the losses for complex logits, by the formulas and no trick."""
    p = np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)
    q = np.exp(z / 2.5) / np.exp(z / 2.5).sum(axis=-1, keepdims=True)
    s = 1 / (1 + np.exp(-z))
    entropy = -(target * np.log(np.where(target > 0, target, 1))).sum()
    return {
        "cross-entropy": -(target * np.log(p)).sum(),
        "smoothing": smoothed(np.log(p), z.shape[-1], target).sum(),
        "temperature": -(target * np.log(q)).sum(),
        "divergence": -(target * np.log(p)).sum() - entropy,
        "binary": (-target * np.log(s) - (1 - target) * np.log(1 - s)).sum(),
        "half": ((z - target) ** 2).sum() / 2,
        "sum": ((z - target) ** 2).sum(),
        "mean": ((z - target) ** 2).sum() / z.shape[-1],
    }[name]


@pytest.mark.parametrize("name", NAMES)
@ours
@given(rows(largest=4), seeds)
def test_gradients_are_the_complex_step_s(name, z, seed):
    """The formulas as they are written, nudged along the imaginary axis."""
    y = np.random.default_rng(seed).integers(z.shape[-1], size=z.shape[:-1])
    target, (loss, dz) = by_snippet(name, z, y, distribution(z, seed))
    np.testing.assert_allclose(loss.sum(), textbook(name, z, target), rtol=1e-10, atol=1e-11)
    slopes = complex_step(lambda z: textbook(name, z, target), z)
    np.testing.assert_allclose(dz, slopes, rtol=1e-9, atol=1e-11)


@ours
@given(rows(largest=4), seeds)
def test_losses_alone_and_central_differences(z, seed):
    """The functions without a gradient give the same losses, and nudging them gives the gradient."""
    t = distribution(z, seed)
    for loss_alone, (loss, dz) in (
        (binary.binary_cross_entropy, binary.binary_cross_entropy_with_gradient(z, t)),
        (squared.squared_error, squared.squared_error_with_gradient(z, t)),
    ):
        assert_close(loss_alone(z, t), loss, 0)
        slopes = difference(lambda z, loss_alone=loss_alone: loss_alone(z, t).sum(), z)
        np.testing.assert_allclose(dz, slopes, rtol=1e-6, atol=1e-8)


@ours
@given(rows(), seeds)
def test_the_losses_agree_with_each_other(z, seed):
    """Fused is what the two functions give; eps = 0 and tau = 1 change nothing; two classes are one logit."""
    y = np.random.default_rng(seed).integers(z.shape[-1], size=z.shape[:-1])
    t = distribution(z, seed)
    loss, dz = code.cross_entropy_with_gradient(z, y)
    np.testing.assert_allclose(loss, softmax.cross_entropy(z, y), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(dz, softmax.cross_entropy_gradient(z, y), atol=1e-15)
    loss, dz = code.temperature_with_gradient(z, t, 1)
    np.testing.assert_allclose(loss, softmax.soft_cross_entropy(z, t), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(dz, code.kl_divergence_with_gradient(z, t)[1], atol=1e-15)
    assert np.all(code.kl_divergence_with_gradient(z, t)[0] >= -1e-13)
    np.testing.assert_allclose(code.kl_divergence_with_gradient(z, softmax.softmax(z))[0], 0, atol=1e-13)
    two = np.stack([z, np.zeros_like(z)], axis=-1)
    shares = np.stack([t, 1 - t], axis=-1)
    loss, dz = binary.binary_cross_entropy_with_gradient(z, t)
    np.testing.assert_allclose(loss, softmax.soft_cross_entropy(two, shares), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(dz, softmax.soft_cross_entropy_gradient(two, shares)[..., 0], atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_give_finite_losses_and_gradients(dtype):
    """Logits of 10,000: the loss is the distance, the gradient is between -1 and 1."""
    z, y = np.array([[1e4, -1e4], [-1e4, -1e4]], dtype), np.array([1, 0])
    t = np.array([[0, 1], [0.5, 0.5]], dtype)
    with np.errstate(all="raise", under="ignore"):
        fused = code.cross_entropy_with_gradient(z, y)
        smooth = code.label_smoothing_with_gradient(z, y, 0.5)
        warm = code.temperature_with_gradient(z, t, 0.5)
        divergence = code.kl_divergence_with_gradient(z, t)
        single = binary.binary_cross_entropy_with_gradient(z, t)
    assert {array.dtype for array in flat([fused, smooth, warm, divergence, single])} == {np.dtype(dtype)}
    for (loss, dz), expected, expected_dz in (
        (fused, [2e4, np.log(2)], [[1, -1], [-0.5, 0.5]]),
        (smooth, [1.5e4, np.log(2)], [[0.75, -0.75], [-0.25, 0.25]]),
        (warm, [4e4, np.log(2)], [[2, -2], [0, 0]]),
        (divergence, [2e4, 0], [[1, -1], [0, 0]]),
        (single, [[1e4, 1e4], [5e3, 5e3]], [[1, -1], [-0.5, -0.5]]),
    ):
        np.testing.assert_allclose(loss, expected, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(dz, expected_dz, atol=1e-6)


def test_binary_losses_near_zero_keep_their_digits():
    """Where a sigmoid rounds to one, the loss of a right prediction is still exp(-z)."""
    z = np.array([50.0, -50.0])
    loss = binary.binary_cross_entropy(z, np.array([1.0, 0.0]))
    np.testing.assert_allclose(loss, np.exp(-50.0), rtol=1e-13)


def test_any_view_and_both_precisions():
    """Read-only views with gaps; nothing is written to, no precision changes."""
    rng = np.random.default_rng(6)
    for shape in ((4,), (1,), (0, 3), (2, 3, 4)):
        z = rng.normal(size=shape)
        t = distribution(z, 1)
        y = np.asarray(rng.integers(shape[-1], size=shape[:-1]), np.uint8)
        assert_good_manners(code.cross_entropy_with_gradient, z, y)
        assert_good_manners(lambda z, y: code.label_smoothing_with_gradient(z, y, np.float64(0.2)), z, y)
        assert_good_manners(lambda z, t: code.temperature_with_gradient(z, t, np.float64(3)), z, t)
        assert_good_manners(code.kl_divergence_with_gradient, z, t)
        assert_good_manners(binary.binary_cross_entropy_with_gradient, z, t)
        for form in ("half", "sum", "mean"):
            assert_good_manners(lambda a, y, form=form: squared.squared_error_with_gradient(a, y, form), z, t)


TWO, ONE = np.array([[0.2, 0.8], [0.5, 0.5]]), np.array([[0.2, 0.8]])
BAD = [
    ("integers", code.cross_entropy_with_gradient, (np.ones((2, 2), int), np.array([0, 1])), "got int64, expected fl"),
    ("no class", code.cross_entropy_with_gradient, (np.ones((2, 0)), np.array([0, 0])), "n at least 1"),
    ("one number", code.cross_entropy_with_gradient, (np.array(1.0), np.array(0)), "n at least 1"),
    ("floats as labels", code.cross_entropy_with_gradient, (TWO, np.ones(2)), "labels of float64, expected integers"),
    ("too few labels", code.cross_entropy_with_gradient, (TWO, np.array([0])), r"labels \(1,\), expected \(2,\)"),
    ("a label too high", code.cross_entropy_with_gradient, (TWO, np.array([0, 2])), "from 0 to 2, expected 0 to 1"),
    ("a label below zero", code.cross_entropy_with_gradient, (TWO, np.array([-1, 0])), "from -1 to 0, expected 0 to 1"),
    ("eps below zero", code.label_smoothing_with_gradient, (TWO, np.array([0, 1]), -0.1), "eps = -0.1, expected 0 to 1"),
    ("eps above one", code.label_smoothing_with_gradient, (TWO, np.array([0, 1]), 1.1), "eps = 1.1, expected 0 to 1"),
    ("no temperature", code.temperature_with_gradient, (TWO, TWO, 0), "tau = 0, expected a number above 0"),
    ("integer targets", code.temperature_with_gradient, (TWO, np.ones((2, 2), int), 1.0), "got int64"),
    ("integer logits", code.temperature_with_gradient, (np.ones((2, 2), int), TWO, 1.0), "got int64"),
    ("one row for two", code.kl_divergence_with_gradient, (TWO, ONE), "expected the same shape"),
    ("a sum of two", code.kl_divergence_with_gradient, (TWO, TWO * 2), "whose sum is 1 in every row"),
    ("a sum below one", code.kl_divergence_with_gradient, (TWO, TWO * 0.99), "whose sum is 1 in every row"),
    ("below zero", code.kl_divergence_with_gradient, (ONE, np.array([[-1.0, 2.0]])), "at least 0"),
    ("not a number", code.kl_divergence_with_gradient, (ONE, np.array([[np.nan, 1]])), "at least 0"),
    ("integer logit", binary.binary_cross_entropy, (np.ones(2, int), np.ones(2)), r"z is \(2,\) of int64, expected"),
    ("integer target", binary.binary_cross_entropy, (np.ones(2), np.ones(2, int)), r"t is \(2,\) of int64, expected"),
    ("one target for two", binary.binary_cross_entropy, (np.ones(2), np.ones(1)), r"t is \(1,\) .*expected \(2,\)"),
    ("a share of two", binary.binary_cross_entropy, (np.ones(2), np.array([0, 2.0])), "from 0.0 to 2.0, expected 0 to"),
    ("a negative share", binary.binary_cross_entropy, (np.ones(2), np.array([-1.0, 0])), "from -1.0 to 0.0, expected"),
    ("a number", squared.squared_error, (np.array(1.0), np.array(1.0)), r"got \(\), expected \(..., n\)"),
    ("nothing", squared.squared_error, (np.ones((2, 0)), np.ones((2, 0))), "n at least 1"),
    ("integer prediction", squared.squared_error, (np.ones(2, int), np.ones(2)), "a is .*of int64, expected"),
    ("one target row", squared.squared_error, (TWO, ONE), r"y is \(1, 2\) .*expected \(2, 2\) of floating"),
    ("unknown form", squared.squared_error, (TWO, TWO, "max"), "'max', expected one of half, sum, mean"),
]


@pytest.mark.parametrize(("function", "given_", "message"), [pytest.param(*case, id=name) for name, *case in BAD])
def test_bad_input_is_refused(function, given_, message):
    """With its shape, type or range and what was expected."""
    with pytest.raises(ValueError, match=message):
        function(*(awkward(x) if isinstance(x, np.ndarray) else x for x in given_))


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_the_ends_of_the_ranges_are_allowed(end):
    """eps and shares of zero and of one are good input."""
    _, dz = code.label_smoothing_with_gradient(TWO, np.array([0, 1]), end)
    np.testing.assert_allclose(dz.sum(axis=-1), 0, atol=1e-15)
    assert np.isfinite(binary.binary_cross_entropy(TWO, np.full((2, 2), end))).all()
