"""Sigmoid, tanh, ReLU and leaky ReLU with their derivatives."""

import kit
import numpy as np


def figure() -> str:
    z = np.linspace(-5, 5, 401)
    left, right = np.linspace(-5, 0, 2), np.linspace(0, 5, 2)
    s = 1 / (1 + np.exp(-z))
    smooth = [("sigmoid", s, s * (1 - s), (-0.15, 1.1)), ("tanh", np.tanh(z), 1 - np.tanh(z) ** 2, (-1.1, 1.1))]
    kinked = [("ReLU", 0.0), ("leaky ReLU, α = 0.1", 0.1)]

    def draw(axes):
        for place, (title, value, slope, limits) in zip(axes[0], smooth):
            place.plot(z, value, label="value")
            place.plot(z, slope, label="derivative")
            place.set(title=title, ylim=limits)
        for place, (title, below) in zip(axes[1], kinked):
            place.plot([*left, *right], [*(below * left), *right])
            for side, slope in ((left, below), (right, 1.0)):
                place.plot(side, [slope, slope], color=kit.LINES[1], linestyle="--")
            # Neither end belongs to the derivative.
            place.plot([0, 0], [below, 1], "o", color=kit.LINES[1], markerfacecolor="none", linestyle="")
            place.set(title=title, ylim=(-0.7, 2.6), xlabel="z")
        axes[0][0].legend(loc="upper left")

    return kit.plot(draw, size=(6.2, 4.8), rows=2, columns=2)
