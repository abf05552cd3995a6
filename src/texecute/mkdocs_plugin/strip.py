"""A part of a formula as boxes: rows × columns to scale, with the sizes, inner sizes of products marked."""

from __future__ import annotations

import re
from html import escape

from texecute.factors import Box
from texecute.mkdocs_plugin.typesetting import TypesettingError, typeset

# Unlike sizes of one formula are unlike in length; which is longer means nothing.
_LENGTHS = (34, 22, 44, 28, 39, 17, 49, 31)
_WORDS = {"·": "times", "∘": "entry by entry with", "+": "plus", "−": "minus", "⊗": "Kronecker"}


def strip(boxes: tuple[Box, ...], lengths: dict[str, int]) -> str:
    """An SVG with a text alternative; `lengths` remembers the sizes of one formula."""
    tall = max(_length(rows, lengths) for _, rows, _ in boxes if rows)
    middle = 13 + tall / 2
    drawn, x = [], 1.0
    for at, (sign, rows, columns) in enumerate(boxes):
        if sign:
            mark = '<tspan class=x>✗</tspan>' if sign.endswith("✗") else ""
            drawn.append(f'<text x="{x + (12 if mark else 7):.0f}" y="{middle + 4:.0f}" class=o>{escape(sign.removesuffix("✗"))}{mark}</text>')
            x += 8 + 6 * len(sign)
        if not rows:
            continue
        inner = at + 1 < len(boxes) and boxes[at + 1][0] == "·" and boxes[at + 1][1] == columns
        matched = sign == "·" and boxes[at - 1][2] == rows
        high, wide = _length(rows, lengths), _length(columns, lengths)
        label, room = _label(rows)
        above, over = _label(columns)
        x += room + 2
        drawn.append(f'<text x="{x - 2:.0f}" y="{middle + 3:.0f}" class="r{" i" * matched}">{label}</text>')
        left = x + max(0, (over - wide) / 2)
        drawn.append(f'<rect x="{left:.0f}" y="{middle - high / 2:.0f}" width="{wide}" height="{high}"/>')
        drawn.append(f'<text x="{left + wide / 2:.0f}" y="{middle - high / 2 - 3:.0f}"{" class=i" * inner}>{above}</text>')
        x = left + max(wide, (wide + over) / 2) + 2
    width, height = round(x + 2), tall + 16
    return (
        f'<svg class="tx-strip" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(in_words(boxes))}">{"".join(drawn)}</svg>'
    )


def in_words(boxes: tuple[Box, ...]) -> str:
    """`1 × p times p × n`: what a screen reader says."""
    words = []
    for sign, rows, columns in boxes:
        if sign.endswith("✗"):
            sign = sign.removesuffix("✗")
            words.append("does not fit:")
        words += [_WORDS.get(part, "") if part not in "()" else "" for part in sign.split()]
        words.append(f"{_plain(rows)} × {_plain(columns)}" if rows else "")
    return " ".join(filter(None, words))


def _length(size: str, lengths: dict[str, int]) -> int:
    if size.isdigit():
        return min(5 + 5 * int(size), 60)
    return lengths.setdefault(size, _LENGTHS[len(lengths) % len(_LENGTHS)])


def size_html(size: str) -> str:
    """A size as HTML text."""
    base, index = _base_and_index(size)
    return base + (f"<sub>{index}</sub>" if index else "")


def _label(size: str) -> tuple[str, float]:
    """A size as SVG text, its index below, and the room that it takes."""
    base, index = _base_and_index(size)
    below = f"<tspan dy=2 class=b>{index}</tspan>" if index else ""
    return base + below, 6.0 * len(base) + 4.5 * len(index)


def _base_and_index(size: str) -> tuple[str, str]:
    match = re.fullmatch(r"([^_{}]+)_(\{[^{}]*\}|\w)", size)
    base, index = (match[1], match[2].strip("{}")) if match else (size, "")
    return _characters(base), _characters(index)


def _characters(latex: str) -> str:
    try:
        return typeset(latex, False).text if latex else ""
    except TypesettingError:
        return escape(latex)


def _plain(size: str) -> str:
    return size.replace("{", "").replace("}", "").replace("_", " ").strip()
