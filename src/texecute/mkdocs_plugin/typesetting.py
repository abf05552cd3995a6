"""LaTeX → MathML Core, by `math-core`; a command that it does not know stays an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from math_core import LatexError, LatexToMathML

# math-core gives `align` and `gather` numbers of its own and does not know `split`.  The rows are
# the same in the environments without numbers; the number is set beside the formula by us.
_ENVIRONMENTS = {
    "align": "aligned",
    "align*": "aligned",
    "split": "aligned",
    "gather": "gathered",
    "gather*": "gathered",
}
_REWRITTEN = re.compile(
    r"\\(?P<side>begin|end)\{(?P<name>align\*?|split|gather\*?)\}"
    r"|\\tag\*?\{(?P<tag>[^{}]*)\}"
    r"|\\(?:nonumber|notag)(?![A-Za-z])"
)
_POSITION = re.compile(r"^(\d+): ")
_TAG = re.compile(r"<[^>]*>")

_converter = LatexToMathML(fancy_error=False)


class TypesettingError(Exception):
    """`math-core` cannot set the formula; `offset` counts characters of its source."""

    def __init__(self, message: str, offset: int, hint: str):
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Typeset:
    """A formula as `<math>`, and what `\\tag{…}` said its number should be."""

    mathml: str
    tag: str | None = None

    @property
    def text(self) -> str:
        """The characters alone, as HTML text: for the contents, the search and page titles."""
        return re.sub(r"\s+", " ", _TAG.sub("", self.mathml).replace("\u2061", "")).strip()


@lru_cache(maxsize=50_000)
def typeset(latex: str, display: bool) -> Typeset:
    """The formula as MathML; raises `TypesettingError` with the place in `latex`."""
    source, edits, tag = _rewrite(latex)
    try:
        mathml = _converter.convert_with_local_state(source, displaystyle=display)
    except LatexError as error:
        raise _error(str(error), latex, edits) from None
    # The named entity is HTML only, and the character is shorter.
    return Typeset(mathml.replace("&ApplyFunction;", "\u2061"), tag)


def characters(mathml: str) -> set[str]:
    """All characters that a piece of MathML shows, the italic ones that a browser maps to included."""
    shown = set(unescape(_TAG.sub("", mathml)))
    for letter in re.findall(r"<mi>([^<])</mi>", mathml):
        shown.add(italic(letter))
    return shown


def italic(letter: str) -> str:
    """What a browser shows for `<mi>` with this one letter: MathML Core's `math-auto` mapping."""
    special = {"h": "\u210e", "\u2207": "\U0001d6fb", "\u2202": "\U0001d715"}
    variants = "\u03f5\u03d1\u03f0\u03d5\u03f1\u03d6"  # ϵ ϑ ϰ ϕ ϱ ϖ, in the order of their italics
    if letter in special:
        return special[letter]
    if letter in variants:
        return chr(0x1D716 + variants.index(letter))
    for alphabet, base in (("AZ", 0x1D434), ("az", 0x1D44E), ("ΑΩ", 0x1D6E2), ("αω", 0x1D6FC)):
        if alphabet[0] <= letter <= alphabet[1]:
            return chr(base + ord(letter) - ord(alphabet[0]))
    return letter


def _rewrite(latex: str) -> tuple[str, list[tuple[int, int]], str | None]:
    """What math-core is given, where the two texts run alike (new offset, old offset), the tag."""
    parts: list[str] = []
    edits = [(0, 0)]
    length = position = 0
    tag = None
    for match in _REWRITTEN.finditer(latex):
        new = ""
        if match["side"]:
            new = rf"\{match['side']}{{{_ENVIRONMENTS[match['name']]}}}"
        elif match["tag"] is not None:
            tag = match["tag"]
        parts += [latex[position : match.start()], new]
        length += match.start() - position + len(new)
        position = match.end()
        edits.append((length, position))
    return "".join(parts) + latex[position:], edits, tag


def _error(said: str, latex: str, edits: list[tuple[int, int]]) -> TypesettingError:
    match = _POSITION.match(said)
    at = int(match[1]) if match else 0
    new, old = next(edit for edit in reversed(edits) if edit[0] <= at)
    message = said[match.end() :] if match else said
    message = message[:1].lower() + message[1:].rstrip(".")
    hint = "write it with commands that the site can set; none is passed over in silence"
    if message.startswith("unknown command"):
        hint = r"check the spelling; a function's name is \operatorname{name}, a word is \text{word}"
    return TypesettingError(f"cannot be typeset: {message}", min(at - new + old, len(latex)), hint)
