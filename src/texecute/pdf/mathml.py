"""One formula: MathML Core, as math-core writes it, → Typst's math.

Spacing is Typst's own, which follows TeX; where math-core says outright that an operator stands
as an ordinary symbol, as a binary operator or as a relation, it is told so.  An element without a
rule is an error: no formula is set with a hole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from texecute.pdf import signs
from texecute.pdf.markup import string
from texecute.pdf.signs import Unsupported
from texecute.pdf.tree import Node

ACCENTS = {
    "^": "hat", "ˆ": "hat", "\u0302": "hat", "~": "tilde", "˜": "tilde", "\u0303": "tilde", "¯": "macron",
    "ˉ": "macron", "\u0304": "macron", "˙": "dot", "\u0307": "dot", ".": "dot", "¨": "dot.double",
    "\u0308": "dot.double", "ˇ": "caron", "´": "acute", "`": "grave", "˘": "breve", "→": "arrow",
    "\u20d7": "arrow", "←": "arrow.l",
}  # fmt: skip
OVER = {"⏞": "overbrace", "⎴": "overbracket", "‾": "overline", "\u0305": "overline", "\u0332": "overline"}
UNDER = {"⏟": "underbrace", "⎵": "underbracket", "_": "underline", "‾": "underline", "\u0332": "underline"}
ARROWS = frozenset("→←↔⇒⇐⇔↦⟶⟵⟹")
_EMPTY = "#[]"


def to_typst(math: Node) -> str:
    """What stands between the dollars of a Typst equation."""
    if math.tag != "math":
        raise Unsupported(f"<{math.tag}> where a formula should be")
    inside = math.elements
    if len(inside) == 1 and inside[0].tag == "mtable" and _is_aligned(inside[0]):
        body = _aligned_rows(inside[0])
    else:
        body = _row(inside)
    # Spaces beside quoted text would be set: see `signs.words`.
    return re.sub(" *\x01 *", "", body)


def _row(nodes: Iterable[Node]) -> str:
    parts, nodes, at = [], list(nodes), 0
    while at < len(nodes):
        if _dots(nodes[at : at + 3]):
            parts.append("dots.h")
            at += 3
        elif at + 1 < len(nodes) and _is_apply(nodes[at + 1]) and nodes[at].tag == "mrow":
            parts.append(_operator(nodes[at], None))
            at += 2
        else:
            parts.append(_convert(nodes[at]))
            at += 1
    return " ".join(filter(None, parts)) or _EMPTY


def _convert(node: Node) -> str:
    rule = RULES.get(node.tag)
    if rule is None:
        raise Unsupported(f"the element <{node.tag}>")
    return rule(node)


def _argument(node: Node) -> str:
    """One argument of a call: no bare comma or semicolon is left in it, since all signs are escaped."""
    return _convert(node) or _EMPTY


def _dots(nodes: list[Node]) -> bool:
    return len(nodes) == 3 and all(node.tag == "mo" and node.text == "." for node in nodes)


# Groups


def _is_apply(node: Node) -> bool:
    return node.tag == "mo" and node.text == "\u2061"


def _name(node: Node) -> str | None:
    """The words of `<mrow><mspace/><mi>softmax</mi></mrow>`."""
    inside = [child for child in node.elements if not (child.tag == "mspace" and not child.attributes)]
    if node.tag == "mrow" and len(inside) == 1 and inside[0].tag == "mi" and len(node.elements) == 2:
        return inside[0].text if len(inside[0].text.strip("\ufe00\ufe01")) > 1 else None
    return None


def _operator(node: Node, limits: bool | None) -> str:
    """The name of a function, with the space that it has."""
    name = _name(node)
    if name is None:
        return _convert(node)
    return f"op({string(name)})" if limits is None else f"op({string(name)}, limits: #{'true' if limits else 'false'})"


def _group(node: Node) -> str:
    nodes = node.elements
    if node.get("style").startswith("color:"):
        colour = node.get("style").split(":")[1].strip(" ;")
        return f"#text(fill: rgb({string(colour)}))[$ {_row(nodes)} $]"
    name = _name(node)
    if name is not None:
        return f"op({string(name)})"
    binomial = _binomial(nodes)
    if binomial:
        return binomial
    if len(nodes) >= 2 and _stretches(nodes[0]) and _stretches(nodes[-1]):
        return f"lr({_row(nodes)})"
    body = _row(nodes)
    if node.get("displaystyle"):
        return f"{'display' if node.get('displaystyle') == 'true' else 'inline'}({body})"
    return body if nodes else ""


def _stretches(node: Node) -> bool:
    return node.tag == "mo" and node.get("stretchy") != "false" and (node.text in signs.FENCES or node.text == "\u2063")


def _binomial(nodes: list[Node]) -> str | None:
    if [node.tag for node in nodes] != ["mo", "mfrac", "mo"] or nodes[1].get("linethickness") != "0":
        return None
    if (nodes[0].text, nodes[2].text) != ("(", ")"):
        return None
    return f"binom({', '.join(map(_argument, nodes[1].elements))})"


def _padded(node: Node) -> str:
    if node.get("width") == "0" or node.get("height") == "0":
        raise Unsupported("space of one direction only (\\hphantom, \\vphantom)")
    body = _row(node.elements)
    return f'class("normal", {body})' if "padding-left:0;" in node.get("style") else body


def _phantom(node: Node) -> str:
    return f"#hide[${_row(node.elements)}$]"


def _enclosed(node: Node) -> str:
    body = _row([child for child in node.elements if not child.get("class").startswith("menclose")])
    notation = node.get("notation")
    if notation == "box":
        return f"#box(stroke: 0.5pt, inset: 0.3em, baseline: 0.3em)[$display({body})$]"
    if notation.endswith("diagonalstrike"):
        inverted = ", inverted: #true" if notation == "downdiagonalstrike" else ""
        return f"cancel({body}{inverted})"
    raise Unsupported(f"<menclose notation={string(notation)}>")


def _fraction(node: Node) -> str:
    above, below = map(_argument, node.elements)
    if node.get("linethickness") == "0":
        return f"mat(delim: #none, row-gap: #0.2em, {above}; {below})"
    made = f"frac({above}, {below})"
    style = {"true": "display", "false": "inline"}.get(node.get("displaystyle"))
    return f"{style}({made})" if style else made


def _root(node: Node) -> str:
    if node.tag == "msqrt":
        return f"sqrt({_row(node.elements)})"
    inside, index = node.elements
    return f"root({_argument(index)}, {_argument(inside)})"


# Scripts


def _scripts(node: Node) -> str:
    base, *others = node.elements
    below = others[0] if node.tag in ("msub", "msubsup") else None
    above = others[-1] if node.tag in ("msup", "msubsup") else None
    return _attach(_base(base, limits=False), below, above)


def _base(node: Node, limits: bool) -> str:
    name = _name(node)
    if name is not None:
        return _operator(node, limits)
    if node.tag == "mo" and node.text in signs.LARGE:
        return f"{'limits' if limits else 'scripts'}({signs.sign(node.text)})"
    if limits:
        return f"limits({_argument(node)})"
    return f"scripts({_argument(node)})" if node.tag == "mo" else _argument(node)


def _attach(base: str, below: Node | None, above: Node | None) -> str:
    places = []
    if below is not None and _shown(below):
        places.append(f"b: {_argument(below)}")
    if above is not None and _shown(above):
        primes, rest = _leading_primes(above)
        if primes:
            places.append(f"{'tr' if rest else 't'}: #math.primes({primes})")
        if rest:
            places.append(f"t: {_row(rest)}")
    return f"attach({', '.join([base, *places])})" if places else base


def _shown(node: Node) -> bool:
    return not (node.tag == "mrow" and not node.elements)


def _leading_primes(node: Node) -> tuple[int, list[Node]]:
    """How many primes a superscript begins with, and what else is in it."""
    nodes = node.elements if node.tag == "mrow" and not node.attributes else [node]
    count = 0
    while nodes and nodes[0].tag == "mo" and nodes[0].text in signs.PRIMES:
        count += signs.PRIMES[nodes[0].text]
        nodes = nodes[1:]
    return (count, nodes) if count else (0, [node])


def _limits(node: Node) -> str:
    base, *others = node.elements
    below = others[0] if node.tag in ("munder", "munderover") else None
    above = others[-1] if node.tag in ("mover", "munderover") else None
    arrow = _long_arrow(base, below, above)
    if arrow:
        return arrow
    if node.tag != "munderover":
        mark = others[0].text if others[0].tag == "mo" else ""
        drawn = _drawn(node, base, mark, others[0])
        if drawn:
            return drawn
        if base.tag == node.tag and base.elements[1].tag == "mo":  # a brace, and what is said of it
            table = UNDER if node.tag == "munder" else OVER
            name = table.get(base.elements[1].text)
            if name in ("underbrace", "underbracket", "overbrace", "overbracket"):
                return f"{name}({_argument(base.elements[0])}, {_argument(others[0])})"
    movable = base.tag == "mo" and base.text in signs.LARGE and base.get("movablelimits") != "false"
    return _attach(signs.sign(base.text) if movable else _base(base, limits=True), below, above)


def _drawn(node: Node, base: Node, mark: str, sign: Node) -> str | None:
    """An accent, a line or a brace."""
    table = OVER if node.tag == "mover" else UNDER
    if mark in table and (node.get("accent") or node.get("accentunder") or table[mark].endswith("brace")):
        return f"{table[mark]}({_argument(base)})"
    if node.tag == "mover" and node.get("accent") == "true":
        if mark not in ACCENTS:
            raise Unsupported(f"the accent {mark}")
        size = ", size: #0%" if sign.get("stretchy") == "false" else ""
        return f"accent({_argument(base)}, {ACCENTS[mark]}{size})"
    return None


def _long_arrow(base: Node, below: Node | None, above: Node | None) -> str | None:
    """`\\xrightarrow{…}`: the words stand in a group that is padded with spaces."""
    words = [node for node in (below, above) if node is not None]
    if base.tag != "mo" or base.text not in ARROWS or not words:
        return None
    if not all(node.tag in ("mover", "munder") and node.elements[-1].tag == "mspace" for node in words):
        return None

    def inner(node: Node) -> Node:
        return Node("mrow", {}, [c for c in node.elements[0].elements if c.tag != "mspace"])

    shown = [inner(node) if node is not None else None for node in (below, above)]
    return _attach(f"limits(stretch({base.text}, size: #(100% + 0.8em)))", *shown)


def _multiscripts(node: Node) -> str:
    base, *others = node.elements
    at = next((i for i, child in enumerate(others) if child.tag == "mprescripts"), len(others))
    after, before = others[:at], others[at + 1 :]
    if len(after) > 2 or len(before) > 2:
        raise Unsupported("more than one pair of scripts on a side")
    places = zip(("br", "tr", "bl", "tl"), (*after, *[None] * (2 - len(after)), *before))
    shown = [f"{place}: {_argument(child)}" for place, child in places if child is not None and _shown(child)]
    return f"attach({', '.join([_argument(base), *shown])})"


# Tables


def _is_aligned(table: Node) -> bool:
    return table.get("displaystyle") == "true"


def _rows(table: Node) -> list[list[Node]]:
    return [row.elements for row in table.elements]


def _aligned_rows(table: Node) -> str:
    """Rows of a derivation, at the top of a formula: alignment points between the cells."""
    return " \\ ".join(" & ".join(map(_cell, row)) for row in _rows(table))


def _cell(cell: Node) -> str:
    return _row(cell.elements) if cell.elements else ""


def _table(table: Node) -> str:
    """A matrix without brackets: they stand around it."""
    rows = _rows(table)
    width = max(map(len, rows), default=0)
    styles = [_column_style(rows, column) for column in range(width)]
    display = _is_aligned(table)
    lines = []
    for row in rows:
        cells = []
        for column in range(width):
            body = _cell(row[column]) if column < len(row) else ""
            body = f"display({body})" if display and body else body or _EMPTY
            cells.append({"right": f"{body} &", "left": f"& {body}"}.get(styles[column], body))
        lines.append(", ".join(cells))
    wide = any("padding-left:1em" in cell.get("style") for row in rows for cell in row)
    gap = "1em" if wide else "0em" if display else "0.8em"
    high = any(child.tag in ("mfrac", "mtable") for child in table.walk() if child is not table)
    options = f"delim: #none, row-gap: #{'0.6em' if display else '0.5em' if high else '0.35em'}, column-gap: #{gap}{_lines(rows)}"
    return f"mat({options}, {'; '.join(lines)})"


def _column_style(rows: list[list[Node]], column: int) -> str:
    styles = [row[column].get("style") for row in rows if column < len(row)]
    for side in ("left", "right"):
        if styles and all(f"text-align: {side}" in style for style in styles):
            return side
    return "center"


def _lines(rows: list[list[Node]]) -> str:
    """The rules between rows and columns."""
    down = {i + 1 for row in rows for i, cell in enumerate(row) if "border-right" in cell.get("style")}
    down |= {i for row in rows for i, cell in enumerate(row) if "border-left" in cell.get("style")}
    across = {i for i, row in enumerate(rows) if any("border-top" in cell.get("style") for cell in row)}
    across |= {i + 1 for i, row in enumerate(rows) if any("border-bottom" in cell.get("style") for cell in row)}
    if not down and not across:
        return ""
    listed = ", ".join(
        f"{name}: ({''.join(f'{place}, ' for place in sorted(places))})"
        for name, places in (("hline", across), ("vline", down))
        if places
    )
    return f", augment: #({listed}, stroke: 0.5pt)"


def _nothing(node: Node) -> str:
    return ""


RULES: dict[str, Callable[[Node], str]] = {
    "menclose": _enclosed,
    "mfrac": _fraction,
    "mi": signs.identifier,
    "mmultiscripts": _multiscripts,
    "mn": signs.number,
    "mo": signs.operator,
    "mover": _limits,
    "mpadded": _padded,
    "mphantom": _phantom,
    "mroot": _root,
    "mrow": _group,
    "mspace": signs.space,
    "msqrt": _root,
    "mstyle": _group,
    "msub": _scripts,
    "msubsup": _scripts,
    "msup": _scripts,
    "mtable": _table,
    "mtext": signs.words,
    "munder": _limits,
    "munderover": _limits,
    "none": _nothing,
}
