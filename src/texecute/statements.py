"""One formula's tokens → what it says, piece by piece: declarations, relations, ranges, mentions.

The pieces of a formula are separated by commas, wide spaces, arrows and rows.
Ranges (`l = 1,\\dots,L-1`, `j \\ne k`) are told from claims here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from texecute.errors import FormulaError, Span
from texecute.names import Scope
from texecute.reader import Reader, read_atom
from texecute.signs import REFUSED_RELATIONS, RELATIONS
from texecute.tokens import Token

ROWS = {"aligned", "align", "gather", "gathered", "split", "alignedat", "alignat", "multline", "equation", "eqnarray", "flalign"}
_OPEN = ("(", "[", "\\{", "langle", "lVert", "lvert", "lfloor", "lceil")
_CLOSE = (")", "]", "\\}", "rangle", "rVert", "rvert", "rfloor", "rceil")
_BARE = ("=", "+", "-", "*", "/", "<", ">", "'")
_FORALL = ("for", "for all", "where", "with", "if", "when", "and", "for each", "for every", "whenever", "f\u00fcr", "falls")


@dataclass
class Piece:
    """A run of tokens between separators, and what kind it looks like.

    Kinds: `in`, `maps`, `relation`, `range`, `dots`, `bare`; `lead` is true
    behind `\\forall` or a word such as "for".
    """

    tokens: list[Token]
    kind: str
    lead: bool = False
    separator: str = ","


@dataclass
class Statement:
    """One main piece: extra names in front of a declaration, and the ranges behind it."""

    kind: str
    tokens: list[Token]
    names: list[list[Token]] = field(default_factory=list)
    ranges: list[Piece] = field(default_factory=list)

    @property
    def span(self) -> Span:
        """Where the statement stands."""
        return self.tokens[0].span.to(self.tokens[-1].span)


def split_formula(tokens: list[Token], scope: Scope) -> list[Statement]:
    """The statements of one formula, in order."""
    pieces = _join_ranges(_pieces(_rows(tokens[:-1])))
    _refuse_loose_ends(pieces)
    statements: list[Statement] = []
    names: list[Piece] = []
    ranges: list[Piece] = []
    for number, piece in enumerate(pieces):
        later = pieces[number + 1 :]
        if piece.kind == "bare" and not piece.lead and _names_a_declaration(later):
            names.append(piece)
        elif piece.kind == "bare" and (piece.lead or (ranges and ranges[-1].lead)) and statements:
            ranges.append(Piece(piece.tokens, "range", True))
        elif piece.kind == "range" or (statements and _is_condition(piece, statements, scope)):
            ranges.append(piece)
        else:
            statements.append(Statement(piece.kind, piece.tokens, [n.tokens for n in names]))
            names = []
    if not statements and ranges:
        return [Statement("range", ranges[0].tokens, ranges=ranges)]
    for statement in statements:
        statement.ranges = ranges
    return statements


def _refuse_loose_ends(pieces: list[Piece]) -> None:
    """A term or a bracket behind a separator belongs to nothing."""
    for number, piece in enumerate(pieces):
        first = piece.tokens[0]
        alone = len(piece.tokens) == 1 and len(pieces) > 1 and first.kind == "symbol" and first.text not in _BARE
        if alone or (number and piece.kind == "bare" and first.is_("+", "-", "*", "cdot", "circ", "odot", "times", "/")):
            raise FormulaError(f"{first.text} stands alone behind a separator", first.span,
                               "remove the comma or wide space before it, or what stands behind")  # fmt: skip


def _rows(tokens: list[Token]) -> list[Token]:
    """Rows of `aligned` and its like become pieces; a row that begins with a relation goes on."""
    result: list[Token] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.kind == "begin" and token.text in ROWS:
            end, depth = position + 1, 1
            while depth:
                depth += {"begin": 1, "end": -1}.get(tokens[end].kind, 0)
                end += 1
            result.extend(_rows(_join_rows(tokens[position + 1 : end - 1])))
            position = end
        else:
            result.append(token)
            position += 1
    return result


def _join_rows(tokens: list[Token]) -> list[Token]:
    result: list[Token] = []
    for row in _in_reading_order(_table(tokens)):
        while row and row[0].kind == "quad":
            row = row[1:]
        while row and row[-1].kind == "quad":
            row = row[:-1]
        if not row:
            continue
        first = row[0]
        goes_on = _is_relation(first) or first.is_("+", "cdot", "circ", "odot", "times", "*", "otimes", "/", ")", "]")
        if first.is_("-") and not any(_is_relation(t) for t in _outer(row)):
            goes_on = True
        if result and not goes_on and not result[-1].is_("+", "-", "=", "cdot", "circ", "odot", "times"):
            result.append(Token("quad", "row", first.span))
        result.extend(row)
    return result


def _table(tokens: list[Token]) -> list[list[list[Token]]]:
    """Rows of formulas: two cells of an aligned row form one; cells of words only are comments."""
    rows: list[list[list[Token]]] = [[[]]]
    depth = 0
    for token in tokens:
        depth += {"open": 1, "close": -1, "begin": 1, "end": -1}.get(token.kind, 0)
        if token.kind == "row" and depth == 0:
            rows.append([[]])
        elif token.is_("&") and depth == 0:
            rows[-1].append([])
        else:
            rows[-1][-1].append(token)
    table = []
    for cells in rows:
        pairs = [cells[i] + (cells[i + 1] if i + 1 < len(cells) else []) for i in range(0, len(cells), 2)]
        table.append([[] if number and all(t.kind in ("text", "quad") for t in pair) else pair for number, pair in enumerate(pairs)])
    return table


def _in_reading_order(table: list[list[list[Token]]]) -> list[list[Token]]:
    """Row by row, or column by column where a chain goes on below in a later column."""
    down = any(pair and _is_relation(pair[0]) for row in table for pair in row[1:])
    if not down:
        return [pair for row in table for pair in row]
    width = max(len(row) for row in table)
    return [row[j] for j in range(width) for row in table if j < len(row)]


def _is_relation(token: Token) -> bool:
    return token.kind in ("symbol", "command") and (token.text in RELATIONS or token.text == "implies")


def _outer(tokens: list[Token]):
    """The tokens outside of all brackets."""
    depth = 0
    for token in tokens:
        if token.kind in ("close", "end") or token.is_(*_CLOSE):
            depth -= 1
        if depth <= 0:
            yield token
        if token.kind in ("open", "begin") or token.is_(*_OPEN):
            depth += 1


def _pieces(tokens: list[Token]) -> list[Piece]:
    pieces: list[Piece] = []
    current: list[Token] = []
    lead, depth, separator = False, 0, ""

    def flush(by: str):
        nonlocal current, lead, separator
        while current and current[-1].is_(".", ";"):
            current.pop()
        if current:
            bracketed = current[0].is_("(") and current[-1].is_(")") and _wraps(current)
            if bracketed and any(_is_relation(t) for t in _outer(current[1:-1])):
                current = current[1:-1]
            pieces.append(Piece(current, _kind(current), lead, separator))
            lead = False
        elif by == "," and separator == ",":
            pass
        current, separator = [], by

    for token in tokens:
        if token.kind in ("open", "begin") or token.is_(*_OPEN):
            depth += 1
        elif token.kind in ("close", "end") or token.is_(*_CLOSE):
            depth -= 1
        if depth <= 0 and (token.kind == "quad" or token.is_(",", ";", "implies")):
            flush("," if token.is_(",") else token.text)
            continue
        if depth <= 0 and token.kind == "text" and token.text.lower().strip(" ,:.") in _FORALL:
            flush("text")
            lead = lead or token.text.lower().strip(" ,:.") not in ("where", "and", "with")
            continue
        if depth <= 0 and token.is_("forall"):
            flush("forall")
            lead = True
            continue
        current.append(token)
    flush("")
    return pieces


def _wraps(tokens: list[Token]) -> bool:
    depth = 0
    for at, token in enumerate(tokens):
        if token.is_("("):
            depth += 1
        elif token.is_(")"):
            depth -= 1
            if depth == 0:
                return at == len(tokens) - 1
    return False


def _kind(tokens: list[Token]) -> str:
    outer = list(_outer(tokens))
    if len(tokens) == 1 and tokens[0].is_("dots", "cdots"):
        return "dots"
    if any(t.is_("rightarrow") for t in outer) and any(t.is_(":") for t in outer):
        return "maps"
    if any(t.is_("in") for t in outer):
        return "in"
    if any(t.kind in ("symbol", "command") and (t.text in RELATIONS or t.text in REFUSED_RELATIONS) for t in outer):
        return "relation"
    if any(t.is_("overset", "stackrel", "underset") for t in outer) and find_relations(tokens):
        return "relation"
    return "bare"


def _join_ranges(pieces: list[Piece]) -> list[Piece]:
    """`l = 1`, `\\dots`, `L-1` are one piece, and so are `l = 1`, `2`, `3`."""
    result: list[Piece] = []
    position = 0
    while position < len(pieces):
        piece = pieces[position]
        if piece.kind == "relation":
            stop = position + 1
            while stop < len(pieces) and pieces[stop].kind == "bare" and pieces[stop].separator == ",":
                stop += 1
            if stop < len(pieces) - 1 and pieces[stop].kind == "dots" and pieces[stop + 1].kind == "bare":
                result.append(_joined(pieces[position : stop + 2]))
                position = stop + 2
                continue
            if stop > position + 1 and _counts(piece.tokens) and all(_is_number(more) for more in pieces[position + 1 : stop]):
                result.append(_joined(pieces[position:stop]))
                position = stop
                continue
            if stop == len(pieces) - 1 and pieces[stop].kind == "dots" and _counts(piece.tokens):
                raise FormulaError("this range has no end", piece.tokens[0].span.to(pieces[stop].tokens[-1].span), "as in l = 1,\\dots,L", "range")
            outer = list(_outer(piece.tokens))
            if any(t.is_("dots", "cdots") for t in outer) and len(find_relations(piece.tokens)) == 1:
                piece = Piece(piece.tokens, "range", piece.lead, piece.separator)
        result.append(piece)
        position += 1
    return result


def _joined(pieces: list[Piece]) -> Piece:
    """Pieces of one range, with commas between them."""
    tokens = [*pieces[0].tokens]
    for more in pieces[1:]:
        tokens += [Token("symbol", ",", more.tokens[0].span), *more.tokens]
    return Piece(tokens, "range", pieces[0].lead, pieces[0].separator)


def _is_number(piece: Piece) -> bool:
    return len(piece.tokens) == 1 and piece.tokens[0].kind == "number"


def _counts(tokens: list[Token]) -> bool:
    """Whether this is the beginning of a range: `l = 1`."""
    return len(tokens) == 3 and tokens[0].kind == "letter" and tokens[1].is_("=") and tokens[2].kind == "number"


def _names_a_declaration(later: list[Piece]) -> bool:
    """Whether only bare names stand between here and a declaration."""
    for piece in later:
        if piece.kind in ("in", "maps"):
            return True
        if piece.kind != "bare" or piece.lead:
            return False
    return False


def _is_condition(piece: Piece, statements: list[Statement], scope: Scope) -> bool:
    """Whether a piece behind a statement only says for which indices it is meant."""
    if piece.lead:
        return True
    if piece.kind == "in":
        name = read_atom(Reader([*piece.tokens, Token("eof", "", piece.tokens[-1].span)]))
        if statements[-1].kind in ("in", "maps"):
            return name is not None and _used_as_index(name, statements[-1].tokens)
        return True
    if piece.kind != "relation":
        return False
    relations = find_relations(piece.tokens)
    if not relations or relations[0][2]:
        return False
    left = piece.tokens[: relations[0][0]]
    sides = [left]
    if len(relations) > 1:
        sides.append(piece.tokens[relations[0][1] : relations[1][0]])
    for side in sides:
        if len(side) == 0:
            return False
        reader = Reader([*side, Token("eof", "", side[-1].span)])
        name = read_atom(reader)
        if name is None or reader.now.kind != "eof":
            continue
        symbol = scope.lookup(name)
        if symbol is not None and symbol.role == "value" and (piece.separator == "text" or _bounds_a_free_value(symbol, piece, relations)):
            return True
        if scope.is_integer(name) or any(_used_as_index(name, s.tokens) for s in statements):
            symbol = scope.lookup(name)
            return symbol is None or symbol.role != "value"
    return False


def _bounds_a_free_value(symbol, piece: Piece, relations) -> bool:
    """`…, \\quad a > 0` with a declared a: as a claim it would be false, so it says for which a."""
    right = piece.tokens[relations[0][1] :]
    return (
        not symbol.is_defined
        and len(relations) == 1
        and relations[0][3] in ("<", ">", "\\le", "\\ge", "\\ne")
        and len(right) == 1
        and right[0].kind == "number"
    )


def _used_as_index(name: str, tokens: list[Token]) -> bool:
    """Whether a name stands in a sub- or superscript of these tokens."""
    depth = 0
    after = False
    for token in tokens:
        if after or depth:
            text = token.text if token.kind == "letter" else "\\" + token.text
            if text == name and token.kind in ("letter", "command"):
                return True
            if token.kind == "open":
                depth += 1
            elif token.kind == "close":
                depth -= 1
            after = False
        elif token.is_("_", "^"):
            after = True
    return False


def find_relations(tokens: list[Token]) -> list[tuple[int, int, bool, str]]:
    """Relations outside of brackets: (first token, one behind the last, defines, name)."""
    found, depth, position = [], 0, 0
    while position < len(tokens):
        token = tokens[position]
        if token.kind in ("open", "begin") or token.is_(*_OPEN):
            depth += 1
        elif token.kind in ("close", "end") or token.is_(*_CLOSE):
            depth -= 1
        elif depth == 0 and token.is_(":") and position + 1 < len(tokens) and tokens[position + 1].is_("="):
            found.append((position, position + 2, True, "="))
            position += 1
        elif depth == 0 and token.is_("coloneqq"):
            found.append((position, position + 1, True, "="))
        elif depth == 0 and token.kind in ("symbol", "command") and token.text in RELATIONS:
            found.append((position, position + 1, False, RELATIONS[token.text]))
        elif depth == 0 and token.is_("overset", "stackrel", "underset"):
            reader = Reader([*tokens, Token("eof", "", tokens[-1].span)])
            reader.position = position + 1
            note = reader.group()
            base = reader.group()
            if len(base) == 1 and _is_relation(base[0]):
                words = "".join(t.text for t in note).lower()
                found.append((position, reader.position, "def" in words or "triangle" in words, RELATIONS.get(base[0].text, "=")))
            position = reader.position - 1
        elif depth == 0 and token.kind == "command" and token.text in REFUSED_RELATIONS:
            raise FormulaError(f"\\{token.text} is not in the language", token.span, REFUSED_RELATIONS[token.text])
        position += 1
    return found
