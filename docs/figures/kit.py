"""What the figures of the book are drawn with: `plot`, `heat_map`, `graph`.

A script `docs/figures/name.py` has a function `figure()` that returns SVG text; a page shows it by

    ![What the picture shows, in words](../figures/name.svg "Caption, if it needs one")

Colours are variables of the site (`docs/assets/site.css`), so that one drawing serves light and dark
mode; the PDF has fixed ones.  Words in a figure are plain text: write z⁽¹⁾ or ∂L/∂z in Unicode (in
`graph`, also `z^{[1]}` and `W_{ij}`), not TeX.  A script may use NumPy and matplotlib; random numbers
need a seed, since the same commit must give the same bytes.

    import kit
    import numpy as np

    def figure():
        z = np.linspace(-4, 4, 200)

        def draw(axes):
            axes.plot(z, 1 / (1 + np.exp(-z)), label="σ(z)")
            axes.set_xlabel("z")
            axes.legend()

        return kit.plot(draw)
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape

COLOURS = tuple(f"var(--fig-{number})" for number in range(1, 7))
"""The palette as CSS: blue, vermilion, green, purple, ochre, grey; for drawings by hand."""

INK, QUIET, GRID = "#010203", "#010204", "#010205"
"""Colours for matplotlib that turn into those of the page: of the text, of what matters less, of a grid."""
LINES = tuple(f"#01020{digit}" for digit in "abcdef")
"""The palette for matplotlib (`color=kit.LINES[1]`); plain `axes.plot` takes them in turn."""
_CSS = {INK: "currentColor", QUIET: "var(--fig-quiet)", GRID: "var(--fig-grid)", **dict(zip(LINES, COLOURS))}
_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))


# --- plots -----------------------------------------------------------------------------------


def plot(
    draw: Callable, size: tuple[float, float] = (6.2, 3.6), rows: int = 1, columns: int = 1, **options
) -> str:
    """A matplotlib figure as SVG: `draw(axes)` draws it.

    `size` is in inches, 6.2 being the width of a text column.  With `rows` or `columns` above 1,
    `draw` gets the array of axes; `options` go to `plt.subplots` (`sharex=True`, …).  Lines differ in
    colour and in dashes.  Powers of ten on a logarithmic axis are written with raised digits.
    """
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    with matplotlib.rc_context(style()):
        drawn, axes = plt.subplots(rows, columns, figsize=size, layout="constrained", **options)
        draw(axes)
        text = svg(drawn)
        plt.close(drawn)
    return text


def style() -> dict[str, object]:
    """The settings of matplotlib (`rcParams`) for a figure of the book."""
    from cycler import cycler

    return {
        "svg.fonttype": "none", "svg.hashsalt": "checked gradients", "mathtext.fontset": "dejavusans",
        "text.parse_math": False, "axes.unicode_minus": True, "font.size": 10.0, "axes.titlesize": 10.5,
        "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none", "legend.facecolor": "none",
        "legend.edgecolor": GRID, "legend.framealpha": 1.0, "legend.frameon": False,
        "text.color": INK, "axes.labelcolor": INK, "axes.titlecolor": INK, "axes.edgecolor": QUIET,
        "xtick.color": QUIET, "ytick.color": QUIET, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
        "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.6, "axes.axisbelow": True,
        "axes.spines.top": False, "axes.spines.right": False, "lines.linewidth": 1.8, "lines.markersize": 4.5,
        "axes.prop_cycle": cycler(color=LINES, linestyle=_DASHES), "path.simplify": True,
        "path.simplify_threshold": 0.2, "xtick.minor.visible": False, "ytick.minor.visible": False,
    }  # fmt: skip


def svg(drawn) -> str:
    """A matplotlib figure, made under `style()`, as SVG with the page's colours."""
    for axes in drawn.axes:
        for axis, set_ticks in ((axes.xaxis, axes.set_xticks), (axes.yaxis, axes.set_yticks)):
            if axis.get_scale() == "log":
                axis.set_major_formatter(_power_of_ten)
                axis.set_minor_formatter("")
    out = io.StringIO()
    drawn.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _clean(out.getvalue())


def _power_of_ten(value: float, _=None) -> str:
    """1000 → 10³."""
    import math

    if value <= 0:
        return ""
    exponent = math.log10(value)
    if abs(exponent - round(exponent)) > 1e-6:
        return ""
    return "1" if round(exponent) == 0 else "10" + raised(round(exponent))


