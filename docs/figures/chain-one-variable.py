"""The chain rule for one variable: four numbers in a row, a derivative on each arrow."""

import kit


def figure() -> str:
    return kit.graph(
        {"x": (0, 0, "x"), "z": (1, 0, "z"), "a": (2, 0, "a"), "L": (3, 0, "L", "strong")},
        [("x", "z", "h′(x)"), ("z", "a", "g′(z)"), ("a", "L", "f′(a)")],
        gap=70,
    )
