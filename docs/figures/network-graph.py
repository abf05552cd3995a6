"""A network of two layers, forward and backward; what has to be kept is marked."""

import kit


def figure() -> str:
    nodes = {
        "a0": (0, 1, "A^{[0]}", "strong"),
        "z1": (1, 1, "Z^{[1]}", "strong"),
        "a1": (2, 1, "A^{[1]}", "strong"),
        "z2": (3, 1, "Z^{[2]}", "strong"),
        "cost": (4, 1, "J"),
        "w1": (1, 0, "W^{[1]}, b^{[1]}"),
        "w2": (3, 0, "W^{[2]}, b^{[2]}"),
    }
    edges = [("a0", "z1"), ("w1", "z1"), ("z1", "a1", "g^{[1]}"), ("a1", "z2"), ("w2", "z2"), ("z2", "cost", "g^{[2]}, f")]
    backward = [
        ("cost", "z2", "∂J/∂Z^{[2]}"),
        ("z2", "a1", "∂J/∂A^{[1]}"),
        ("a1", "z1", "∂J/∂Z^{[1]}"),
        ("z1", "w1", "∂J/∂W^{[1]}"),
        ("z2", "w2", "∂J/∂W^{[2]}"),
    ]
    return kit.graph(nodes, edges, backward, row_gap=64)
