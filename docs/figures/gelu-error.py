"""GELU's tanh form less the exact one, for the value and for the derivative."""

from math import erf, pi, sqrt

import kit
import numpy as np


def figure() -> str:
    z = np.linspace(-5, 5, 601)
    Phi = np.array([(1 + erf(x / sqrt(2))) / 2 for x in z])
    phi = np.exp(-(z**2) / 2) / sqrt(2 * pi)
    u = sqrt(2 / pi) * (z + 0.044715 * z**3)
    du = sqrt(2 / pi) * (1 + 3 * 0.044715 * z**2)
    t = np.tanh(u)

    def draw(axes):
        axes.plot(z, 1e4 * (z * (1 + t) / 2 - z * Phi), label="value")
        axes.plot(z, 1e4 * ((1 + t) / 2 + z / 2 * (1 - t**2) * du - Phi - z * phi), label="derivative")
        axes.set(xlabel="z", ylabel="tanh form less exact, in 10⁻⁴")
        axes.legend(loc="upper left")

    return kit.plot(draw, size=(6.2, 3.2))
