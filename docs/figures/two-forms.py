"""A layer of a batch in both forms, as boxes: everything is mirrored, and the factors change places."""

import strips


def figure() -> str:
    return strips.two(
        [("p", "m", "Z_c"), "=", ("p", "n", "W_c"), ("n", "m", "X_c")],
        [("m", "p", "Z_r"), "=", ("m", "n", "X_r"), ("n", "p", "W_r")],
    )
