"""How wide the columns of a table must be."""

from __future__ import annotations

import re

from texecute.pdf.markup import array
from texecute.pdf.tree import Node

# `<span data-tx="3">` stands for formula 3 of a page.
MARKER = "data-tx"
# So many characters of text fit on a line of a table, and so many are lost beside each column.
LINE, GAP = 96, 3


def column_widths(rows: list[list[Node]]) -> str:
    """How many columns a table has; or their widths, if a long name would stand out of a column.

    Typst gives each column what it asks for, up to an equal share of the line, and does not look at words.
    """
    columns = list(zip(*rows))
    full = [max(len(" ".join(cell.text.split())) for cell in column) + GAP for column in columns]
    words = [max(_longest_word(cell) for cell in column) + GAP for column in columns]
    widths: dict[int, float] = {}
    torn = False
    while len(widths) < len(columns):
        waiting = [column for column in range(len(columns)) if column not in widths]
        share = (LINE - sum(widths.values())) / len(waiting)
        fixed = {column: full[column] for column in waiting if full[column] <= share}
        if not fixed:
            fixed = {column: words[column] for column in waiting if words[column] > share}
            torn = torn or bool(fixed)
        widths |= fixed or dict.fromkeys(waiting, share)
    return array(f"{widths[column]:.3g}fr" for column in range(len(columns))) if torn else str(len(columns))


def _longest_word(cell: Node) -> int:
    """Of what stands in one piece: formulas break, and so does long code behind a brace."""
    text = "".join(child if isinstance(child, str) else _unbroken(child) for child in cell.children)
    return max(map(len, re.split(r"\s|(?<=})", text)))


def _unbroken(node: Node) -> str:
    return " " if node.get(MARKER) else "".join(c if isinstance(c, str) else _unbroken(c) for c in node.children)
