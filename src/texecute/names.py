"""Declarations → scope: which names are known, and what each of them is.

A `Symbol` collects everything a page says about one name: declarations and
definitions, one `Member` each, because a family (`a^{[l]}`) is introduced in
parts.  Symbols never change; the scope replaces them.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field, replace

from texecute.errors import FormulaError, Span
from texecute.functions import BY_LATEX
from texecute.syntax import Domain, FunctionSpace, Node, Ranges, Var, walk


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a page says once: how vectors stand, and which layout derivatives have."""

    vectors: str = "column"
    layout: str = "mixed"


CONVENTION_VALUES = {
    "vectors": ("row", "column"),
    "layout": ("numerator", "denominator", "mixed"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """One declaration or definition of a name, or of some members of its family.

    `pattern` holds the label expressions of the head (`l+1` in `z^{[l+1]}`),
    `ranges` what they run over.  A definition has a `body`, and `indices` where
    it defines entries or rows; a function definition has `parameters`.
    """

    pattern: tuple[Node, ...] = ()
    ranges: Ranges = Ranges()
    domain: Domain | FunctionSpace | None = None
    body: Node | None = None
    indices: tuple[Node, ...] = ()
    parameters: tuple[Node, ...] = ()
    conventions: Conventions = Conventions()


@dataclass(frozen=True, slots=True)
class Symbol:
    """A known name.

    `role` is `value`, `function` or `integer`; `style` how its family writes its
    label: `[]`, `()`, `<>`, `_`, `^` or "" for none.  `uid` tells two meanings
    of one name apart.  `function` is the uid of the function of the same name,
    where `u` is both (`u = u(x)`).
    """

    name: str
    uid: str
    role: str
    style: str = ""
    members: tuple[Member, ...] = ()
    function: str | None = None

    @property
    def domain(self) -> Domain | FunctionSpace | None:
        """The first declared domain, or None."""
        return next((m.domain for m in self.members if m.domain is not None), None)

    @property
    def is_defined(self) -> bool:
        """Whether any member has a defining expression."""
        return any(m.body is not None for m in self.members)


@dataclass
class Scope:
    """The names known at one place of a page.

    `symbols` maps a written name to its present meaning, `by_uid` every meaning
    there has been.  `ranges` are page-wide ranges of labels (`l = 1,\\dots,L`
    standing alone); `conditions` steer the draws; `later` holds names that the
    rest of the page defines as families, so that recurrences may refer forward.
    """

    conventions: Conventions = Conventions()
    symbols: dict[str, Symbol] = field(default_factory=dict)
    by_uid: dict[str, Symbol] = field(default_factory=dict)
    indices: set[str] = field(default_factory=set)
    ranges: dict[str, object] = field(default_factory=dict)
    conditions: list = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    later: frozenset[str] = frozenset()
    ranks: dict[str, int] = field(default_factory=dict)
    shapes: dict = field(default_factory=dict)
    version: int = 0

    def child(self) -> "Scope":
        """A scope inside this one: sees all of it, changes nothing outside."""
        return Scope(
            self.conventions, dict(self.symbols), dict(self.by_uid), set(self.indices), dict(self.ranges),
            list(self.conditions), set(self.used), self.later, dict(self.ranks), dict(self.shapes), self.version,
        )  # fmt: skip

    def lookup(self, name: str) -> Symbol | None:
        """The present meaning of a written name."""
        return self.symbols.get(name)

    def set(self, symbol: Symbol) -> None:
        """Makes `symbol` the present meaning of its name."""
        self.symbols[symbol.name] = symbol
        self.by_uid[symbol.uid] = symbol
        self.version += 1
        self.shapes.clear()

    def fresh_uid(self, name: str) -> str:
        """A key for a new meaning of `name`."""
        if name not in self.by_uid:
            return name
        number = 2
        while f"{name}#{number}" in self.by_uid:
            number += 1
        return f"{name}#{number}"

    def add_member(self, name: str, role: str, style: str, member: Member, anew: bool = False) -> Symbol:
        """Adds a declaration or definition to `name`; `anew` gives the name a new meaning."""
        old = self.symbols.get(name)
        if old is None or anew or old.role != role:
            symbol = Symbol(name, self.fresh_uid(name), role, style, (member,))
        else:
            symbol = replace(old, members=old.members + (member,), style=old.style or style)
        self.set(symbol)
        return symbol

    def add_forward(self, name: str, style: str) -> Symbol:
        """A family that is used now and defined further down the page."""
        symbol = self.symbols.get(name)
        if symbol is None:
            symbol = Symbol(name, self.fresh_uid(name), "value", style)
            self.set(symbol)
        return symbol

    def declare_size(self, name: str) -> None:
        """Makes `name` a positive integer if nothing else is known of it."""
        if name not in self.symbols:
            self.set(Symbol(name, self.fresh_uid(name), "integer"))

    def declare_sizes_in(self, *nodes: Node) -> None:
        """Declares every size that stands in these expressions (labels of sizes excepted)."""
        for node in nodes:
            labels = {id(x) for v in walk(node) if isinstance(v, Var) for lab in v.labels for x in walk(lab)}
            for item in walk(node):
                if isinstance(item, Var) and id(item) not in labels:
                    self.declare_size(item.name)

    def dim_nodes(self, node) -> tuple[Node, ...] | None:
        """The sizes of a defined name as expressions, where its shape is known already."""
        return self.shapes.get(("nodes", node.name))

    def is_integer(self, name: str) -> bool:
        """Whether `name` is a size or another integer."""
        symbol = self.symbols.get(name)
        return symbol is not None and symbol.role == "integer"

    def nearest(self, name: str, function: bool = False) -> str:
        """A hint that offers the nearest known name, and a declaration that fits."""
        known = {n: f"\\mathrm{{{n}}}" for n in BY_LATEX if len(n) > 2} | {_bare(k): k for k in reversed(self.symbols)}
        bare = _bare(name)
        close = [k for k in self.symbols if _bare(k) == bare and k != name]
        if len(bare) > 1 and not bare.startswith("\\"):
            close += [known[k] for k in difflib.get_close_matches(bare, known, 3, 0.6) if known[k] not in close]
        close += [k for k in self.symbols if len(bare) == 1 and _bare(k).lower() == bare.lower() and k not in close]
        wanted = _declaration(name, function)
        if close:
            return f"did you mean {close[0]}? Or declare it: {wanted}"
        return f"declare it before its first use, as in {wanted}"

    def unknown(self, name: str, span: Span, function: bool = False) -> FormulaError:
        """The error for a name that is neither declared nor defined; `function` where an argument follows."""
        if _bare(name) == "E" and "\\mathbb" in name:
            return FormulaError("expectations are not in the language", span, "write the mean that is meant: \\frac1m\\sum_{i=1}^{m} …", "name")
        if name.startswith("\\mathrm{") and is_words(name[8:-1]):
            return FormulaError("words cannot stand inside of a formula", span, "put \\quad before \\text{…}, or the words into the text", "name")
        return FormulaError(f"unknown name {name}", span, self.nearest(name, function), "name")


def is_words(text: str) -> bool:
    """Whether the contents of `\\text{…}` are words for the reader and no name."""
    return re.fullmatch(r"[^\W_][\w.*-]*", text) is None


def _declaration(name: str, function: bool) -> str:
    """How a name like this one is usually declared: capitals as matrices, Greek letters as numbers."""
    head = re.sub(r"_\{.*\}$", "", name)
    bare = _bare(head)
    if function or head in ("f", "g", "h"):
        return f"{head} : \\mathbb{{R}}\\to\\mathbb{{R}}"
    if len(bare) == 1 and bare.isupper() and "\\mathcal" not in head:
        return f"{head} \\in \\mathbb{{R}}^{{m\\times n}}"
    if re.fullmatch(r"\\[a-z]+", bare) and head == bare:
        return f"{head} \\in \\mathbb{{R}}"
    return f"{head} \\in \\mathbb{{R}}^{{n}}"


def _bare(name: str) -> str:
    """A name without its styles and accents: `\\hat{\\mathbf{y}}` is `y`."""
    bare = re.sub(r"\\(?:mathbf|mathcal|mathrm|mathsf|boldsymbol|mathit|mathbb|hat|bar|tilde|vec|dot|operatorname|mathscr"
                  r"|mathfrak|underline|overline|ddot|check|breve)\b", "", name)  # fmt: skip
    return bare.replace("{", "").replace("}", "").strip() or name
