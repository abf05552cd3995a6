"""One change at a time in a formula's own text: the slips of a hurried author, made by machine.

Nothing here uses the checker's tree, so that a fault of its parser cannot hide one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

TRANSPOSE = re.compile(r"\^(?:\\top\b|\\intercal\b|T\b|\{\\top\}|\{T\}|\\mathsf\{T\}|\{\\mathsf\{T\}\})|\\top(?=\})")
FACTOR = r"(?:\\[a-zA-Z]+|[a-zA-Z])(?:\{[^{}]*\})?(?:[_^](?:\{[^{}]*\}|[a-zA-Z0-9]|\\[a-zA-Z]+))*"
TWO_FACTORS = re.compile(rf"(?<![\\a-zA-Z_^{{])({FACTOR})(\s*(?:\\,\s*)?)({FACTOR})(?![a-zA-Z'({{\[])")
SUBSCRIPT = re.compile(r"_(?:\{([^{}]*)\}|([a-zA-Z]))|\^\{([\[(][^{}]*?[\])])[^{}]*\}")
RANGE = re.compile(r"\\q?quad\s*[a-z]\s*=[^&]*$")
ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[a-z*]+\}|\\(?:text|operatorname|mathrm|mathbb)\{[^{}]*\}|\\underbrace")
NOT_FACTORS = (
    "\\frac", "\\partial", "\\sum", "\\prod", "\\left", "\\right", "\\quad", "\\qquad", "\\circ", "\\odot", "\\cdot", "\\top",
    "\\begin", "\\end", "\\text", "\\operatorname", "\\mathrm", "\\mathbb", "\\exp", "\\log", "\\tanh", "\\sigma", "\\max", "\\min",
    "\\sin", "\\cos", "\\in", "\\dots", "\\ldots", "\\cdots", "\\ne", "\\le", "\\ge", "\\implies", "\\to", "\\lim", "\\sqrt", "\\tfrac",
    "\\nabla", "\\underbrace", "\\det", "\\ln", "\\lVert", "\\rVert", "\\lvert", "\\rvert", "\\approx", "\\forall", "\\mathbf", "\\otimes",
    "\\langle", "\\rangle", "\\times", "\\mathcal", "\\hat", "\\bar", "\\boldsymbol", "\\tilde", "\\;", "\\dfrac", "\\arg", "\\vdots",
)  # fmt: skip
FUNCTIONS = (("\\tanh", "\\sigma"), ("\\exp", "\\log"), ("\\log", "\\exp"), ("\\max", "\\min"), ("\\min", "\\max"), ("\\sin", "\\cos"), ("\\cos", "\\sin"))


def changed_texts(latex: str) -> Iterator[tuple[str, str]]:
    """Name of the slip and the formula's text with it, each text once."""
    seen = {latex}
    for name, text in _all(latex):
        if text not in seen:
            seen.add(text)
            yield name, text


def _all(latex: str) -> Iterator[tuple[str, str]]:
    hidden = [m.span() for m in ENVIRONMENT.finditer(latex)]
    inside = [m.span() for m in SUBSCRIPT.finditer(latex)]

    def within(at: int, spans) -> bool:
        return any(a <= at < b for a, b in spans)

    for m in TRANSPOSE.finditer(latex):
        yield "transpose removed", latex[: m.start()] + latex[m.end() :]
    for m in TWO_FACTORS.finditer(latex):
        if not m[1].startswith(NOT_FACTORS) and not m[3].startswith(NOT_FACTORS) and not within(m.start(), hidden + inside) and len(m[1] + m[3]) > 2:
            yield "factors swapped", f"{latex[: m.start()]}{m[3]} {m[2]}{m[1]}{latex[m.end() :]}"
    for at, letter in enumerate(latex):
        if letter in "+-" and not within(at, hidden):
            yield "sign", latex[:at] + ("-" if letter == "+" else "+") + latex[at + 1 :]
        elif letter == "'":
            yield "prime removed", latex[:at] + latex[at + 1 :]
        elif letter == "(" and at and latex[at - 1] in "ghf" and not within(at, inside):
            yield "prime added", latex[:at] + "'" + latex[at:]
        elif letter.isdigit() and not within(at, hidden) and not latex[at + 1 : at + 2].isdigit():
            # A range behind the formula must become longer: on a shorter one the formula is true as well.
            step = -1 if RANGE.search(latex[:at]) else 1
            yield "digit", latex[:at] + str((int(letter) + step) % 10) + latex[at + 1 :]
    for m in re.finditer(r"\\(?:circ|odot)(?![a-zA-Z])", latex):
        yield "product for circ", latex[: m.start()] + " " + latex[m.end() :]
    for m in SUBSCRIPT.finditer(latex):
        group = next(i for i in (1, 2, 3) if m[i] is not None)
        yield from _indices(latex, m.start(group), m[group])
    for one, other in FUNCTIONS:
        for m in re.finditer(re.escape(one) + r"(?![a-zA-Z])", latex):
            yield "function", latex[: m.start()] + other + latex[m.end() :]


def _indices(latex: str, start: int, text: str) -> Iterator[tuple[str, str]]:
    if text in ("\\max", "\\min") or "=" in text or "\\" in text:
        return
    bare = text.strip("[]()")
    if len(bare) == 2 and bare.isalpha() and bare == text:
        yield "indices swapped", latex[:start] + text[::-1] + latex[start + 2 :]
    for at, letter in enumerate(text):
        if letter in "ijkl":
            other = {"i": "j", "j": "i", "k": "j"}.get(letter)
            if other:
                yield "index", latex[: start + at] + other + latex[start + at + 1 :]
    if re.fullmatch(r"[\[(](?:[a-zA-Z](?:[+-]\d)?|\d|[A-Z])[\])]", text):
        yield "label raised", latex[: start + len(text) - 1] + "+1" + latex[start + len(text) - 1 :]
        yield "label lowered", latex[: start + len(text) - 1] + "-1" + latex[start + len(text) - 1 :]
