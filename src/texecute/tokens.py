"""LaTeX → tokens with spans.

Kinds: `letter` (one letter, a Greek or styled one is a `command`), `number`,
`command` (text without backslash), `open`/`close` (braces), `symbol` (one
character), `text` (the contents of \\text{…}), `begin`/`end` (environments),
`row` (\\\\), `quad` (wide space, separates formulas) and `eof`.

What has no meaning to the checker - spacing, sizes of brackets, colours - leaves
no token.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from texecute.errors import FormulaError, Span

MAX_FORMULA = 100_000
"""Characters of one formula."""
MAX_TOKENS = 3_000
"""Tokens of one formula."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind, its text, where it stands, and whether a space precedes it."""

    kind: str
    text: str
    span: Span

    def is_(self, *texts: str) -> bool:
        """Whether this is a symbol or command with one of these texts."""
        return self.text in texts and self.kind in ("symbol", "command", "letter")


_SPACING = {
    ",", ";", ":", "!", " ", ">", "thinspace", "medspace", "thickspace", "enspace", "negthinspace", "hfill", "hfil",
    "displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "limits", "nolimits", "nonumber", "notag",
    "allowbreak", "nobreak", "relax", "strut", "mathstrut", "null", "/", "bf", "rm", "it", "mathbin", "mathrel",
    "mathord", "mathopen", "mathclose", "mathpunct", "mathinner", "mathop", "smash", "vphantom@", "noindent", "centering",
}  # fmt: skip
_SIZES = {
    "left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr",
    "Biggl", "Biggr", "bigm", "Bigm", "biggm", "Biggm",
}  # fmt: skip
_DROPPED_WITH_ARGUMENT = {"color", "hspace", "vspace", "phantom", "hphantom", "vphantom", "label", "kern", "mkern", "hskip"}
_ALIASES = {
    "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "ne": "neq", "le": "leq", "ge": "geq", "leqslant": "leq",
    "geqslant": "geq", "to": "rightarrow", "gets": "leftarrow", "lt": "<", "gt": ">", "lbrack": "[", "rbrack": "]",
    "lbrace": "{", "rbrace": "}", "vert": "|", "Vert": "\\|", "lvert": "lvert", "land": "wedge", "ast": "*",
    "mathbin@": "", "middle@": "", "prime": "'", "colon": ":", "cdotp": "cdot", "bullet": "bullet",
    "mathrm@": "", "implies": "implies", "Longrightarrow": "implies", "Rightarrow": "implies", "iff": "implies",
    "Leftrightarrow": "implies", "Longleftrightarrow": "implies", "dotsc": "dots", "dotsb": "dots", "dotsm": "dots",
    "dotso": "dots", "dotsi": "dots", "ldots": "dots", "mathellipsis": "dots", "vcentcolon": ":", "triangleq": "coloneqq",
    "defeq": "coloneqq", "coloneq": "coloneqq", "Coloneqq": "coloneqq", "equiv@": "", "doteq": "coloneqq", "lVert": "lVert",
    "textrm": "text", "textnormal": "text", "textup": "text", "textsf": "text", "texttt": "text", "textit": "text", "textbf": "text",
    "mbox": "text", "hbox": "text", "mathbfit": "boldsymbol", "bm": "boldsymbol", "pmb": "boldsymbol", "symbf": "mathbf",
    "symbfit": "boldsymbol", "mathnormal": "mathit", "mathsfit": "mathsf", "widehat": "hat", "overrightarrow": "vec",
    "langle": "langle", "varnothing": "emptyset", "dag": "dagger", "Re": "Re", "intercal": "top", "hslash": "hbar",
    "operatornamewithlimits": "operatorname", "Tr": "Tr", "trace": "tr", "argmax": "argmax", "argmin": "argmin",
}  # fmt: skip
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρςστυφχψωϵϑϖϱϕΓΔΘΛΞΠΣΥΦΨΩ",
        "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau "
        "upsilon varphi chi psi omega epsilon vartheta varpi varrho phi Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi "
        "Psi Omega".split(),
        strict=True,
    )
)
_UNICODE = {
    "−": ("symbol", "-"), "–": ("symbol", "-"), "×": ("command", "times"), "·": ("command", "cdot"),
    "⋅": ("command", "cdot"), "∘": ("command", "circ"), "⊙": ("command", "odot"), "⊗": ("command", "otimes"),
    "⊘": ("command", "oslash"), "∗": ("symbol", "*"), "⊤": ("command", "top"), "⊺": ("command", "top"),
    "∂": ("command", "partial"), "∇": ("command", "nabla"), "∑": ("command", "sum"), "∏": ("command", "prod"),
    "≤": ("command", "leq"), "≥": ("command", "geq"), "≠": ("command", "neq"), "∈": ("command", "in"),
    "≈": ("command", "approx"), "→": ("command", "rightarrow"), "⇒": ("command", "implies"), "⟹": ("command", "implies"),
    "⇔": ("command", "implies"), "∀": ("command", "forall"), "…": ("command", "dots"), "⋯": ("command", "cdots"),
    "⋮": ("command", "vdots"), "⋱": ("command", "ddots"), "∞": ("command", "infty"), "√": ("command", "sqrt"),
    "⟨": ("command", "langle"), "⟩": ("command", "rangle"), "‖": ("symbol", "\\|"), "∥": ("symbol", "\\|"),
    "ℓ": ("command", "ell"), "≔": ("command", "coloneqq"), "≜": ("command", "coloneqq"), "′": ("symbol", "'"),
    "∣": ("symbol", "|"), "\u2061": None, "\u2062": None, "\u200b": None, "\u00a0": None, "\u2009": None, "\u202f": None,
    "\ufeff": None,
}  # fmt: skip
_UNICODE_SETS = {"ℝ": "R", "ℕ": "N", "ℤ": "Z", "𝕊": "S", "𝟙": "1"}
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n~]+)|\\(?P<row>\\)(?:\s*\[[^\]\n]*(?:pt|em|ex|mm|cm|px)\])?"
    r"|\\(?P<command>[A-Za-z]+)(?:(?<=operatorname)\*|(?<=space)\*)?|\\(?P<escape>.)|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<letter>[A-Za-z])|(?P<other>.)",
    re.S,
)