def raised(number: int | str) -> str:
    """Digits as superscripts: −3 → ⁻³."""
    return str(number).translate(str.maketrans("-−0123456789", "⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def lowered(number: int | str) -> str:
    """Digits as subscripts: 12 → ₁₂."""
    return str(number).translate(str.maketrans("-−0123456789", "₋₋₀₁₂₃₄₅₆₇₈₉"))


def _clean(text: str) -> str:
    """Without head, comments, names of groups and needless digits; colours as variables."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r'<rect x="0" y="0"[^>]*fill="none"[^>]*/>', "", text)
    for colour, css in _CSS.items():
        text = text.replace(colour, css)
    # Letters are those of the page.  A style inside of an SVG would hold for the whole page.
    text = re.sub(r"font: (?:(\d{3}|bold) )?([\d.]+)px '[^;\"]*", r"font-weight: \1; font-size: \2px", text)
    text = re.sub(r"font-weight: ;|font-family: [^;\"]*;?|(?<= )transform=\"rotate\(-?0 [^\"]*\"", "", text)
    text = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.S)
    text = re.sub(r'<path d="[^"]*" style="fill: none"/>', "", text)
    text = re.sub(r"\s*\n(?=[LQCMz])", "", text)
    text = re.sub(r"-?\d+\.\d{3,}", lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), text)
    text = re.sub(r'<svg[^>]*?width="([\d.]+)pt" height="([\d.]+)pt"[^>]*>', _head, text, count=1, flags=re.S)
    used = set(re.findall(r"#([^)\"]+)[)\"]", text))
    text = re.sub(r' id="([^"]*)"', lambda match: match[0] if match[1] in used else "", text)
    text = re.sub(r"<g>\s*</g>|(?<=[>\"])\s*\n", lambda match: "" if match[0] != "\n" else "\n", text)
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"(?<=\d) (?=[LQCMz])|(?<=[LQCM]) (?=[-\d])", "", text))


def _head(match: re.Match) -> str:
    """Points become pixels of the page, a third more."""
    width, height = float(match[1]), float(match[2])
    head = _svg_head(width * 4 / 3, height * 4 / 3, f"0 0 {width:g} {height:g}")
    return head[:-1] + ' stroke-linejoin="round">'


def _svg_head(width: float, height: float, box: str = "") -> str:
    box = box or f"0 0 {width:g} {height:g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="{box}">'
    )


# --- text by hand ------------------------------------------------------------------------------

SIZE = 14.0
"""Letters of `graph` and `heat_map`, in pixels."""
_SCRIPT = re.compile(r"([_^])(?:\{([^{}]*)\}|(\w))")


def width_of(text: str, size: float = SIZE) -> float:
    """About how wide a text is."""
    whole = _SCRIPT.sub(lambda match: "", text)
    small = sum(len(match[2] or match[3]) for match in _SCRIPT.finditer(text))
    narrow = sum(letter in " .,:;'|()[]{}ijltfr!′⁽⁾" for letter in whole)
    wide = sum(letter in "MWmw∂∑@—→←" for letter in whole)
    return size * (0.56 * len(whole) - 0.22 * narrow + 0.22 * wide + 0.44 * small)


def words(text: str, x: float, y: float, anchor: str = "middle", size: float = SIZE, style: str = "") -> str:
    """A line of text; `z^{[1]}` and `W_{ij}` have small letters above and below."""
    parts, position, shift = [], 0, 0.0

    def piece(content: str, wanted: float, small: bool) -> None:
        nonlocal shift
        dy = f' dy="{wanted - shift:.1f}"' if abs(wanted - shift) > 0.05 else ""
        look = f' font-size="{0.72 * size:.1f}"' if small else ""
        parts.append(f"<tspan{dy}{look}>{escape(content)}</tspan>" if dy or look else escape(content))
        shift = wanted

    for match in _SCRIPT.finditer(text):
        if text[position : match.start()]:
            piece(text[position : match.start()], 0.0, False)
        piece(match[2] or match[3], -0.38 * size if match[1] == "^" else 0.22 * size, True)
        position = match.end()
    if text[position:]:
        piece(text[position:], 0.0, False)
    return (
        f'<text x="{x:.1f}" y="{y + 0.35 * size:.1f}" text-anchor="{anchor}" font-size="{size:g}" '
        f'style="fill: currentColor;{style}">{"".join(parts)}</text>'
    )


# --- heat maps -----------------------------------------------------------------------------------


def heat_map(
    *matrices: Sequence[Sequence[float]],
    titles: Sequence[str] = (),
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    digits: int | None = 2,
    cell: tuple[float, float] = (52, 34),
) -> str:
    """Matrices as coloured tables, side by side, on one scale: positive blue, negative orange, zero blank.

    `rows` and `columns` name them, `digits` is the number of decimals of the numbers in the cells
    (None: no numbers, for large matrices with small cells, `cell=(14, 14)`).
    """
    tables = [[[float(entry) for entry in row] for row in matrix] for matrix in matrices]
    largest = max((abs(entry) for table in tables for row in table for entry in row), default=0.0) or 1.0
    wide, high = cell
    left = max((width_of(name) for name in rows), default=0.0) + (10 if rows else 2)
    top = (26 if titles else 2) + (22 if columns else 0)
    parts, x, bottom = [], 0.0, 0.0
    for number, table in enumerate(tables):
        across = wide * len(table[0])
        shift = max(0.0, (width_of(titles[number]) - across) / 2) if titles else 0.0
        x0 = x + left + shift
        if titles:
            parts.append(words(titles[number], x0 + across / 2, 11, style="font-weight: 600"))
        for place, name in enumerate(columns):
            parts.append(words(name, x0 + wide * (place + 0.5), top - 11))
        for line, row in enumerate(table):
            y = top + high * line
            if rows:
                parts.append(words(rows[line], x0 - 8, y + high / 2, "end"))
            for place, entry in enumerate(row):
                strength = 0.62 * abs(entry) / largest
                colour = COLOURS[0] if entry > 0 else COLOURS[1]
                fill = f"fill: {colour}; fill-opacity: {strength:.3f}" if strength > 0.004 else "fill: none"
                parts.append(
                    f'<rect x="{x0 + wide * place:.1f}" y="{y:.1f}" width="{wide:g}" height="{high:g}" '
                    f'style="{fill}; stroke: var(--fig-quiet); stroke-width: 0.6"/>'
                )
                if digits is not None:
                    shown = f"{entry:.{digits}f}"
                    shown = shown.lstrip("-") if float(shown) == 0 else shown.replace("-", "−")
                    parts.append(words(shown, x0 + wide * (place + 0.5), y + high / 2, size=13))
        x = x0 + across + shift + 28
        bottom = max(bottom, top + high * len(table))
    return _svg_head(x - 26, bottom + 2) + "".join(parts) + "</svg>\n"


# --- graphs --------------------------------------------------------------------------------------


def graph(
    nodes: Mapping[str, tuple],
    edges: Sequence[tuple],
    backward: Sequence[tuple] = (),
    gap: float = 34,
    row_gap: float = 46,
) -> str:
    """Boxes and arrows.

    `nodes`: name → (column, row, label) or (column, row, label, kind); columns and rows are numbers
    from 0 (0.5 is between two), a label may have several lines ("z = xW + b\\n1 × n"), `kind` is
    "box" (default), "round" for an operation, "plain" for no border, "strong" for what matters.
    `edges`: (from, to) or (from, to, label), drawn forward.  `backward`: the same, dashed, in another
    colour, beside the forward edge of the same two nodes.  `gap` is the least room between columns.
    """
    boxes = {}
    for name, (column, row, label, *kind) in nodes.items():
        lines = label.split("\n")
        boxes[name] = (column, row, lines, kind[0] if kind else "box",
                       max(max(width_of(line) for line in lines) + 20, 34), 19.0 * len(lines) + 13)  # fmt: skip
    links = [(*edge[:2], edge[2] if len(edge) > 2 else "", False) for edge in edges]
    links += [(*edge[:2], edge[2] if len(edge) > 2 else "", True) for edge in backward]
    for start, end, _, _ in links:
        for name in (start, end):
            if name not in boxes:
                raise ValueError(f"an edge names the node {name!r}, which is not among the nodes: {', '.join(boxes)}")
    columns = _columns(boxes, links, gap)
    heights = {}
    for box in boxes.values():
        heights[box[1]] = max(heights.get(box[1], 0.0), box[5])
    tops, y = {}, 0.0
    order = sorted(heights)
    for place, row in enumerate(order):
        if place:
            y += (heights[order[place - 1]] + heights[row]) / 2 + row_gap * min(row - order[place - 1], 1)
        tops[row] = y
    centres = {name: (columns[box[0]], tops[box[1]]) for name, box in boxes.items()}
    pairs = {frozenset(link[:2]) for link in links if link[3]} & {frozenset(link[:2]) for link in links if not link[3]}
    parts, extent = [], []
    for name, (_, _, lines, kind, wide, high) in boxes.items():
        x, y = centres[name]
        extent += [(x - wide / 2, y - high / 2), (x + wide / 2, y + high / 2)]
        parts.append(_box(x, y, wide, high, kind))
        for number, line in enumerate(lines):
            parts.append(words(line, x, y + 19 * (number - (len(lines) - 1) / 2), size=SIZE if number == 0 else 12.5))
    for start, end, label, back in links:
        beside = 6.0 if frozenset((start, end)) in pairs else 0.0
        drawn, reach = _arrow(centres[start], centres[end], boxes[start][4:], boxes[end][4:], label, back, beside)
        parts.append(drawn)
        extent += reach
    left, top = min(x for x, _ in extent) - 4, min(y for _, y in extent) - 4
    right, bottom = max(x for x, _ in extent) + 4, max(y for _, y in extent) + 4
    head = _svg_head(right - left, bottom - top, f"{left:.1f} {top:.1f} {right - left:.1f} {bottom - top:.1f}")
    return head + "\n".join(parts) + "</svg>\n"


def _columns(boxes: Mapping, links: Sequence, gap: float) -> dict[float, float]:
    """The middle of each column: far enough apart for the boxes and for what is written on the edges."""
    order = sorted({box[0] for box in boxes.values()})
    widths = {column: max(box[4] for box in boxes.values() if box[0] == column) for column in order}
    middles = {order[0]: 0.0}
    for before, column in zip(order, order[1:]):
        room = gap
        for start, end, label, _ in links:
            if {boxes[start][0], boxes[end][0]} == {before, column} and boxes[start][1] == boxes[end][1]:
                room = max(room, width_of(label, 13) + 26 if label else 0)
        middles[column] = middles[before] + (widths[before] + widths[column]) / 2 + room
    return middles


def _box(x: float, y: float, wide: float, high: float, kind: str) -> str:
    if kind == "plain":
        return ""
    look = {
        "box": "fill: none; stroke: currentColor; stroke-width: 1.2",
        "round": "fill: var(--fig-grid); stroke: currentColor; stroke-width: 1.2",
        "strong": f"fill: {COLOURS[0]}; fill-opacity: 0.18; stroke: {COLOURS[0]}; stroke-width: 2",
    }
    if kind not in look:
        raise ValueError(f"no kind of node is called {kind!r}: {', '.join([*look, 'plain'])}")
    corner = high / 2 if kind == "round" else 4
    return (
        f'<rect x="{x - wide / 2:.1f}" y="{y - high / 2:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="{corner:g}" '
        f'style="{look[kind]}"/>'
    )


def _arrow(start, end, from_size, to_size, label, back, beside):
    """A line from border to border with its head and words, and the points that it reaches."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    ux, uy = dx / length, dy / length
    # The left-hand side of the way: two arrows between two boxes keep to it, and do not meet.
    nx, ny = uy * beside, -ux * beside
    x1, y1 = _border(start, from_size, ux, uy)
    x2, y2 = _border(end, to_size, -ux, -uy)
    x1, y1, x2, y2 = x1 + nx + ux, y1 + ny + uy, x2 + nx - 2 * ux, y2 + ny - 2 * uy
    colour = COLOURS[1] if back else "currentColor"
    dash = "; stroke-dasharray: 5 3" if back else ""
    tip = 7.0
    bx, by = x2 - ux * tip, y2 - uy * tip
    parts = [
        f'<path d="M{x1:.1f} {y1:.1f}L{bx:.1f} {by:.1f}" style="fill: none; stroke: {colour}; stroke-width: 1.4{dash}"/>',
        f'<path d="M{x2:.1f} {y2:.1f}L{bx - uy * 4:.1f} {by + ux * 4:.1f}L{bx + uy * 4:.1f} {by - ux * 4:.1f}z" '
        f'style="fill: {colour}"/>',
    ]
    reach = [(x1, y1), (x2, y2)]
    if label:
        mx, my = (x1 + x2) / 2, (y1 + y2) / 2
        wide = width_of(label, 13)
        look = f"fill: {colour}" if back else ""
        if abs(uy) < 0.35:
            # Of two, the one on the way there has its words above when it runs above.
            above = -1 if (ny < 0 or not beside) else 1
            y = my + above * 14
            parts.append(words(label, mx, y, size=13, style=look))
            reach += [(mx - wide / 2, y - 10), (mx + wide / 2, y + 10)]
        else:
            right = nx > 0 or (not beside and ux >= 0)
            x = mx + (9 if right else -9)
            parts.append(words(label, x, my, "start" if right else "end", 13, look))
            reach += [(x, my - 10), (x + (wide if right else -wide), my + 10)]
    return "".join(parts), reach


def _border(centre, size, ux, uy):
    """Where the way out of a box in this direction crosses its border."""
    half_wide, half_high = size[0] / 2, size[1] / 2
    along = min(half_wide / abs(ux) if ux else 1e9, half_high / abs(uy) if uy else 1e9)
    return centre[0] + ux * along, centre[1] + uy * along
