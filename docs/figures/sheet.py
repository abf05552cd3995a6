"""Blank boxes for the printable worksheet: ruled, squared, or with named columns."""

import kit

WIDTH = 680
RULE = "stroke: currentColor; stroke-width: 0.7; stroke-opacity: 0.28; fill: none"
EDGE = "fill: none; stroke: currentColor; stroke-width: 1.2"


def _paper(height: float, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" viewBox="0 0 {WIDTH} {height:g}">'
        f'{inside}<rect x="1" y="1" width="{WIDTH - 2}" height="{height - 2:g}" rx="3" style="{EDGE}"/></svg>\n'
    )


def ruled(lines: int, step: float = 30) -> str:
    """A box with lines to write on."""
    rules = "".join(f'<path d="M12 {step * (i + 1):g}H{WIDTH - 12}" style="{RULE}"/>' for i in range(lines))
    return _paper(step * lines + 12, rules)


def squared(height: float, step: float = 17) -> str:
    """A box of squared paper, for sums and matrices."""
    down = "".join(
        f'<path d="M{step * i:g} 1V{height - 1:g}" style="{RULE}"/>' for i in range(1, int(WIDTH / step) + 1)
    )
    across = "".join(
        f'<path d="M1 {step * i:g}H{WIDTH - 1}" style="{RULE}"/>' for i in range(1, int(height / step) + 1)
    )
    return _paper(height, down + across)


def columns(titles: dict[str, float], rows: int, step: float = 27) -> str:
    """A box with named columns, each with its share of the width."""
    parts, x = [], 0.0
    height = step * (rows + 1)
    for title, share in titles.items():
        parts.append(kit.words(title, x + 10, step / 2, "start", 13, "font-weight: 600"))
        x += share * WIDTH
        if x < WIDTH - 1:
            parts.append(f'<path d="M{x:g} 1V{height - 1:g}" style="{RULE}"/>')
    parts += [f'<path d="M1 {step * i:g}H{WIDTH - 1}" style="{RULE}"/>' for i in range(1, rows + 1)]
    return _paper(height, "".join(parts))


def ticks(questions: list[str], step: float = 34) -> str:
    """A box with small squares to tick and room for the answer."""
    parts = []
    for number, question in enumerate(questions):
        y = step * (number + 0.5) + 4
        parts.append(f'<rect x="12" y="{y - 8:g}" width="16" height="16" rx="2" style="{EDGE}"/>')
        parts.append(kit.words(question, 38, y, "start", 13))
        start = 38 + max(kit.width_of(text, 13) for text in questions) + 14
        parts.append(f'<path d="M{start:g} {y + 9:g}H{WIDTH - 12}" style="{RULE}"/>')
    return _paper(step * len(questions) + 8, "".join(parts))
