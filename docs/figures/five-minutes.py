"""The three ways from one entry of z[1] to the loss, with the factor that each step brings."""

import kit


def figure() -> str:
    nodes = {
        "z1": (0, 0.5, "z^{[1]}_1", "strong"),
        "z2": (0, 1.5, "z^{[1]}_2"),
        "a1": (1, 0.5, "a^{[1]}_1"),
        "a2": (1, 1.5, "a^{[1]}_2"),
        "u1": (2, 0, "z^{[2]}_1"),
        "u2": (2, 1, "z^{[2]}_2"),
        "u3": (2, 2, "z^{[2]}_3"),
        "loss": (3, 1, "ℒ", "strong"),
    }
    edges = [
        ("z1", "a1", "g′"),
        ("z2", "a2"),
        ("a1", "u1", "2"),
        ("a1", "u2", "0"),
        ("a1", "u3", "−2"),
        ("a2", "u1"),
        ("a2", "u2"),
        ("a2", "u3"),
        ("u1", "loss", "1"),
        ("u2", "loss", "−2"),
        ("u3", "loss", "−1"),
    ]
    return kit.graph(nodes, edges, gap=74)
