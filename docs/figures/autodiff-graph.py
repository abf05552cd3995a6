"""The graph of x sin x + xy at π/6 and 2, with values forward and gradients backward."""

from math import cos, pi, sin

import kit


def figure() -> str:
    x, y = pi / 6, 2.0
    s = sin(x)
    p, k = x * s, x * y
    parts = {"k": y, "p": s, "s": x * cos(x)}

    def shown(number: float) -> str:
        return f"{number:.3f}".rstrip("0").rstrip(".")

    return kit.graph(
        {
            "y": (0, 2, f"y\n{shown(y)}"),
            "x": (0, 1, f"x\n{shown(x)}"),
            "s": (1, 0, f"s = sin x\n{shown(s)}"),
            "p": (2, 0, f"p = xs\n{shown(p)}"),
            "k": (2, 1, f"k = xy\n{shown(k)}"),
            "q": (3, 0.5, f"q = p + k\n{shown(p + k)}", "strong"),
        },
        [("x", "s"), ("x", "p"), ("x", "k"), ("s", "p"), ("y", "k"), ("p", "q"), ("k", "q")],
        [
            ("q", "p", "1"),
            ("q", "k", "1"),
            ("p", "s", shown(x)),
            ("p", "x", shown(parts["p"])),
            ("k", "x", shown(parts["k"])),
            ("k", "y", shown(x)),
            ("s", "x", shown(parts["s"])),
        ],
        gap=84,
        row_gap=64,
    )
