"""Loss of the worked network: after one step of any length, and over many steps of a few."""

import kit
import numpy as np

START = (
    np.array([[1.0, -1, 2], [0, 1, -2]]),
    np.array([[0.0, 1, 1]]),
    np.array([[1.0, -1], [2, 1], [1, 3]]),
    np.array([[0.0, -1]]),
)
X, Y = np.array([[1.0, 2]]), np.array([[3.0, 1]])


def loss_and_gradients(parameters):
    """Half the squared distance from the target, and its derivatives."""
    W1, b1, W2, b2 = parameters
    z1 = X @ W1 + b1
    a1 = np.maximum(z1, 0)
    dz2 = a1 @ W2 + b2 - Y
    dz1 = (dz2 @ W2.T) * (z1 > 0)
    return (dz2 * dz2).sum() / 2, (X.T @ dz1, dz1, a1.T @ dz2, dz2)


def step(parameters, rate):
    """The parameters after one step of gradient descent."""
    return tuple(p - rate * dp for p, dp in zip(parameters, loss_and_gradients(parameters)[1]))


def losses(rate, steps=25):
    """The loss before each step and after the last one."""
    parameters, found = START, []
    for _ in range(steps + 1):
        found.append(loss_and_gradients(parameters)[0])
        parameters = step(parameters, rate)
    return found


def figure() -> str:
    t = np.linspace(0, 0.16, 321)
    after = [loss_and_gradients(step(START, rate))[0] for rate in t]

    def draw(axes):
        one, many = axes
        one.plot(t, after, label="loss after one step")
        one.plot(t, 2.5 - 138 * t, label="2.5 − 138 t")
        one.plot([1 / 36], [53 / 128], "o", color=kit.INK)
        one.annotate("this page", (1 / 36, 53 / 128), (0.033, 2.0), arrowprops={"arrowstyle": "-", "color": kit.QUIET})
        for rate, name in ((1 / 18, "first unit dies"), (1 / 9, "second unit dies")):
            one.axvline(rate, color=kit.QUIET, linewidth=0.8, linestyle=":")
            one.text(rate + 0.001, -1.0, name, fontsize=9)
        one.set(xlabel="length t of one step", ylabel="loss", ylim=(-1.5, 8))
        one.set_xticks([0, 1 / 36, 1 / 18, 1 / 12, 1 / 9, 5 / 36], ["0", "1/36", "1/18", "1/12", "1/9", "5/36"])
        one.legend(loc="upper left")
        for rate, name in ((1 / 36, "1/36"), (1 / 200, "1/200"), (1 / 12, "1/12"), (1 / 4, "1/4")):
            many.semilogy(losses(rate), label=f"rate {name}")
        many.set(xlabel="number of steps", ylabel="loss", ylim=(1e-6, 30))
        many.legend(loc="lower left")

    return kit.plot(draw, size=(6.2, 6.4), rows=2)
