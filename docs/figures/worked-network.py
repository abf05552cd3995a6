"""The 2-3-2 network of the page "A worked network", with its numbers, forward and backward."""

import kit


def figure() -> str:
    nodes = {
        "x": (0, 1, "x\n1, 2"),
        "z1": (1, 1, "z^{[1]}\n1, 2, −1"),
        "a1": (2, 1, "a^{[1]}\n1, 2, 0"),
        "z2": (3, 1, "z^{[2]}\n5, 0"),
        "loss": (4, 1, "loss\n5/2", "strong"),
        "first": (1, 0, "W^{[1]}, b^{[1]}"),
        "second": (3, 0, "W^{[2]}, b^{[2]}"),
        "y": (4, 0, "y\n3, 1"),
    }
    edges = [
        ("x", "z1"), ("first", "z1"), ("z1", "a1", "ReLU"), ("a1", "z2"), ("second", "z2"), ("z2", "loss"), ("y", "loss"),
    ]  # fmt: skip
    backward = [
        ("loss", "z2", "2, −1"),
        ("z2", "a1", "3, 3, −1"),
        ("a1", "z1", "3, 3, 0"),
        ("z1", "first", "dW^{[1]}, db^{[1]}"),
        ("z2", "second", "dW^{[2]}, db^{[2]}"),
    ]
    return kit.graph(nodes, edges, backward, row_gap=64)
