"""Softmax of the same five logits at three temperatures."""

import kit
import numpy as np


def figure() -> str:
    z = np.array([4.0, 2.5, 1.5, 0.5, -1.0])
    place_of = np.arange(len(z))

    def draw(axes):
        for place, tau in zip(axes, (0.5, 1.0, 4.0)):
            q = np.exp(z / tau) / np.exp(z / tau).sum()
            place.bar(place_of, q, color=kit.LINES[0])
            place.set(
                title=f"τ = {tau:g}",
                xticks=place_of,
                xticklabels=[f"{x:g}".replace("-", "−") for x in z],
                ylim=(0, 1.05),
                xlabel="logit",
            )
            place.grid(axis="x", visible=False)
        axes[0].set_ylabel("share")

    return kit.plot(draw, size=(6.2, 2.7), columns=3, sharey=True)
