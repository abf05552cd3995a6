"""Error of the forward and the central difference of exp at 1 against the step, measured and by the formulas."""

import kit
import numpy as np


def figure() -> str:
    steps = 10.0 ** np.arange(-15, 0.01, 0.2)
    slope = np.exp(1.0)
    forward = (np.exp(1 + steps) - np.exp(1)) / steps
    central = (np.exp(1 + steps) - np.exp(1 - steps)) / (2 * steps)
    eps = np.finfo(float).eps

    def draw(axes):
        thin = {"linewidth": 1.0, "color": kit.QUIET}
        axes.loglog(steps, steps / 2, linestyle="-", **thin)
        axes.loglog(steps, steps**2 / 6, linestyle="--", **thin)
        axes.loglog(steps, eps / 2 / steps, linestyle=":", **thin)
        for name, found, colour, marker in [
            ("forward", forward, kit.LINES[0], "o"),
            ("central", central, kit.LINES[1], "s"),
        ]:
            error = np.abs(found / slope - 1)
            axes.loglog(steps, np.maximum(error, 1e-14), marker, color=colour, linestyle="", label=name)
        axes.text(2e-5, 9e-5, "h/2", ha="right")
        axes.text(6e-3, 4e-7, "h²/6", ha="left")
        axes.text(3e-12, 4e-4, "rounding / h", ha="left")
        axes.set(xlabel="step h", ylabel="relative error of the slope", ylim=(1e-14, 3))
        axes.set_xticks(10.0 ** np.arange(-15, 1, 3))
        axes.set_yticks(10.0 ** np.arange(-12, 1, 3))
        axes.legend(loc="upper center", ncols=2)

    return kit.plot(draw, size=(5.2, 3.4))