def tokenize(source: str) -> list[Token]:
    """The tokens of one formula, ended by one of kind `eof`.

    Raises FormulaError for control characters, unbalanced braces and formulas
    that are too long.
    """
    if len(source) > MAX_FORMULA:
        raise FormulaError(
            f"the formula has {len(source)} characters; the limit is {MAX_FORMULA}", Span(0, 1),
            "split it into several formulas", "bound")  # fmt: skip
    tokens = _without_empty_groups(list(_drop_meaningless(_raw_tokens(source))))
    if len(tokens) > MAX_TOKENS:
        raise FormulaError(
            f"the formula has {len(tokens)} tokens; the limit is {MAX_TOKENS}", Span(0, 1),
            "split it into several formulas", "bound")  # fmt: skip
    _check_braces(tokens)
    end = len(source.rstrip())
    tokens.append(Token("eof", "", Span(end, end + 1)))
    return tokens


def _raw_tokens(source: str) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        kind = match.lastgroup
        text = match[kind]
        span = Span(position, match.end())
        position = match.end()
        if kind == "space":
            continue
        if kind == "command":
            position = _command(source, text, span, position, tokens)
        elif kind == "escape":
            _escape(text, span, tokens)
        elif kind == "row":
            tokens.append(Token("row", "\\\\", span))
        elif kind in ("number", "letter"):
            tokens.append(Token(kind, text, span))
        else:
            _other(text, span, tokens)
    return tokens


def _command(source: str, name: str, span: Span, position: int, tokens: list[Token]) -> int:
    """Adds the token of a command; returns where reading goes on."""
    if name in ("begin", "end"):
        match = re.compile(r"\s*\{([A-Za-z]+\*?)\}").match(source, position)
        if not match:
            raise FormulaError(f"\\{name} needs the name of an environment", span, f"as in \\{name}{{bmatrix}}")
        environment = match[1].rstrip("*")
        tokens.append(Token(name, environment, Span(span.start, match.end())))
        position = match.end()
        if name == "begin" and environment in ("array", "alignedat", "alignat"):
            columns = re.compile(r"\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}").match(source, position)
            position = columns.end() if columns else position
        return position
    text = _ALIASES.get(name, name)
    if text == "text":
        match = re.compile(r"\s*\{").match(source, position)
        if match:
            end = _closing_brace(source, match.end() - 1, span)
            tokens.append(Token("text", source[match.end() : end].strip(), Span(span.start, end + 1)))
            return end + 1
    if name in ("quad", "qquad"):
        tokens.append(Token("quad", name, span))
    elif name in _SPACING:
        pass
    elif text in ("<", ">", "[", "]", "|", "\\|", "*", "'", ":"):
        tokens.append(Token("symbol", text, span))
    elif text in ("{", "}"):
        tokens.append(Token("symbol", "\\" + text, span))
    else:
        tokens.append(Token("command", text, span))
    return position


def _closing_brace(source: str, start: int, span: Span) -> int:
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.S).finditer(source, start):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if depth == 0:
                return match.start()
    raise FormulaError("this { is never closed", Span(start, start + 1), "add the missing }")


def _escape(text: str, span: Span, tokens: list[Token]) -> None:
    if text in "{}|":
        tokens.append(Token("symbol", "\\" + text, span))
    elif text in "%&#_$":
        raise FormulaError(f"\\{text} has no meaning in a formula", span, "leave it out, or put it into \\text{…}")
    elif text in _SPACING or text.isspace():
        return
    else:
        raise FormulaError(f"unknown command \\{text}", span, "write it in the commands of the language reference")


