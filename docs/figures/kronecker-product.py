"""The Kronecker product: behind each entry of the first matrix, its colour, stands the whole second one, its shades."""

import kit

CELL = 34
SHADES = ((0.08, 0.22), (0.36, 0.5))


def _cell(x: float, y: float, fill: str, opacity: float, text: str = "") -> str:
    border = "stroke: var(--fig-quiet); stroke-width: 0.6" if text else "stroke: none"
    square = (
        f'<rect x="{x:g}" y="{y:g}" width="{CELL}" height="{CELL}" '
        f'style="fill: {fill}; fill-opacity: {opacity:g}; {border}"/>'
    )
    return square + (kit.words(text, x + CELL / 2, y + CELL / 2, size=13) if text else "")


def figure() -> str:
    parts = []
    top, first, second, result = 26, 2, 150, 262
    for j in range(2):
        for c in range(3):
            fill = kit.COLOURS[3 * j + c]
            parts.append(_cell(first + CELL * c, top + CELL * (j + 1), fill, 0.35, f"Q_{{{j + 1}{c + 1}}}"))
            for i in range(2):
                for k in range(2):
                    x, y = result + CELL * (2 * c + k), top + CELL * (2 * j + i)
                    parts.append(_cell(x, y, fill, SHADES[i][k]))
            x, y = result + 2 * CELL * c, top + 2 * CELL * j
            parts.append(
                f'<rect x="{x:g}" y="{y:g}" width="{2 * CELL}" height="{2 * CELL}" '
                f'style="fill: none; stroke: currentColor; stroke-width: 1.6"/>'
            )
            parts.append(kit.words(f"Q_{{{j + 1}{c + 1}}} A", x + CELL, y + CELL, style="font-weight: 600"))
    for i in range(2):
        for k in range(2):
            x, y = second + CELL * k, top + CELL * (i + 1)
            parts.append(_cell(x, y, "currentColor", SHADES[i][k], f"A_{{{i + 1}{k + 1}}}"))
    middle = top + 2 * CELL
    parts += [
        kit.words("⊗", (first + 3 * CELL + second) / 2, middle, size=18),
        kit.words("=", (second + 2 * CELL + result) / 2, middle, size=18),
        kit.words("Q: 2 × 3", first + 1.5 * CELL, top + 3 * CELL + 16, size=12.5),
        kit.words("A: 2 × 2", second + CELL, top + 3 * CELL + 16, size=12.5),
        kit.words("Q ⊗ A: (2 · 2) × (3 · 2)", result + 3 * CELL, top + 4 * CELL + 16, size=12.5),
    ]
    width, height = result + 6 * CELL + 2, top + 4 * CELL + 28
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>\n'
    )
