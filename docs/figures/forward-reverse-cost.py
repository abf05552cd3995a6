"""Passes for the whole Jacobian of a function with 1000 inputs, forward and in reverse, against its outputs."""

import kit
import numpy as np


def figure() -> str:
    outputs = 10.0 ** np.linspace(0, 6, 61)
    inputs = 1000

    def draw(axes):
        axes.loglog(outputs, np.full_like(outputs, inputs), label="forward: one for each input")
        axes.loglog(outputs, outputs, label="reverse: one for each output")
        axes.plot([1], [1], "o", color=kit.LINES[1])
        axes.text(1.8, 0.9, "a loss", va="center")
        axes.plot([inputs], [inputs], "o", color=kit.INK)
        axes.text(1600, 480, "as many outputs as inputs", va="center")
        axes.set(xlabel="outputs", ylabel="passes", ylim=(0.4, 2e6))
        axes.set_yticks(10.0 ** np.arange(0, 7, 2))
        axes.legend(loc="upper left")

    return kit.plot(draw, size=(5.2, 3.0))
