"""The two gradients of a dense layer as boxes: each factor stays on its side (row vectors)."""

import strips


def figure() -> str:
    return strips.two(
        [("m", "n", "∂ℒ/∂X"), "=", ("m", "p", "V"), ("p", "n", "W^T")],
        [("n", "p", "∂ℒ/∂W"), "=", ("n", "m", "X^T"), ("m", "p", "V")],
    )
