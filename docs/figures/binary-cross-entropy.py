"""Binary cross-entropy and its gradient over the logit, for both targets."""

import kit
import numpy as np


def figure() -> str:
    z = np.linspace(-6, 6, 401)
    s = 1 / (1 + np.exp(-z))

    def draw(axes):
        for target in (1, 0):
            axes[0].plot(z, np.log1p(np.exp(z)) - target * z, label=f"y = {target}")
            axes[1].plot(z, s - target, label=f"y = {target}")
        axes[0].set(title="loss", xlabel="logit z")
        axes[1].set(title="gradient σ(z) − y", xlabel="logit z", ylim=(-1.1, 1.1))
        axes[0].legend(loc="upper center")

    return kit.plot(draw, size=(6.2, 3.0), columns=2)
