"""Three steps of gradient descent on p²/2 + 2q² from (8, 2), with a small and with a large rate."""

import kit
import numpy as np


def figure() -> str:
    p, q = np.meshgrid(np.linspace(-1.5, 9.5, 140), np.linspace(-3, 3, 110))

    def draw(axes):
        for place, rate in zip(axes, (1 / 8, 0.45)):
            x = np.array([8.0, 2.0])
            points = [x]
            for _ in range(3):
                x = x - rate * np.array([x[0], 4 * x[1]])
                points.append(x)
            levels = sorted(0.5 * a * a + 2 * b * b for a, b in points)
            place.contour(p, q, p * p / 2 + 2 * q * q, levels, colors=kit.QUIET, linewidths=0.8)
            for start, end in zip(points, points[1:]):
                place.annotate(
                    "", end, start, arrowprops={"arrowstyle": "->", "color": kit.LINES[0], "lw": 1.6, "shrinkA": 0, "shrinkB": 0}
                )
            place.plot(*points[0], "o", color=kit.LINES[0])
            place.plot(0, 0, "+", color=kit.INK, markersize=8)
            place.set(title="rate 1/8" if rate < 0.2 else "rate 0.45", ylabel="q", aspect="equal")
            place.set_xticks([0, 4, 8])
            place.set_yticks([-2, 0, 2])
            place.grid(False)
        axes[1].set_xlabel("p")

    return kit.plot(draw, size=(4.4, 5.2), rows=2, sharex=True)
