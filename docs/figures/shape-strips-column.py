"""The gradients by W and by Z as boxes (column vectors)."""

import strips


def figure() -> str:
    return strips.two(
        [("p", "n", "∂J/∂W"), "=", ("p", "m", "∂J/∂Z"), ("m", "n", "X^T")],
        [("p", "m", "∂J/∂Z"), "=", "(", ("p", "q", "V^T"), ("q", "m", "∂J/∂U"), ")", "∘", ("p", "m", "g′(Z)")],
    )
