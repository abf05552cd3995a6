"""The gradients by W and by Z as boxes (row vectors)."""

import strips


def figure() -> str:
    return strips.two(
        [("n", "p", "∂J/∂W"), "=", ("n", "m", "X^T"), ("m", "p", "∂J/∂Z")],
        [("m", "p", "∂J/∂Z"), "=", "(", ("m", "q", "∂J/∂U"), ("q", "p", "V^T"), ")", "∘", ("m", "p", "g′(Z)")],
    )
