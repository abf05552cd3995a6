"""The three ways from one entry of z[1] to the loss, with the factor that each step brings."""

import kit


def figure() -> str:
    nodes = {
        "z": (0, 1, "z^{[1]}_1 = 0", "strong"),
        "a": (1, 1, "a^{[1]}_1 = ½"),
        "u1": (2, 0, "z^{[2]}_1 = 3"),
        "u2": (2, 1, "z^{[2]}_2 = 3"),
        "u3": (2, 2, "z^{[2]}_3 = 0"),
        "loss": (3, 1, "ℒ = 3", "strong"),
    }
    edges = [
        ("z", "a", "¼"),
        ("a", "u1", "2"),
        ("a", "u2", "0"),
        ("a", "u3", "−2"),
        ("u1", "loss", "1"),
        ("u2", "loss", "−2"),
        ("u3", "loss", "−1"),
    ]
    return kit.graph(nodes, edges, gap=64)
