"""The snippets beside PyTorch's own functions and gradients; skipped where PyTorch is not installed."""

import numpy as np
import pytest

from .kit import assert_close, load

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install torch")
F = torch.nn.functional

activations = load("activations")
smooth = load("smooth_activations")
binary = load("binary_cross_entropy")
dense = load("dense_layer")
logsumexp = load("logsumexp")
networks = {"rows": load("dense_network"), "columns": load("dense_network_columns")}
regular = load("l2_dropout")
softmax = load("softmax_cross_entropy")
losses = load("softmax_losses")
squares = load("squared_error")
kronecker = load("vec_kronecker")


def given(*shape, seed=0):
    """Numbers from a normal distribution, the same for the same seed."""
    return np.random.default_rng(seed).normal(size=shape)


def autograd(function, *arrays):
    """The value of a torch function, and the gradient of its sum by every array."""
    inputs = [torch.tensor(array, requires_grad=True) for array in arrays]
    value = function(*inputs)
    return value.detach().numpy(), *(g.numpy() for g in torch.autograd.grad(value.sum(), inputs))


ACTIVATIONS = {
    "sigmoid": (activations, torch.sigmoid),
    "tanh": (activations, torch.tanh),
    "relu": (activations, torch.relu),
    "leaky_relu": (activations, F.leaky_relu),
    "softplus": (smooth, F.softplus),
    "silu": (smooth, F.silu),
    "gelu": (smooth, F.gelu),
    "gelu_tanh": (smooth, lambda z: F.gelu(z, approximate="tanh")),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_derivatives(name):
    """Value and slope of each, between -20 and 20 and at the kink."""
    file, theirs = ACTIVATIONS[name]
    z = np.linspace(-20, 20, 401)
    value, slope = autograd(theirs, z)
    assert_close(getattr(file, name)(z), value)
    got = getattr(file, f"{name}_derivative")(z)
    # PyTorch's leaky_relu has the small slope at its kink, as the snippet has.
    assert_close(got, slope)


def by_class(loss):
    """A torch loss by class numbers, as a function of the logits alone."""
    y = np.array([2, 0, 3, 1, 2])
    return y, lambda z: loss(z, torch.tensor(y))


def test_cross_entropy_by_class_number():
    """Each example's loss and gradient; and with smoothed targets."""
    z = given(5, 4)
    y, theirs = by_class(lambda z, y: F.cross_entropy(z, y, reduction="none"))
    loss, dz = autograd(theirs, z)
    assert_close(softmax.cross_entropy(z, y), loss)
    assert_close(softmax.cross_entropy_gradient(z, y), dz)
    for got, expected in zip(losses.cross_entropy_with_gradient(z, y), (loss, dz), strict=True):
        assert_close(got, expected)
    y, theirs = by_class(lambda z, y: F.cross_entropy(z, y, reduction="none", label_smoothing=0.2))
    for got, expected in zip(losses.label_smoothing_with_gradient(z, y, 0.2), autograd(theirs, z), strict=True):
        assert_close(got, expected)


def test_cross_entropy_by_distribution():
    """Soft targets, a temperature, and the divergence."""
    z, t = given(5, 4), np.random.default_rng(1).dirichlet(np.ones(4), size=5)
    target = torch.tensor(t)
    loss, dz = autograd(lambda z: F.cross_entropy(z, target, reduction="none"), z)
    assert_close(softmax.soft_cross_entropy(z, t), loss)
    assert_close(softmax.soft_cross_entropy_gradient(z, t), dz)
    theirs = autograd(lambda z: F.cross_entropy(z / 2.5, target, reduction="none"), z)
    for got, expected in zip(losses.temperature_with_gradient(z, t, 2.5), theirs, strict=True):
        assert_close(got, expected)
    theirs = autograd(lambda z: F.kl_div(F.log_softmax(z, -1), target, reduction="none").sum(-1), z)
    for got, expected in zip(losses.kl_divergence_with_gradient(z, t), theirs, strict=True):
        assert_close(got, expected)


def test_softmax_and_logsumexp():
    """Values, the whole Jacobian, and what goes back through each."""
    z, v = given(5, 4), given(5, 4, seed=1)
    weights = torch.tensor(v)
    p, dz = autograd(lambda z: weights * F.softmax(z, -1), z)
    assert_close(v * softmax.softmax(z), p)
    assert_close(softmax.softmax_vjp(softmax.softmax(z), v), dz)
    log_p, dz = autograd(lambda z: weights * F.log_softmax(z, -1), z)
    assert_close(v * softmax.log_softmax(z), log_p)
    assert_close(logsumexp.log_softmax_vjp(softmax.log_softmax(z), v), dz)
    value, dz = autograd(lambda z: weights[:, 0] * torch.logsumexp(z, -1), z)
    assert_close(v[:, 0] * logsumexp.logsumexp(z), value)
    assert_close(logsumexp.logsumexp_vjp(z, v[:, 0]), dz)
    jacobian = torch.autograd.functional.jacobian(lambda z: F.softmax(z, -1), torch.tensor(z[0])).numpy()
    assert_close(logsumexp.softmax_jacobian(softmax.softmax(z[0])), jacobian)


def test_binary_cross_entropy():
    """With logits, for targets between zero and one."""
    z, t = 5 * given(4, 3), np.random.default_rng(1).uniform(size=(4, 3))
    loss, dz = autograd(lambda z: F.binary_cross_entropy_with_logits(z, torch.tensor(t), reduction="none"), z)
    assert_close(binary.binary_cross_entropy(z, t), loss)
    for got, expected in zip(binary.binary_cross_entropy_with_gradient(z, t), (loss, dz), strict=True):
        assert_close(got, expected)


def test_squared_error_as_a_mean():
    """PyTorch's default is the mean over all entries."""
    z, t = given(4, 3), given(4, 3, seed=1)
    loss, dz = autograd(lambda z: F.mse_loss(z, torch.tensor(t), reduction="none").mean(-1), z)
    assert_close(squares.squared_error(z, t, "mean"), loss)
    for got, expected in zip(squares.squared_error_with_gradient(z, t, "mean"), (loss, dz), strict=True):
        assert_close(got, expected)


def test_a_dense_layer_is_linear():
    """nn.Linear keeps the transpose of the row form's W, which is the column form's."""
    a, W, b, v = given(5, 4), given(4, 3, seed=1), given(1, 3, seed=2), given(5, 3, seed=3)
    weights = torch.tensor(v)
    z, da, dW, db = autograd(lambda a, W, b: weights * F.linear(a, W, b), a, W.T.copy(), b[0])
    assert_close(v * dense.forward_rows(a, W, b), z)
    for got, expected in zip(dense.backward_rows(a, W, v), (da, dW.T, db[None]), strict=True):
        assert_close(got, expected)
    assert_close(v.T * dense.forward_columns(a.T, W.T, b.T), z.T)
    for got, expected in zip(dense.backward_columns(a.T, W.T, v.T), (da.T, dW, db[:, None]), strict=True):
        assert_close(got, expected)


@pytest.mark.parametrize("form", networks)
def test_a_network(form):
    """Cost and all gradients of three layers, in both forms."""
    net, side = networks[form], (lambda x: x) if form == "rows" else np.transpose
    W, b = [given(4, 5), given(5, 3), given(3, 2)], [given(1, 5), given(1, 3), given(1, 2)]
    X, Y = given(6, 4, seed=1), given(6, 2, seed=2)
    names = ("tanh", "relu", "sigmoid")

    def cost(*parameters):
        A = torch.tensor(X)
        for w, c, name in zip(parameters[:3], parameters[3:], names, strict=True):
            A = getattr(torch, name)(A @ w + c)
        return ((A - torch.tensor(Y)) ** 2).sum() / 12

    expected, *theirs = autograd(cost, *W, *b)
    layers = [net.Layer(side(w), side(c), name) for w, c, name in zip(W, b, names, strict=True)]
    A, cache = net.forward(layers, side(X))
    value, dA = net.squared_error(A, side(Y))
    gradients, _ = net.backward(layers, cache, dA)
    assert_close(value, expected)
    for got, dW, db in zip(gradients, theirs[:3], theirs[3:], strict=True):
        assert_close(side(got.dW), dW)
        assert_close(side(got.db), db)


def test_l2_and_dropout():
    """The penalty's gradient, and that of a layer behind a mask."""
    W, a = given(4, 3), given(5, 4, seed=1)
    penalty, dW = autograd(lambda W: 0.1 / 2 * (W**2).sum(), W)
    assert_close(regular.l2_penalty([W], 0.1), penalty)
    assert_close(regular.l2_gradients([W], 0.1)[0], dW)
    mask = regular.dropout_mask(a, 0.4, np.random.default_rng(2))
    dropped, _ = autograd(lambda a: a * torch.tensor(mask), a)
    assert_close(regular.dropout(a, mask), dropped)


def test_the_jacobian_of_a_matrix_by_a_matrix():
    """PyTorch's Jacobian has four axes; its rows and columns in vec's order are the Kronecker product."""
    A, X, B, dY = given(2, 3), given(3, 4, seed=1), given(4, 5, seed=2), given(2, 5, seed=3)
    four = torch.autograd.functional.jacobian(lambda X: torch.tensor(A) @ X @ torch.tensor(B), torch.tensor(X))
    matrix = four.permute(1, 0, 3, 2).reshape(10, 12).numpy()
    assert_close(kronecker.product_jacobian(A, B), matrix)
    _, dX = autograd(lambda X: torch.tensor(dY) * (torch.tensor(A) @ X @ torch.tensor(B)), X)
    assert_close(kronecker.product_vjp(A, B, dY), dX)
