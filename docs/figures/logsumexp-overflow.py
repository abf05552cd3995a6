"""What single precision gives for logsumexp of two equal logits, as written and shifted."""

import kit
import numpy as np


def figure() -> str:
    logit = np.linspace(-125, 125, 2001).astype(np.float32)
    z = np.stack([logit, logit], axis=1)
    exact = logit.astype(np.float64) + np.log(2)
    with np.errstate(all="ignore"):
        written = np.log(np.exp(z).sum(axis=1))
    largest = z.max(axis=1)
    shifted = largest + np.log(np.exp(z - largest[:, None]).sum(axis=1))

    def draw(axes):
        for label, got in (("as written", written), ("shifted", shifted)):
            error = np.abs(got - exact)
            axes.plot(logit, np.where(np.isfinite(error), error, np.nan), label=label, linestyle="-", linewidth=1)
        axes.set_yscale("log")
        axes.set(xlabel="each of the two logits", ylabel="error", ylim=(1e-10, 1e1), xlim=(-125, 125))
        for start, end, words in (
            (-125, logit[np.isfinite(written)].min(), "−∞"),
            (logit[np.isfinite(written)].max(), 125, "+∞"),
        ):
            axes.axvspan(start, end, color=kit.LINES[1], alpha=0.15, linewidth=0)
            axes.text((start + end) / 2, 1, words, ha="center")
        axes.legend(loc="upper center")

    return kit.plot(draw, size=(6.2, 3.2))
