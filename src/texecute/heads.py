"""The left side of a definition: its name, labels, entries or parameters, and whether it defines.
"""

from __future__ import annotations

from dataclasses import dataclass

from texecute import functions
from texecute.claims import bound_names
from texecute.dims import linear
from texecute.errors import FormulaError, Span
from texecute.names import Member, Scope
from texecute.parse_scripts import split_commas
from texecute.parser import Parser
from texecute.reader import Reader, read_atom, spell
from texecute.statements import Statement
from texecute.syntax import Node, Ranges
from texecute.tokens import Token


@dataclass
class Head:
    """The left side of a definition: a name with labels, entries or parameters."""

    name: str
    span: Span
    style: str = ""
    labels: tuple[Node, ...] = ()
    below: list[Token] | None = None
    parameters: list[list[Token]] | None = None
    label_text: str = ""


def read_head(tokens, statement: Statement, scope: Scope, defines: bool, rest) -> Head | None:
    """The left side as something that can be defined here; None if the relation is a claim."""
    span = tokens[0].span.to(tokens[-1].span)
    end = Token("eof", "", Span(span.end, span.end + 1))
    reader = Reader([*tokens, end])
    name = read_atom(reader)
    if name is None or (name == "\\mathrm{d}" and scope.lookup(name) is None):
        return None
    name = _whole_name(name, reader, scope, defines)
    parser = Parser(reader, scope, integer=True)
    try:
        scripts = parser.scripts()
    except FormulaError:
        return None
    head = Head(name, span)
    if scripts.primes:
        return None
    ranges, bound = bound_names(statement, scope, declares=False)
    parser.bound = bound | subscript_letters(scripts.below)
    try:
        if scripts.labels:
            head.style = scripts.labels[0][0]
            marks = {"[]": "[%s]", "()": "(%s)"}.get(head.style, "\\langle%s\\rangle")
            head.label_text = marks % spell(scripts.labels[0][1])
            head.labels = parser.label_expressions([g for _, g, _ in scripts.labels])
    except FormulaError:
        return None
    if not _superscripts(head, scripts, parser, bound, scope):
        return None
    if scripts.below is not None and not _head_subscript(head, scripts.below, parser, bound, scope, rest):
        return None
    if reader.now.is_("("):
        close = closing_bracket(reader.tokens, reader.position)
        if close is None or reader.tokens[close + 1].kind != "eof":
            return None
        inside = reader.tokens[reader.position + 1 : close]
        head.parameters = [p for piece in split_commas(inside) for p in split_semicolons(piece)]
        if not all(_is_plain(p) for p in head.parameters):
            return None
    elif reader.now.kind != "eof":
        return None
    return head if _definable(head, ranges, scope, defines, rest) else None


def _whole_name(name: str, reader: Reader, scope: Scope, defines: bool) -> str:
    """Several letters are one name where it is known, or in front of a defining sign."""
    start, text = reader.position, name
    best = (name, start)
    while (atom := read_atom(reader)) is not None:
        text += atom
        if defines or scope.lookup(text) or any(n.startswith(text + "_") for n in scope.symbols):
            best = (text, reader.position)
    reader.position = best[1]
    return best[0]


def subscript_letters(tokens) -> frozenset[str]:
    """Letters of a head's subscript: there they are indices, whatever they name elsewhere."""
    return frozenset(t.text for t in tokens or () if t.kind == "letter")


def _superscripts(head: Head, scripts, parser: Parser, bound, scope: Scope) -> bool:
    """Takes bare label superscripts and marks into the head; False for powers and transposes."""
    for kind, group, _ in scripts.above:
        if kind == "mark":
            head.name += f"^{{{group}}}"
            continue
        if kind != "power":
            return False
        symbol = scope.lookup(head.name)
        letters = {t.text for t in group if t.kind == "letter"}
        spelled = f"{head.name}^{{{spell(group)}}}"
        if (symbol is not None and symbol.style == "^") or (symbol is None and letters & bound):
            head.style, head.labels, head.label_text = "^", parser.label_expressions([group]), spell(group)
        elif scope.lookup(spelled) or (symbol is None and all(t.kind in ("letter", "text", "command", "open", "close") for t in group)
                                       and not letters & set(scope.indices) and len(group) > 1):  # fmt: skip
            head.name = spelled
        else:
            return False
    return True


