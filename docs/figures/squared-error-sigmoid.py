"""The gradient by the logit of a sigmoid's output, for two losses and the target 1."""

import kit
import numpy as np


def figure() -> str:
    z = np.linspace(-8, 8, 401)
    a = 1 / (1 + np.exp(-z))

    def draw(axes):
        axes[0].plot(z, (a - 1) ** 2 / 2, label="half squared error")
        axes[0].plot(z, np.log1p(np.exp(-z)), label="cross-entropy")
        axes[0].set(title="loss for y = 1", xlabel="logit z", ylim=(-0.1, 4))
        axes[1].plot(z, (a - 1) * a * (1 - a))
        axes[1].plot(z, a - 1)
        axes[1].set(title="gradient by z", xlabel="logit z", ylim=(-1.1, 0.15))
        axes[0].legend(loc="upper right")

    return kit.plot(draw, size=(6.2, 3.0), columns=2)
