"""Layers that wait in memory for the backward pass, with and without checkpoints."""

import kit
import numpy as np


def figure() -> str:
    depth = np.arange(1, 101)

    def draw(axes):
        axes.plot(depth, depth, label="everything is kept")
        axes.plot(depth, depth / 10 + np.minimum(depth, 10), label="a checkpoint every 10 layers")
        axes.plot(depth, 2 * np.sqrt(depth), label="a checkpoint every √depth layers")
        axes.set(xlabel="depth of the network", ylabel="layers in memory", xlim=(0, 101), ylim=(0, 102))
        axes.legend(loc="upper left")

    return kit.plot(draw)