def _head_subscript(head: Head, tokens, parser: Parser, bound, scope: Scope, rest) -> bool:
    """Decides whether a head's subscript is part of the name, a label, or entries."""
    spelled = f"{head.name}_{{{spell(tokens)}}}"
    symbol = scope.lookup(head.name)
    if scope.lookup(spelled):
        head.name = spelled
        return True
    if symbol is not None and symbol.style == "_" and not head.labels:
        head.style, head.labels, head.label_text = "_", parser.label_expressions([tokens]), spell(tokens)
        return True
    if symbol is not None and symbol.role == "function":
        return False
    letters = {t.text for t in tokens if t.kind == "letter"} | {"\\" + t.text for t in tokens if t.kind == "command"}
    slices = any(t.is_(":", "cdot") for t in tokens)
    if symbol is not None:
        head.below = tokens
        return slices or any(not scope.is_integer(n) or n in bound for n in letters)
    right = [t for part in rest for t in part]
    index_like = slices or any(n in bound or n in scope.ranges or _used_anywhere(n, right, scope) for n in letters)
    single = all(t.kind in ("letter", "number", "symbol") for t in tokens)
    if index_like and single and letters:
        head.below = tokens
    else:
        head.name = spelled
    return True


def _used_anywhere(name: str, tokens, scope: Scope) -> bool:
    """Whether a letter stands in a script that is not part of a declared name."""
    if not tokens:
        return False
    reader = Reader([*tokens, Token("eof", "", tokens[-1].span)])
    base = ""
    while reader.now.kind != "eof":
        mark = reader.take("_", "^")
        if mark is None:
            base = read_atom(reader) or ""
            if not base:
                reader.next()
            continue
        try:
            group = reader.group()
        except FormulaError:
            return False
        if mark.text == "_" and scope.lookup(f"{base}_{{{spell(group)}}}"):
            continue
        if name in {t.text if t.kind == "letter" else "\\" + t.text for t in group if t.kind in ("letter", "command")}:
            return True
    return False


def closing_bracket(tokens, at: int) -> int | None:
    depth = 0
    for position in range(at, len(tokens)):
        if tokens[position].is_("("):
            depth += 1
        elif tokens[position].is_(")"):
            depth -= 1
            if depth == 0:
                return position
    return None


def split_semicolons(tokens) -> list:
    parts = [[]]
    for token in tokens:
        if token.is_(";"):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _is_plain(tokens) -> bool:
    """Whether these tokens are one name, possibly with scripts."""
    if not tokens:
        return False
    reader = Reader([*tokens, Token("eof", "", tokens[-1].span)])
    if read_atom(reader) is None:
        return False
    while reader.now.is_("_", "^"):
        reader.next()
        group = reader.group()
        if any(t.is_("top", "T") for t in group):
            return False
    return reader.now.kind == "eof"


def _definable(head: Head, ranges: Ranges, scope: Scope, defines: bool, rest) -> bool:
    """Section 1: what is a definition and what a claim."""
    symbol = scope.lookup(head.name)
    if head.parameters is not None:
        if symbol is None:
            return defines or (_free_function_name(head.name) and not head.name.startswith("\\mathrm"))
        if symbol.role == "function":
            return defines or (not symbol.is_defined and not _stands_in(head, rest, scope))
        return defines
    if defines:
        return True
    if symbol is None:
        plain = head.name.replace("\\mathrm{", "").rstrip("}")
        return plain not in functions.BY_LATEX and not _stands_in(head, rest, scope)
    if symbol.role == "function":
        return is_value_of_itself(head, rest)
    if symbol.role == "integer":
        return False
    if head.labels:
        known = any(m.body is not None and overlaps(m, head.labels, ranges, scope) for m in symbol.members)
        return not known and not (head.below is not None and _stands_in(head, rest, scope))
    if symbol.is_defined or symbol.uid in scope.used:
        return False
    if symbol.style and not symbol.is_defined:
        return False
    return not _stands_in(head, rest, scope) or is_value_of_itself(head, rest)


def _free_function_name(name: str) -> bool:
    plain = name.replace("\\mathrm{", "").rstrip("}").lstrip("\\")
    return plain not in functions.BY_LATEX


def _stands_in(head: Head, rest, scope: Scope) -> bool:
    """Whether the name itself stands on the right too."""
    if head.parameters is None and is_value_of_itself(head, rest):
        return False
    for part in rest:
        reader = Reader([*part, Token("eof", "", part[-1].span)])
        while reader.now.kind != "eof":
            before = reader.position
            after_script = before > 0 and reader.tokens[before - 1].is_("_", "^")
            atom = read_atom(reader)
            if atom is None:
                reader.next()
                continue
            if atom == head.name and not after_script and _is_same_member(head, reader, scope):
                return True
    return False


