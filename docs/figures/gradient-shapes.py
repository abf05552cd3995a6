"""The derivative of a number by a 2-by-3 matrix: in the matrix's shape, and lying down."""

import kit

WIDE, HIGH = 62, 40
LOW = "₀₁₂₃"


def _table(x0, title, note, rows, columns, entry):
    centre = x0 + WIDE * columns / 2
    parts = [kit.words(title, centre, 10, style="font-weight: 600"), kit.words(note, centre, 32, size=12.5)]
    for i in range(rows):
        for j in range(columns):
            row, column = entry(i, j)
            parts.append(
                f'<rect x="{x0 + WIDE * j}" y="{50 + HIGH * i}" width="{WIDE}" height="{HIGH}" '
                f'style="fill: {kit.COLOURS[row - 1]}; fill-opacity: 0.2; stroke: var(--fig-quiet); stroke-width: 0.8"/>'
            )
            name = f"∂ℒ/∂W{LOW[row]}{LOW[column]}"
            parts.append(kit.words(name, x0 + WIDE * (j + 0.5), 50 + HIGH * (i + 0.5), size=12))
    return "".join(parts)


def figure() -> str:
    body = _table(12, "∂ℒ/∂W", "in the shape of W", 2, 3, lambda i, j: (i + 1, j + 1))
    second = 12 + WIDE * 3 + 80
    body += _table(second, "∂ℒ/∂Wᵀ", "numerator layout: ∂ℒ/∂W", 3, 2, lambda i, j: (j + 1, i + 1))
    width, height = second + WIDE * 2 + 26, 50 + HIGH * 3 + 2
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">{body}</svg>'
