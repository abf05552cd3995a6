"""A case in small numbers as an HTML table: sizes, what was drawn, what follows, and both sides."""

from __future__ import annotations

import re
from html import escape

from texecute.mkdocs_plugin.typesetting import TypesettingError, typeset
from texecute.small import Small, Value

_DECIMAL = re.compile(r"-?\d+(?:\.\d+)?(?:e([+-]\d+))?")


def numbers_html(case: Small) -> str:
    """The table of one case; the sentence above it says what was chosen."""
    rows = [_row(name, value) for name, value in case.given]
    if case.found:
        rows += [_head("Follows by the definitions"), *(_row(name, value) for name, value in case.found)]
    if case.sides:
        head = "Each side" if case.relations else "The name that is defined"
        rows += [_head(head), *(_row(name, value) for name, value in case.sides)]
    if case.given:
        rows.insert(0, _head("Given, drawn at random"))
    return f'<p>{_chosen(case)}</p><div class="tx-scroll" role="group" aria-label="Numbers" tabindex="0"><table class="tx-numbers">{"".join(rows)}</table></div>'


def _chosen(case: Small) -> str:
    said = ["A case in small numbers"]
    if case.sizes:
        said.append(": " + ", ".join(latex(f"{name}={size}") for name, size in case.sizes))
    if case.functions:
        names = ", ".join(latex(name) for name in case.functions)
        said.append(f"; {names} {'is a random smooth function' if len(case.functions) == 1 else 'are random smooth functions'}")
    return "".join(said) + "."


def _head(text: str) -> str:
    return f'<tbody><tr><th colspan="2" scope="rowgroup">{text}'


def _row(name: str, value: Value) -> str:
    return f'<tr><td>{latex(name)}<td>{_value(value)}'


def _value(value: Value) -> str:
    if len(value) == 1 and len(value[0]) == 1:
        return latex(_number(value[0][0])) if _DECIMAL.fullmatch(value[0][0]) else escape(value[0][0])
    rows = r" \\ ".join(" & ".join(map(_number, row)) for row in value)
    return latex(rf"\begin{{bmatrix}} {rows} \end{{bmatrix}}")


def _number(text: str) -> str:
    digits, _, exponent = text.partition("e")
    return rf"{digits}\cdot 10^{{{int(exponent)}}}" if exponent else digits


def latex(source: str) -> str:
    """A piece of LaTeX as MathML; as code where it cannot be set."""
    try:
        return typeset(source, False).mathml
    except TypesettingError:
        return f"<code>{escape(source)}</code>"
