"""How many of the wrong formulas of our collection fail on shapes: a square for each formula."""

import kit

ALL, REJECTED = 116, 20
ACROSS, CELL, STEP = 29, 14, 18


def figure() -> str:
    parts = []
    for number in range(ALL):
        x, y = STEP * (number // 4) + 2, STEP * (number % 4) + 2
        look = f"fill: {kit.COLOURS[1]}" if number < REJECTED else "fill: none; stroke: currentColor; stroke-width: 1.1"
        parts.append(f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" rx="2" style="{look}"/>')
    below = 4 * STEP + 16
    parts.append(kit.words(f"{REJECTED} of {ALL} fail on shapes", 2, below, "start", 13.5, f"fill: {kit.COLOURS[1]}; font-weight: 600"))
    width, height = STEP * ACROSS + 2, below + 12
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">{"".join(parts)}</svg>\n'
