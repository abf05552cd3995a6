"""The chain rule as boxes, in both layouts: z has three entries, a has two."""

import kit

CELL = 26


def _box(x, middle, rows, columns, colour, name, shape):
    wide, high = CELL * columns, CELL * rows
    top = middle - high / 2
    cells = "".join(
        f'<rect x="{x + CELL * j}" y="{top + CELL * i:g}" width="{CELL}" height="{CELL}" '
        f'style="fill: {kit.COLOURS[colour]}; fill-opacity: 0.2; stroke: var(--fig-quiet); stroke-width: 0.8"/>'
        for i in range(rows)
        for j in range(columns)
    )
    centre = x + wide / 2
    return cells + kit.words(name, centre, middle - 54) + kit.words(shape, centre, middle + 54, size=12.5)


def _line(middle, title, boxes):
    """Boxes from left to right with the signs between them; returns the drawing and where it ends."""
    parts, x = [kit.words(title, 0, middle - 82, "start", style="font-weight: 600")], 14
    for box in boxes:
        if isinstance(box, str):
            parts.append(kit.words(box, x + 8, middle))
            x += 32
            continue
        rows, columns, *rest = box
        room = max(CELL * columns, kit.width_of(rest[1]), kit.width_of(rest[2], 12.5))
        parts.append(_box(x + (room - CELL * columns) / 2, middle, rows, columns, *rest))
        x += room + 16
    return "".join(parts), x


def figure() -> str:
    first, end = _line(
        96,
        "Numerator layout",
        [(1, 3, 0, "∂J/∂z", "1 × 3"), "=", (1, 2, 1, "∂J/∂a", "1 × 2"), (2, 3, 2, "∂a/∂z", "2 × 3")],
    )
    second, also = _line(
        266,
        "Denominator layout",
        [(3, 1, 0, "∂J/∂z", "3 × 1"), "=", (3, 2, 2, "∂a/∂z", "3 × 2"), (2, 1, 1, "∂J/∂a", "2 × 1")],
    )
    width, height = max(end, also), 330
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}">'
        f"{first}{second}</svg>"
    )