def _other(text: str, span: Span, tokens: list[Token]) -> None:
    if text == "{":
        tokens.append(Token("open", "{", span))
    elif text == "}":
        tokens.append(Token("close", "}", span))
    elif text in "+-*/=<>()[]|,.;:!^_'&":
        tokens.append(Token("symbol", text, span))
    elif text in _GREEK:
        tokens.append(Token("command", _GREEK[text], span))
    elif text in _UNICODE:
        if _UNICODE[text]:
            tokens.append(Token(*_UNICODE[text], span))
    elif text in _UNICODE_SETS:
        inner = _UNICODE_SETS[text]
        tokens.append(Token("command", "mathbb", span))
        tokens.append(Token("number" if inner == "1" else "letter", inner, span))
    elif text in _SUPERSCRIPTS:
        tokens.append(Token("symbol", "^", span))
        tokens.append(Token("number", _SUPERSCRIPTS[text], span))
    elif text == "%":
        raise FormulaError("% begins a comment, which the reader does not see", span, "remove it; for a percentage write /100")
    else:
        name = unicodedata.name(text, f"U+{ord(text):04X}")
        raise FormulaError(f"this character has no meaning in a formula: {name.lower()}", span, "write it as a LaTeX command")


def _drop_meaningless(tokens: list[Token]):
    """Leaves out sizes of brackets, colours and phantoms with their arguments."""
    position = 0
    open_left: list[Token] = []
    while position < len(tokens):
        token = tokens[position]
        position += 1
        if token.kind == "command" and token.text in _SIZES:
            following = tokens[position] if position < len(tokens) else None
            if token.text == "left":
                open_left.append(token)
            elif token.text == "right":
                if not open_left:
                    raise FormulaError("\\right without its \\left", token.span, "remove \\right, or put \\left where it begins")
                open_left.pop()
            if token.text in ("left", "right", "middle") and following and following.is_("."):
                # `\right.` draws nothing; `\left.` begins what an evaluation bar ends.
                position += 1
                if token.text == "left":
                    yield Token("command", "left.", token.span)
            continue
        if token.kind == "command" and token.text in _DROPPED_WITH_ARGUMENT:
            position = _after_group(tokens, position)
            continue
        if token.kind == "command" and token.text == "textcolor":
            position = _after_group(tokens, position)
            continue
        yield token
    if open_left:
        raise FormulaError("\\left without its \\right", open_left[-1].span, "close it with \\right and the same kind of bracket")


def _without_empty_groups(tokens: list[Token]) -> list[Token]:
    """Leaves out `{}` beside a sign, which only sets its spacing."""
    kept: list[Token] = []
    for token in tokens:
        beside = len(kept) < 2 or (kept[-2].kind in ("symbol", "row", "quad") and not kept[-2].is_("_", "^"))
        if token.kind == "close" and kept and kept[-1].kind == "open" and beside:
            kept.pop()
        else:
            kept.append(token)
    return kept


def _after_group(tokens: list[Token], position: int) -> int:
    """The position behind one braced group, or behind a bare length such as `3pt`."""
    if position < len(tokens) and tokens[position].kind == "open":
        depth = 0
        while position < len(tokens):
            depth += {"open": 1, "close": -1}.get(tokens[position].kind, 0)
            position += 1
            if depth == 0:
                return position
    return position


def _check_braces(tokens: list[Token]) -> None:
    stack: list[Token] = []
    for token in tokens:
        if token.kind in ("open", "begin"):
            stack.append(token)
            if len(stack) > 400:
                raise FormulaError(
                    "the formula is nested too deep: more than 400 braces in one another", token.span,
                    "give inner parts names of their own", "bound")  # fmt: skip
        elif token.kind in ("close", "end"):
            if not stack:
                raise FormulaError("this } closes nothing" if token.kind == "close" else f"\\end{{{token.text}}} without its \\begin",
                                   token.span, "remove it, or add what it should close")  # fmt: skip
            top = stack.pop()
            if (top.kind == "open") != (token.kind == "close"):
                raise FormulaError(f"{top.text if top.kind == 'open' else 'begin{' + top.text + '}'} is closed by the wrong thing",
                                   token.span, "close what was opened last first")  # fmt: skip
            if top.kind == "begin" and top.text != token.text:
                raise FormulaError(f"\\begin{{{top.text}}} is closed by \\end{{{token.text}}}", token.span,
                                   f"write \\end{{{top.text}}}")  # fmt: skip
    if stack:
        raise FormulaError("this { is never closed" if stack[-1].kind == "open" else f"\\begin{{{stack[-1].text}}} has no \\end",
                           stack[-1].span, "add the missing }" if stack[-1].kind == "open" else f"add \\end{{{stack[-1].text}}}")  # fmt: skip
