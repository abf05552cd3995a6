"""The windows of a signal as the rows of a matrix: im2col in one dimension."""

import kit

WIDE, HIGH = 38, 30


def _cells(x, y, rows):
    """A table of boxes with words in them, at (x, y)."""
    parts = []
    for i, row in enumerate(rows):
        for j, (text, colour) in enumerate(row):
            fill = f"fill: {kit.COLOURS[colour]}; fill-opacity: 0.2" if colour is not None else "fill: none"
            parts.append(
                f'<rect x="{x + WIDE * j}" y="{y + HIGH * i}" width="{WIDE}" height="{HIGH}" '
                f'style="{fill}; stroke: currentColor; stroke-width: 1"/>'
            )
            parts.append(kit.words(text, x + WIDE * (j + 0.5), y + HIGH * (i + 0.5)))
    return "".join(parts)


def figure() -> str:
    parts = [kit.words("the signal and its windows", 2.5 * WIDE, 8, size=13)]
    parts.append(_cells(0, 22, [[(f"x_{j}", None) for j in range(1, 6)]]))
    for i in range(3):
        y = 22 + HIGH + 14 + 22 * i
        parts.append(
            f'<path d="M{WIDE * i + 3} {y - 6}v6h{WIDE * 3 - 6}v-6" '
            f'style="fill: none; stroke: {kit.COLOURS[i]}; stroke-width: 2.2"/>'
        )
    x, y = 5 * WIDE + 60, 22
    parts.append(kit.words("one window a row", x + 1.5 * WIDE, 8, size=13))
    parts.append(_cells(x, y, [[(f"x_{i + t}", i) for t in range(1, 4)] for i in range(3)]))
    x += 3 * WIDE + 30
    parts.append(kit.words("taps", x + WIDE / 2, 8, size=13))
    parts.append(_cells(x, y, [[(f"w_{t}", None)] for t in range(1, 4)]))
    parts.append(kit.words("=", x + WIDE + 20, y + 1.5 * HIGH))
    x += WIDE + 40
    parts.append(kit.words("output", x + WIDE / 2, 8, size=13))
    parts.append(_cells(x, y, [[(f"z_{i + 1}", i)] for i in range(3)]))
    parts.append(kit.words("→", 5 * WIDE + 30, y + 1.5 * HIGH, size=18))
    wide, high = x + WIDE + 8, 22 + HIGH + 14 + 22 * 3
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="-4 -4 {wide} {high}">'
        + "".join(parts)
        + "</svg>\n"
    )
