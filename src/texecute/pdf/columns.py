"""How wide the columns of a table must be."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from texecute.pdf.markup import array
from texecute.pdf.tree import Node

# `<span data-tx="3">` stands for formula 3 of a page.
MARKER = "data-tx"
# So many characters of text fit on a line of a table, and so many are lost beside each column.
LINE, GAP = 96, 3
# Code of more characters may break; as in template.typ.
LONG = 16


def column_widths(rows: list[list[Node]], said: Callable[[Node], float] = lambda cell: 0) -> str:
    """How many columns a table has; or their widths, if it is wider than the line.

    Typst gives such columns equal shares of the line, and does not look at words.  Here each has at least
    its longest word, and the rest of the line goes where it saves the most lines.  `said` is how much room
    the formulas of a cell take, in characters.
    """
    columns = list(zip(*rows))
    full = [[len(" ".join(cell.text.split())) + said(cell) + GAP for cell in column] for column in columns]
    if sum(map(max, full)) <= LINE:
        return str(len(columns))
    widths = [max(map(_longest_word, column)) + GAP for column in columns]
    for _ in range(sum(widths), LINE):
        gains = [0.0] * len(columns)
        for row in zip(*full):
            heights = [size / width for size, width in zip(row, widths)]
            highest = heights.index(max(heights))
            gains[highest] += heights[highest] / widths[highest]
        widths[gains.index(max(gains))] += 1
    return array(f"{width}fr" for width in widths) if len(set(widths)) > 1 else str(len(columns))


def formula_width(node: Node) -> float:
    """About how many characters a formula in a line takes."""
    parts = [formula_width(child) for child in node.elements]
    if node.tag == "mfrac":
        return 0.8 * max(parts)
    if node.tag in ("msub", "msup", "msubsup", "munder", "mover", "munderover"):
        return parts[0] + 0.7 * max(parts[1:])
    if node.tag == "mo":
        return 2.0 if node.text in "=≈≠≤≥<>∈→↦+−" else 1.0
    return sum(parts) if parts else len(node.text)


def _longest_word(cell: Node) -> int:
    """Of what stands in one piece: formulas break, and so does long code behind a brace or an underscore."""
    text = "".join(child if isinstance(child, str) else _unbroken(child) for child in cell.children)
    longest = max(map(len, re.split(r"\s", text)))
    return math.ceil(1.25 * longest) if cell.tag == "th" else longest


def _unbroken(node: Node) -> str:
    if node.get(MARKER):
        return " "
    if node.tag == "code":
        return " ".join(re.sub("(?<=[_}])", " ", word) if len(word) > LONG else word for word in node.text.split())
    return "".join(child if isinstance(child, str) else _unbroken(child) for child in node.children)
