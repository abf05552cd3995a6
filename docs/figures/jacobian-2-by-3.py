"""The Jacobian of a layer with two inputs and three outputs."""

import kit


def figure() -> str:
    return kit.heat_map(
        ((1, 1), (0, 1), (3, -1)),
        titles=("∂z/∂x",),
        rows=("output z_1", "output z_2", "output z_3"),
        columns=("input x_1", "input x_2"),
        digits=0,
        cell=(84, 36),
    )
