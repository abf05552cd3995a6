"""The two gradients of a dense layer as boxes: each factor stays on its side (column vectors)."""

import strips


def figure() -> str:
    return strips.two(
        [("n", "m", "∂ℒ/∂X"), "=", ("n", "p", "W^T"), ("p", "m", "V")],
        [("p", "n", "∂ℒ/∂W"), "=", ("p", "m", "V"), ("m", "n", "X^T")],
    )
