"""Shape strips: formulas as boxes whose sides are as long as their sizes, so that sides that meet have one length."""

import kit

SIZES = {"m": 96, "n": 34, "p": 54, "q": 22}
NAMES = {"m": 3, "n": 0, "p": 1, "q": 2}


def box(x, middle, rows, columns, label):
    """A box; each side is drawn in the colour of its size and named."""
    wide, high = SIZES[columns], SIZES[rows]
    top = middle - high / 2
    across, down = kit.COLOURS[NAMES[columns]], kit.COLOURS[NAMES[rows]]
    parts = [f'<rect x="{x}" y="{top:g}" width="{wide}" height="{high}" style="fill: currentColor; fill-opacity: 0.05"/>']
    for y in (top, top + high):
        parts.append(f'<path d="M{x} {y:g}h{wide}" style="stroke: {across}; stroke-width: 3.5; fill: none"/>')
    for side in (x, x + wide):
        parts.append(f'<path d="M{side} {top:g}v{high}" style="stroke: {down}; stroke-width: 3.5; fill: none"/>')
    parts.append(kit.words(columns, x + wide / 2, top - 11, size=13, style=f"fill: {across}; font-weight: 600"))
    parts.append(kit.words(rows, x - 9, middle, "end", 13, f"fill: {down}; font-weight: 600"))
    parts.append(kit.words(label, x + wide / 2, middle + SIZES["m"] / 2 + 16))
    return "".join(parts), x + wide


def strip(middle, factors):
    """Boxes and signs from left to right; returns the drawing and where it ends."""
    parts, x = [], 12
    for factor in factors:
        if isinstance(factor, str):
            parts.append(kit.words(factor, x + 14, middle, size=18))
            x += 34
            continue
        rows, columns, label = factor
        room = max(SIZES[columns] + 26, kit.width_of(label) + 8)
        left = x + (room - SIZES[columns]) / 2
        parts.append(box(left, middle, rows, columns, label)[0])
        x += room
    return "".join(parts), x


def two(first, second):
    """Two formulas, one below the other, as SVG: each a list of signs and of (rows, columns, label)."""
    upper, end = strip(74, first)
    lower, also = strip(246, second)
    width, height = max(end, also) + 2, 326
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}">{upper}{lower}</svg>\n'
