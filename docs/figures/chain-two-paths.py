"""Two ways from one variable to the loss, with the numbers of the page."""

import kit


def figure() -> str:
    nodes = {
        "t": (0, 1, "τ = 2"),
        "u": (1, 0, "u = τ² = 4"),
        "v": (1, 2, "v = 3τ = 6"),
        "J": (2, 1, "J = uv = 24", "strong"),
        "up": (3.2, 0, "upper way: 4 · 6 = 24", "plain"),
        "sum": (3.2, 1, "sum: 24 + 12 = 36", "plain"),
        "down": (3.2, 2, "lower way: 3 · 4 = 12", "plain"),
    }
    edges = [("t", "u", "2τ = 4"), ("t", "v", "3"), ("u", "J", "v = 6"), ("v", "J", "u = 4")]
    return kit.graph(nodes, edges, gap=30, row_gap=72)