def _is_same_member(head: Head, reader: Reader, scope: Scope) -> bool:
    """Whether the name at the cursor (which stays) is the head's own, not another member of its family."""
    at, below, above = reader.position, None, None
    while reader.now.is_("_", "^"):
        mark = reader.next().text
        try:
            group = reader.group()
        except FormulaError:
            break
        if mark == "_":
            below = spell(group)
        else:
            above = above or spell(group)
    reader.position = at
    if below is not None and scope.lookup(f"{head.name}_{{{below}}}") is not None:
        return False
    if head.labels:
        own = head.label_text
        if head.style in ("_", "^"):
            return (below if head.style == "_" else above) == own
        return (above or "").startswith(own)
    undeclared = scope.lookup(head.name) is None
    if head.below is not None and undeclared and below is not None:
        return below == spell(head.below)
    return True


def is_value_of_itself(head: Head, rest) -> bool:
    """`u = u(x)`."""
    if not rest:
        return False
    reader = Reader([*rest[0], Token("eof", "", rest[0][-1].span)])
    if read_atom(reader) != head.name or not reader.now.is_("("):
        return False
    close = closing_bracket(reader.tokens, reader.position)
    return close is not None and reader.tokens[close + 1].kind == "eof"


def overlaps(member: Member, labels, ranges: Ranges, scope: Scope) -> bool:
    """Whether a member covers these labels, as far as can be seen without numbers."""
    if len(member.pattern) != len(labels):
        return False
    for pattern, label in zip(member.pattern, labels):
        if _apart(_ends(pattern, member.ranges, scope), _ends(label, ranges, scope)):
            return False
        a, b = linear(pattern), linear(label)
        if len(a) == 1 or len(b) == 1:
            return a == b
        if not a[0] and not b[0]:
            if a[1] != b[1]:
                return False
            continue
        if a[0] and not b[0]:
            if _outside(member.ranges, a, b, scope):
                return False
        elif a[0] and b[0] and len(b[0]) == 1:
            high = _upper(member.ranges, a)
            if high is not None and high[0] == b[0] and b[1] > high[1]:
                return False
        elif not a[0] and b[0]:
            return False
    return True


def _ends(label: Node, ranges: Ranges, scope: Scope) -> tuple | None:
    """The lowest and the highest value of a label as linear forms; `L` is its own, `l + 1` that of its range."""
    form = linear(label)
    if len(form) == 1:
        return None
    running = [(name, binding) for name, _ in form[0] if (binding := _binding(name, ranges, scope)) is not None]
    if not running:
        return form, form
    (_, binding), (_, coefficient) = running[0], form[0][0]
    if len(form[0]) > 1 or coefficient != 1 or binding.low is None or binding.high is None:
        return None
    low, high = linear(binding.low), linear(binding.high)
    if len(low) == 1 or len(high) == 1 or (low[0] == high[0] and low[1] > high[1]):
        return None
    return (low[0], low[1] + form[1]), (high[0], high[1] + form[1])


def _binding(name: str, ranges: Ranges, scope: Scope):
    return next((b for b in ranges.bindings if b.name == name), scope.ranges.get(name))


def _apart(one: tuple | None, other: tuple | None) -> bool:
    """Whether two pairs of ends have nothing in common, so that `L` and `1, …, L - 1` are different members."""
    if one is None or other is None:
        return False
    return any(low[1][0] == high[0][0] and low[1][1] < high[0][1] for low, high in ((one, other), (other, one)))


def _outside(ranges: Ranges, pattern, label, scope: Scope) -> bool:
    name, _ = pattern[0][0]
    binding = next((b for b in ranges.bindings if b.name == name), scope.ranges.get(name))
    if binding is None or binding.low is None:
        return False
    low = linear(binding.low)
    return len(low) == 2 and not low[0] and label[1] < low[1] + pattern[1]


def _upper(ranges: Ranges, pattern):
    name, coefficient = pattern[0][0]
    binding = next((b for b in ranges.bindings if b.name == name), None)
    if binding is None or binding.high is None or coefficient != 1:
        return None
    high = linear(binding.high)
    return (high[0], high[1] + pattern[1]) if len(high) == 2 else None
