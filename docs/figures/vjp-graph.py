"""The network of the page in boxes: values forward, gradients backward."""

import kit


def figure() -> str:
    return kit.graph(
        {
            "x": (0, 0, "x\n2 numbers"),
            "z": (1, 0, "z\n3 numbers"),
            "a": (2, 0, "a\n3 numbers"),
            "loss": (3, 0, "loss\n1 number", "strong"),
        },
        [("x", "z", "times W"), ("z", "a", "square"), ("a", "loss", "distance")],
        [("loss", "a", "∂ℒ/∂a"), ("a", "z", "∂ℒ/∂z"), ("z", "x", "∂ℒ/∂x")],
    )
