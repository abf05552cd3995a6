"""The graph of x sin x + xy at π/6 and 2, with values forward and gradients backward."""

from math import cos, hypot, pi, sin

import kit

WIDE, HIGH = 80, 44


def figure() -> str:
    x, y = pi / 6, 2.0
    s = sin(x)
    p, k = x * s, x * y
    boxes = {
        "x": (43, 150, "x", x),
        "y": (43, 290, "y", y),
        "s": (178, 40, "s = sin x", s),
        "p": (350, 40, "p = xs", p),
        "k": (350, 226, "k = xy", k),
        "q": (488, 133, "q = p + k", p + k),
    }
    # From, to, on which side of the way forward the way back runs, its number, and where that stands.
    ways = [
        ("x", "s", -1, x * cos(x), (84, 82)),
        ("x", "p", 1, s, (236, 120)),
        ("x", "k", -1, y, (216, 171)),
        ("s", "p", -1, x, (264, 21)),
        ("y", "k", 1, x, (216, 276)),
        ("p", "q", -1, 1.0, (438, 72)),
        ("k", "q", 1, 1.0, (438, 198)),
    ]
    parts = []
    for start, end, side, number, place in ways:
        parts.append(arrow(boxes[start], boxes[end], 5 * side, "currentColor", ""))
        parts.append(arrow(boxes[end], boxes[start], 5 * side, kit.COLOURS[1], "; stroke-dasharray: 5 3"))
        parts.append(kit.words(shown(number), *place, size=13, style=f"fill: {kit.COLOURS[1]}"))
    for name, (across, down, label, value) in boxes.items():
        look = "fill: none; stroke: currentColor; stroke-width: 1.2"
        if name == "q":
            look = f"fill: {kit.COLOURS[0]}; fill-opacity: 0.18; stroke: {kit.COLOURS[0]}; stroke-width: 2"
        parts.append(
            f'<rect x="{across - WIDE / 2}" y="{down - HIGH / 2}" width="{WIDE}" height="{HIGH}" rx="4" style="{look}"/>'
        )
        parts.append(kit.words(label, across, down - 9))
        parts.append(kit.words(shown(value), across, down + 10, size=12.5))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="532" height="316" viewBox="0 0 532 316">'
        + "\n".join(parts)
        + "</svg>\n"
    )


def shown(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")


def arrow(start: tuple, end: tuple, aside: float, colour: str, dash: str) -> str:
    """A line from border to border, moved to its left by `aside` (to its right if that is negative)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    ux, uy = dx / length, dy / length
    reach = min(WIDE / 2 / abs(ux) if ux else 1e9, HIGH / 2 / abs(uy) if uy else 1e9) + 3
    sx, sy = uy * aside, -ux * aside
    x1, y1 = start[0] + ux * reach + sx, start[1] + uy * reach + sy
    x2, y2 = end[0] - ux * reach + sx, end[1] - uy * reach + sy
    bx, by = x2 - 7 * ux, y2 - 7 * uy
    return (
        f'<path d="M{x1:.1f} {y1:.1f}L{bx:.1f} {by:.1f}" style="fill: none; stroke: {colour}; stroke-width: 1.4{dash}"/>'
        f'<path d="M{x2:.1f} {y2:.1f}L{bx - 4 * uy:.1f} {by + 4 * ux:.1f}L{bx + 4 * uy:.1f} {by - 4 * ux:.1f}z" '
        f'style="fill: {colour}"/>'
    )
