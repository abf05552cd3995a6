"""What single precision gives for logsumexp of two equal logits, as written and shifted."""

import kit
import numpy as np


def figure() -> str:
    logit = np.linspace(-180, 180, 721).astype(np.float32)
    z = np.stack([logit, logit], axis=1)
    with np.errstate(all="ignore"):
        written = np.log(np.exp(z).sum(axis=1))
    largest = z.max(axis=1)
    shifted = largest + np.log(np.exp(z - largest[:, None]).sum(axis=1))
    there = np.isfinite(written)

    def draw(axes):
        axes.plot(logit[there], written[there], label="as written", linewidth=4)
        axes.plot(logit, shifted, label="shifted", linestyle="-", linewidth=1.4)
        for start, end, words in (
            (-180, logit[there].min(), "as written:\n−∞"),
            (logit[there].max(), 180, "as written:\n+∞"),
        ):
            axes.axvspan(start, end, color=kit.LINES[0], alpha=0.15, linewidth=0)
            axes.text((start + end) / 2, 0, words, ha="center", va="center")
        axes.set(xlabel="each of the two logits", ylabel="logsumexp", xlim=(-180, 180))
        axes.legend(loc="upper left")

    return kit.plot(draw, size=(6.2, 3.4))
