"""Two inputs, three variables in between, one loss: the ways of the first input are drawn strong."""

import kit

INPUTS = (("s_1 = 1", 70), ("s_2 = 2", 170))
MIDDLE = (("y_1 = s_1s_2 = 2", 20), ("y_2 = s_1 + s_2 = 3", 120), ("y_3 = s_2² = 4", 220))
JACOBIAN = ((2, 1), (1, 1), (0, 4))
GRADIENT = (1, 4, 3)
HIGH = 32


def _box(left, middle, wide, label, colour="currentColor", strong=False):
    fill = f"fill: {colour}; fill-opacity: 0.18" if strong else "fill: none"
    return (
        f'<rect x="{left}" y="{middle - HIGH / 2:g}" width="{wide}" height="{HIGH}" rx="4" '
        f'style="{fill}; stroke: {colour}; stroke-width: 1.3"/>' + kit.words(label, left + wide / 2, middle)
    )


def _arrow(x1, y1, x2, y2, label, strong, part):
    """An arrow; its label stands on it, at this part of the way."""
    colour = kit.COLOURS[0] if strong else "var(--fig-quiet)"
    width = 2.2 if strong else 1
    dx, dy = x2 - x1, y2 - y1
    length = (dx * dx + dy * dy) ** 0.5
    ux, uy = dx / length, dy / length
    bx, by = x2 - 8 * ux, y2 - 8 * uy
    text = f"fill: {colour}; font-weight: 600" if strong else f"fill: {colour}"
    return (
        f'<path d="M{x1} {y1}L{bx:.1f} {by:.1f}" style="fill: none; stroke: {colour}; stroke-width: {width}"/>'
        f'<path d="M{x2} {y2}L{bx - 4 * uy:.1f} {by + 4 * ux:.1f}L{bx + 4 * uy:.1f} {by - 4 * ux:.1f}z" style="fill: {colour}"/>'
        + kit.words(label, x1 + part * dx, y1 + part * dy - 11, size=13, style=text)
    )


def figure() -> str:
    parts = []
    for strong in (False, True):
        for j, (_, y1) in enumerate(INPUTS):
            if (j == 0) == strong:
                for i, (_, y2) in enumerate(MIDDLE):
                    if JACOBIAN[i][j]:
                        part = 0.5 if abs(y1 - y2) < 60 else 0.3
                        parts.append(_arrow(76, y1, 196, y2, str(JACOBIAN[i][j]), strong, part))
    for i, (_, y) in enumerate(MIDDLE):
        used = JACOBIAN[i][0] != 0
        parts.append(_arrow(330, y, 424, 120 + 6 * (i - 1), str(GRADIENT[i]), used, 0.45))
    for j, (label, y) in enumerate(INPUTS):
        parts.append(_box(2, y, 72, label, kit.COLOURS[0] if j == 0 else "currentColor", j == 0))
    for label, y in MIDDLE:
        parts.append(_box(198, y, 130, label))
    parts.append(_box(426, 120, 60, "ℓ = 14"))
    parts.append(
        kit.words("strong: 2 · 1 + 1 · 4 + 0 · 3 = 6", 2, 268, "start", 13.5, f"fill: {kit.COLOURS[0]}; font-weight: 600")
    )
    parts.append(kit.words("(an arrow with the factor 0 is left out)", 246, 268, "start", 12.5))
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="488" height="284" viewBox="0 0 488 284">{"".join(parts)}</svg>\n'
