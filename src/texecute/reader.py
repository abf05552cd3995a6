"""A cursor over tokens, and the names that they spell.

Names are compared in one canonical spelling: `\\hat y` and `\\hat{y}` are
`\\hat{y}`; `\\operatorname{f}`, `\\mathrm{f}` and `\\text{f}` are `\\mathrm{f}`.
"""

from __future__ import annotations

import re

from texecute.errors import FormulaError, Span
from texecute.tokens import Token

STYLES = {
    "mathbf", "boldsymbol", "mathcal", "mathrm", "mathsf", "mathit", "mathbb", "mathfrak", "mathscr", "mathtt",
    "operatorname",
}  # fmt: skip
ACCENTS = {
    "hat", "bar", "tilde", "vec", "dot", "ddot", "check", "breve", "acute", "grave", "overline", "underline", "ring",
    "widetilde",
}  # fmt: skip
GREEK = set(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron pi varpi rho "
    "varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "ell hbar imath jmath Re Im aleph digamma".split()
)


class Reader:
    """Reads tokens one after the other."""

    def __init__(self, tokens: list[Token]):
        self.tokens = tokens
        self.position = 0

    @property
    def now(self) -> Token:
        """The token at the cursor."""
        return self.tokens[min(self.position, len(self.tokens) - 1)]

    def ahead(self, count: int = 1) -> Token:
        """The token `count` places further on, or the last one."""
        return self.tokens[min(self.position + count, len(self.tokens) - 1)]

    def next(self) -> Token:
        """The token at the cursor, which moves on."""
        token = self.now
        if token.kind != "eof":
            self.position += 1
        return token

    def take(self, *texts: str) -> Token | None:
        """The token at the cursor if it is one of these symbols or commands, else None."""
        if self.now.is_(*texts):
            return self.next()
        return None

    def expect(self, text: str, what: str) -> Token:
        """The token `text`, or an error that says `what` is missing."""
        token = self.now
        if token.text == text and token.kind in ("symbol", "command", "open", "close"):
            return self.next()
        found = "the formula ends" if token.kind == "eof" else f"found {token.text}"
        raise FormulaError(f"expected {what}, but {found}", token.span, f"add the missing {text}")

    def group(self) -> list[Token]:
        """The tokens of one argument: a braced group without its braces, or one token.

        Of a number token only its first digit is an argument, as in `x^23`.
        """
        token = self.now
        if token.kind == "open":
            start = self.position + 1
            depth = 0
            while True:
                if self.now.kind == "eof" or self.position >= len(self.tokens):
                    raise FormulaError("this { is never closed here", token.span, "add the missing }, before the next comma or bracket")
                depth += {"open": 1, "close": -1, "begin": 1, "end": -1}.get(self.now.kind, 0)
                self.position += 1
                if depth == 0:
                    return self.tokens[start : self.position - 1]
        if token.kind in ("eof", "close", "end", "row", "quad") or token.is_("&"):
            raise FormulaError("something is missing here", token.span, "add what belongs here, or write {}")
        if token.kind == "number" and len(token.text) > 1:
            first = Token("number", token.text[0], Span(token.span.start, token.span.start + 1))
            rest = Token("number", token.text[1:], Span(token.span.start + 1, token.span.end))
            self.tokens = self.tokens[: self.position] + [first, rest] + self.tokens[self.position + 1 :]
            token = first
        self.position += 1
        if token.kind == "command" and (token.text in STYLES or token.text in ACCENTS):
            return [token, *_rewrap(self)]
        return [token]

    def inner(self, tokens: list[Token], fallback: Span) -> "Reader":
        """A reader over the tokens of a group."""
        end = tokens[-1].span.end if tokens else fallback.end
        return Reader([*tokens, Token("eof", "", Span(end, end + 1))])


def _rewrap(reader: Reader) -> list[Token]:
    """The argument of a style or accent, with its braces."""
    start = reader.position
    reader.group()
    return reader.tokens[start : reader.position]


def spell(tokens: list[Token]) -> str:
    """The canonical text of a few tokens, for names with subscripts."""
    parts = []
    for token in tokens:
        if token.kind == "command":
            parts.append("\\" + token.text)
        elif token.kind == "text":
            parts.append(token.text)
        elif token.kind not in ("eof",):
            parts.append(token.text)
    text = ""
    for part in parts:
        if part[:1].isalpha() and re.search(r"\\[A-Za-z]+$", text):
            text += " "
        text += part
    for style in ("mathrm", "text", "operatorname", "mathit"):
        if text.startswith(f"\\{style}{{") and text.endswith("}") and text.count("{") == 1:
            text = text[len(style) + 2 : -1]
    return text


def read_atom(reader: Reader) -> str | None:
    """The canonical spelling of the one-symbol name at the cursor; None if there is none.

    The cursor moves only when a name was read.
    """
    token = reader.now
    if token.kind == "letter":
        reader.next()
        return token.text
    if token.kind == "text":
        reader.next()
        return f"\\mathrm{{{token.text}}}"
    if token.kind != "command":
        return None
    if token.text in GREEK:
        reader.next()
        return "\\" + token.text
    if token.text in STYLES or token.text in ACCENTS:
        start = reader.position
        reader.next()
        group = reader.group()
        inner = reader.inner(group, token.span)
        parts = []
        while inner.now.kind != "eof":
            atom = read_atom(inner)
            if atom is None and inner.now.kind == "number" and parts:
                atom = inner.next().text
            if atom is None:
                reader.position = start
                return None
            parts.append(atom)
        if not parts:
            reader.position = start
            return None
        style = "mathrm" if token.text == "operatorname" else token.text
        return f"\\{style}{{{''.join(parts)}}}"
    return None
