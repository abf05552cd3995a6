"""Softplus, SiLU and GELU with their derivatives, over ReLU."""

from math import erf, pi, sqrt

import kit
import numpy as np


def figure() -> str:
    z = np.linspace(-5, 5, 401)
    s = 1 / (1 + np.exp(-z))
    Phi = np.array([(1 + erf(x / sqrt(2))) / 2 for x in z])
    phi = np.exp(-(z**2) / 2) / sqrt(2 * pi)
    three = [
        ("softplus", np.log1p(np.exp(z)), s),
        ("SiLU", z * s, s + z * s * (1 - s)),
        ("GELU", z * Phi, Phi + z * phi),
    ]

    def draw(axes):
        for place, (title, value, slope) in zip(axes, three):
            place.plot([-5, 0, 5], [0, 0, 5], color=kit.LINES[5], linestyle="-", linewidth=0.9, label="ReLU")
            place.plot(z, value, color=kit.LINES[0], linestyle="-", label="value")
            place.plot(z, slope, color=kit.LINES[1], linestyle="--", label="derivative")
            place.set(title=title, ylim=(-0.5, 3), xlim=(-5, 4), xlabel="z")
        axes[0].legend(loc="upper left")

    return kit.plot(draw, size=(6.2, 2.9), columns=3, sharey=True)
