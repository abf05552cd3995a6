"""The leaves of a formula: names, numbers, operators, words and spaces."""

from __future__ import annotations

import re
import unicodedata

from texecute.pdf.markup import string
from texecute.pdf.tree import Node

PRIMES = {"′": 1, "″": 2, "‴": 3, "⁗": 4}
# Their bounds stand above and below in a display, beside in a line.
LARGE = frozenset("∑∏∐⋂⋃⨁⨂⨀⨄⨆⋁⋀")
INTEGRALS = frozenset("∫∬∭∮∯∰")
FENCES = frozenset("()[]{}|‖⌊⌋⌈⌉⟨⟩/\\")
INVISIBLE = frozenset("\u2061\u2062\u2063\u2064\u200b")
# What TeX's spacing says an operator is: (left, right) in em → class.
CLASSES = {
    ("0", "0"): "normal",
    ("0.2222em", "0.2222em"): "binary",
    ("0.2778em", "0.2778em"): "relation",
}
# Written by math-core around names of functions, with four digits; `\,` has eight.
CLASS_SPACE = "0.1667em"
_LENGTH = re.compile(r"(-?[\d.]+)(em|rem|pt|px|mu)?$")
_POINTS = {"rem": 10.0, "pt": 1.0, "px": 0.75}


class Unsupported(Exception):
    """There is no rule for this element."""


def identifier(node: Node) -> str:
    """`<mi>`: a letter in its style; several letters are the name of a function."""
    text = node.text.replace("\ufe00", "").replace("\ufe01", "")
    if len(text) > 1:
        return f"op({string(text)})"
    upright = node.get("mathvariant") == "normal"
    plain = unicodedata.normalize("NFKC", text)
    if "\ufe00" in node.text and plain.isascii():
        return f"cal({plain})"
    if "\ufe01" in node.text and plain.isascii():
        return f"scr({plain})"
    if text in ("∂", "∇"):
        return f"upright({text})" if upright or text == "∇" else text
    if "Α" <= text <= "ω" or (text.isascii() and text.isalpha()):
        return f"upright({text})" if upright else f"italic({text})" if text <= "Ω" and text >= "Α" else text
    return sign(text)


def number(node: Node) -> str:
    """`<mn>`."""
    text = node.text.strip()
    return text if re.fullmatch(r"\d+(\.\d+)?", text) else f"\x01{string(text)}\x01"


def sign(text: str) -> str:
    """Characters that mean themselves."""
    written = []
    for character in text:
        plain = character.isalnum() or not character.isascii()
        written.append(character if plain else f"\\{character}")
    return " ".join(written)


def words(node: Node) -> str:
    """`<mtext>`, between marks: a space of Typst's math beside quoted text would be set, so `to_typst` takes them away."""
    text = node.text.replace("\u00a0", " ")
    if not text.strip():
        return f"#h({0.25 * len(text):g}em)" if text else ""
    return f"\x01{string(text)}\x01"


def space(node: Node) -> str:
    """`<mspace>`; not what math-core puts around names, which Typst does by itself."""
    style = dict(re.findall(r"([a-z-]+):([^;]+)", node.get("style")))
    width = node.get("width") or style.get("width") or style.get("margin-left") or ""
    if not width or width == CLASS_SPACE:
        return ""
    return f"#h({length(width)})"


def length(text: str) -> str:
    """A length of MathML in Typst's units."""
    match = _LENGTH.match(text)
    if not match:
        raise Unsupported(f"the length {text}")
    value, unit = float(match[1]), match[2] or "em"
    if unit == "mu":
        return f"{value / 18:.4g}em"
    return f"{value:.4g}em" if unit == "em" else f"{value * _POINTS[unit]:.4g}pt"


def operator(node: Node) -> str:
    """`<mo>`: a sign with its class, or a bracket of a size."""
    text = node.text
    if not text or text in INVISIBLE:
        return ""
    if len(text) > 1 and text.isalpha():
        return f"op({string(text)})"
    if text in PRIMES:
        return text
    written = sign(text)
    if node.get("minsize"):
        return f"lr({written}, size: #{length(node.get('minsize'))})"
    if node.get("form") in ("prefix", "postfix") and text in "|‖":
        return f'class("{"opening" if node.get("form") == "prefix" else "closing"}", {written})'
    if node.get("stretchy") == "true" and text in FENCES:
        return f"mid({written})"
    if text == "," and node.get("rspace") == "0" and node.get("lspace", "") == "":
        return f'class("normal", {written})'
    return _classed(text, written, node)


def _classed(text: str, written: str, node: Node) -> str:
    spaces = (node.get("lspace"), node.get("rspace"))
    kind = CLASSES.get(spaces)
    if not kind or text in LARGE | INTEGRALS | FENCES or text in "…⋯⋮⋱":
        return written
    return f'class("{kind}", {written})'
