"""Tree → the symbolic shape of every node, by unification.

`infer` walks a tree once.  What only the context decides (the size of
`\\mathbf 1`, the range of a bare index, the layout of a derivative, how a product
of several factors is grouped) is written into the result, and `evaluate`, `exact`
and `emit` read it there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from texecute.dims import (
    ONE,
    Dim,
    Shape,
    declared_shape,
    dim,
    dim_of_number,
    linear,
    linear_text,
    match_label,
    shape_of_domain,
    shape_text,
)
from texecute.errors import FormulaError, ShapeError, Span
from texecute.names import Conventions, Member, Scope, Symbol
from texecute.shape_rules import ShapeRules
from texecute.syntax import (
    Add,
    Binding,
    Div,
    Domain,
    Eye,
    Neg,
    Node,
    Ones,
    Operation,
    Pow,
    Product,
    Slice,
    Unit,
    Var,
    walk,
)
from texecute.unify import Unifier


@dataclass
class Typed:
    """What inference found out about one formula.

    Keys are `id`s of nodes.  `shapes`: of every node.  `ranges`: of indices that
    have no range of their own, by name for the formula and by `id(binding)` for
    sums.  `layouts`: how a derivative is laid out.  `groups`: how a product is
    grouped where it is not from the left.  `subscripts`: indices after `12` was
    told from 1, 2.
    """

    scope: Scope
    conventions: Conventions
    unifier: Unifier
    shapes: dict[int, Shape] = field(default_factory=dict)
    ranges: dict = field(default_factory=dict)
    layouts: dict[int, tuple[str, bool]] = field(default_factory=dict)
    groups: dict[int, tuple] = field(default_factory=dict)
    subscripts: dict[int, tuple] = field(default_factory=dict)
    readings: dict[int, str] = field(default_factory=dict)
    keep: list = field(default_factory=list)

    def shape(self, node: Node) -> Shape:
        """The shape of a node, with everything known put in."""
        return self.unifier.shape(self.shapes[id(node)])


@dataclass
class RangeUse:
    """One place from which the range of a bare index is read: a size, or a family's binding."""

    size: Dim | None
    binding: Binding | None
    span: Span


class Inference(ShapeRules):
    """Infers the shapes of one formula's nodes."""

    def __init__(self, scope: Scope, conventions: Conventions, source: str = "", bound: frozenset[str] = frozenset()):
        self.scope = scope
        self.source = source
        self.unifier = Unifier(_equalities(scope))
        self.typed = Typed(scope, conventions, self.unifier)
        self.bound = bound
        for name, binding in scope.ranges.items():
            self.fix(name, binding)
        self.uses: dict[str, list[RangeUse]] = {}
        self.active: set = set()
        self.open: frozenset[str] = frozenset()

    # --- the walk -----------------------------------------------------------------

    def infer(self, node: Node) -> Shape:
        """The shape of `node`; raises ShapeError where parts do not fit."""
        rule = getattr(self, "_" + type(node).__name__)
        shape = rule(node)
        if len(shape) > 2 and isinstance(node, Add | Neg | Product | Operation | Div | Pow):
            raise ShapeError("an array with three or more indices exists only through its entries", node.span, "write its entries: X_{ijk}")
        self.typed.shapes[id(node)] = shape
        self.typed.keep.append(node)
        return self.unifier.shape(shape)

    def fix(self, name: str, binding: Binding) -> None:
        """Puts a label that has one value only (`l = L`) into all sizes."""
        if len(binding.members) == 1:
            try:
                self.unifier.fixed[name] = linear(binding.members[0])
            except FormulaError:
                return

    def text(self, node: Node) -> str:
        """The source of a node, for messages."""
        return self.source[node.span.start : node.span.end].strip() or "a part of it"

    def scalar(self, node: Node, what: str) -> None:
        """Infers a node that must be a scalar."""
        shape = self.infer(node)
        if not self.unifier.same_shape(shape, ()):
            raise ShapeError(f"{what} must be a scalar, but it is {shape_text(shape)}", node.span,
                             "for a vector x, x^\\top x and \\lVert x\\rVert are scalars, and so is each entry x_i")  # fmt: skip

    # --- names ----------------------------------------------------------------------

    def shape_of_symbol(self, symbol: Symbol, labels: tuple[Node, ...], span: Span) -> Shape:
        """The shape of a value, with its label put in."""
        forms = [linear(label) for label in labels]
        if not symbol.members and symbol.name not in self.scope.later:
            raise self.scope.unknown(symbol.name, span)
        if labels and symbol.members and not any(m.pattern for m in symbol.members):
            raise FormulaError(f"{symbol.name} has no labels", span, f"declare {symbol.name}^{{[l]}} \\in … with a range", "name")
        if not labels and all(m.pattern for m in symbol.members):
            raise FormulaError(f"{symbol.name} is a family: its label is missing", span, _with_label(symbol), "name")
        candidates = [(m, s) for m in symbol.members if (s := match_label(m, forms)) is not None]
        if not candidates and labels:
            extra = self.scope.lookup(f"{symbol.name}_{{{_plain(labels)}}}") or self.scope.lookup(f"{symbol.name}^{{{_plain(labels)}}}")
            if extra is not None:
                return self.shape_of_symbol(extra, (), span)
            # The rest of the page defines this member, or evaluation finds that nothing does.
            return (self.unifier.fresh(), self.unifier.fresh())
        exact = [c for c in candidates if not c[1]]
        ordered = exact + [c for c in candidates if c[1]]
        declared = [(m, s) for m, s in ordered if m.domain is not None]
        member, substitution = (declared or ordered)[0]
        shape = tuple(d.relabel(substitution) for d in self._member_shape(symbol, member))
        return self._like_siblings(symbol, member, shape) if labels else shape

    def _like_siblings(self, symbol: Symbol, member: Member, shape: Shape) -> Shape:
        """Sizes that a recurrence leaves open, from the family's other members: `a^{[0]}` is a column, so all are."""
        if not any(self.unifier.resolve(d).unknown for d in shape):
            return shape
        others = [(symbol, m) for m in symbol.members if m is not member]
        for mark in ("_{0}", "^{0}", "_{1}", "^{1}"):
            extra = self.scope.lookup(symbol.name + mark)
            others += [(extra, m) for m in extra.members] if extra is not None else []
        for owner, other in others:
            if ((owner.uid, id(other)) in self.active) or (owner.uid, "siblings") in self.active:
                continue
            self.active.add((owner.uid, "siblings"))
            try:
                known = self._member_shape(owner, other)
            finally:
                self.active.discard((owner.uid, "siblings"))
            for size, like in zip(shape, known or (ONE, ONE)):
                constant = not any(label is not None for _, label in like.atoms())
                if self.unifier.resolve(size).unknown and constant and not like.unknown:
                    self.unifier.same(size, like)
        return shape

    def _member_shape(self, symbol: Symbol, member: Member) -> Shape:
        key = (symbol.uid, id(member))
        cached = self.scope.shapes.get(key)
        if cached is not None:
            return cached
        if member.domain is not None and isinstance(member.domain, Domain):
            shape = shape_of_domain(member.domain)
        else:
            if key in self.active:
                # A recurrence: its shape shows from the rest of the formula.
                return (self.unifier.fresh(), self.unifier.fresh())
            shape = self._infer_body(symbol, member, key)
            if any(a[0] == "?" for d in shape for a in d.atoms()):
                return shape
        self.scope.shapes[key] = shape
        return shape

    def _infer_body(self, symbol: Symbol, member: Member, key) -> Shape:
        inner = Inference(self.scope, member.conventions, "")
        inner.active = self.active | {key}
        inner.unifier = self.unifier
        inner.typed.unifier = self.unifier
        inner.bound = frozenset(b.name for b in member.ranges.bindings) | {
            v.name for p in member.pattern for v in walk(p) if isinstance(v, Var)
        }
        shape = inner.infer(member.body)
        if not member.indices:
            return self.unifier.shape(shape)
        return self.unifier.shape(inner.entry_shape(member, shape, member.body.span, declared_shape(symbol)))

    def entry_shape(self, member: Member, body: Shape, span: Span, declared: Shape | None = None) -> Shape:
        """The shape of a name that is defined by its entries or rows."""
        if declared is not None:
            sizes = declared if len(member.indices) > 1 else [d for d in declared if d != ONE][:1]
            for index, size in zip(member.indices, sizes):
                self.note_index(index, size)
        sizes = []
        for index in member.indices:
            if isinstance(index, Slice):
                sizes.append(None)
            elif isinstance(index, Var) and not self.scope.is_integer(index.name):
                sizes.append(self.range_of(index.name, member.ranges.bindings, span))
            else:
                raise FormulaError("a definition by entries has plain indices on the left", span,
                                   "as in z_i = … for a vector, Z_{ij} = … for a matrix, with letters that name nothing else")  # fmt: skip
        if any(s is None for s in sizes):
            rows, columns = body or (ONE, ONE)
            if len(sizes) != 2 or (sizes[0] is None) == (sizes[1] is None):
                raise FormulaError("one index and one colon define the rows or columns of a matrix", span, "as in Z_{i,:} = …")
            if sizes[1] is None and not self.unifier.same(rows, ONE):
                raise ShapeError(f"row i must be a row, but the right side is {shape_text(body)}", span, "transpose the right side")
            if sizes[0] is None and not self.unifier.same(columns, ONE):
                raise ShapeError(f"column j must be a column, but the right side is {shape_text(body)}", span, "transpose the right side")
            return (sizes[0], columns) if sizes[1] is None else (rows, sizes[1])
        if not self.unifier.same_shape(body, ()):
            raise ShapeError(f"an entry must be a scalar, but the right side is {shape_text(body)}", span,
                             "give the right side its indices too, or define the whole: without an index, or a row as in Z_{i,:} = …")  # fmt: skip
        if len(sizes) == 1:
            row = self.typed.conventions.vectors == "row"
            if declared is not None and len(declared) == 2 and (declared[0] == ONE) != (declared[1] == ONE):
                row = declared[0] == ONE
            return (ONE, sizes[0]) if row else (sizes[0], ONE)
        return tuple(sizes)

    # --- ranges of bare indices ---------------------------------------------------------

    def note_index(self, node: Node, size: Dim | None, binding: Binding | None = None) -> None:
        """Remembers that a bare index stands where `size` entries are (or in a family's label)."""
        if not isinstance(node, Var) or node.labels or node.name in self.bound:
            return
        if node.name in self.open or not self.scope.is_integer(node.name):
            self.uses.setdefault(node.name, []).append(RangeUse(size, binding, node.span))

    def range_of(self, name: str, bindings=(), span: Span = Span(0, 1)) -> Dim:
        """The size over which a bare index runs; FormulaError where it shows nowhere."""
        for binding in bindings:
            if binding.name == name and binding.low is not None:
                low = dim(binding.low)
                return dim(binding.high) - low + ONE if low != ONE else dim(binding.high)
            if binding.name == name and binding.members:
                return dim_of_number(len(binding.members))
        symbol_range = self.scope.ranges.get(name)
        if symbol_range is not None and symbol_range.low is not None:
            return dim(symbol_range.high)
        uses = [u for u in self.uses.get(name, []) if u.size is not None]
        if not uses:
            raise FormulaError(f"the range of {name} is not known", span,
                               f"state the range, as in {name} = 1,\\dots,n", "range")  # fmt: skip
        return self._agreed(name, uses)

    def _agreed(self, name: str, uses: list[RangeUse]) -> Dim:
        first = uses[0]
        for other in uses[1:]:
            if not self.unifier.same(first.size, other.size):
                a, b = self.unifier.resolve(first.size).text(), self.unifier.resolve(other.size).text()
                raise ShapeError(f"{name} runs to {a} in one place and to {b} in another", other.span,
                                 "use two letters, or state the range")  # fmt: skip
        return first.size

    def close_binding(self, binding: Binding, span: Span) -> None:
        """Finds the range of a sum's bare index from its use in the body."""
        if binding.low is not None or binding.members:
            return
        uses = self.uses.pop(binding.name, [])
        sized = [u for u in uses if u.size is not None]
        families = [u for u in uses if u.binding is not None]
        page = self.scope.ranges.get(binding.name)
        if page is not None and not sized:
            self.typed.ranges[id(binding)] = page
        elif sized:
            self.typed.ranges[id(binding)] = self._agreed(binding.name, sized)
        elif families:
            self.typed.ranges[id(binding)] = families[0].binding
        else:
            raise FormulaError(f"the range of {binding.name} is not known", span,
                               f"state the range, as in \\sum_{{{binding.name}=1}}^{{n}}", "range")  # fmt: skip
        self.typed.keep.append(binding)

    def close_formula(self, ranges) -> dict[str, object]:
        """Ranges of all free indices of the formula: name → Binding or Dim."""
        found: dict[str, object] = {}
        for binding in ranges.bindings:
            if binding.low is not None or binding.members:
                found[binding.name] = binding
        for name, uses in self.uses.items():
            if name in found:
                continue
            if name in self.scope.ranges:
                found[name] = self.scope.ranges[name]
                continue
            sized = [u for u in uses if u.size is not None]
            families = [u for u in uses if u.binding is not None]
            if sized:
                found[name] = self._agreed(name, sized)
            elif families:
                found[name] = families[0].binding
            else:
                raise FormulaError(f"the range of {name} is not known", uses[0].span,
                                   f"state the range, as in {name} = 1,\\dots,n", "range")  # fmt: skip
        for binding in ranges.bindings:
            if binding.name not in found:
                if binding.name in self.scope.ranges:
                    found[binding.name] = self.scope.ranges[binding.name]
                else:
                    raise FormulaError(f"the range of {binding.name} is not known", binding.span,
                                       f"state the range, as in {binding.name} = 1,\\dots,n", "range")  # fmt: skip
        return found


    def refuse_open_sizes(self, parts) -> None:
        """FormulaError for a `\\mathbf 1`, `I` or `e_i` whose size shows nowhere: it would have to be guessed."""
        for node in (node for part in parts for node in walk(part)):
            if isinstance(node, Ones | Eye | Unit) and id(node) in self.typed.shapes:
                if any(a[0] == "?" for d in self.unifier.shape(self.typed.shapes[id(node)]) for a in d.atoms()):
                    shown = self.text(node)
                    raise FormulaError(f"the size of {shown} is not known here", node.span,
                                       "write it as an index, as in \\mathbf 1_n or I_n" if not isinstance(node, Unit)
                                       else "multiply it with something of a known size, or define it: u = e_1 with u \\in \\mathbb{R}^{n}", "name")  # fmt: skip


def _equalities(scope: Scope) -> tuple:
    """Sizes that the page states to be equal: `n = 3`, `n_0 = n_x`."""
    found = []
    for condition in scope.conditions:
        if condition.op == "=":
            try:
                found.append((dim(condition.left), dim(condition.right)))
            except FormulaError:
                continue
    return tuple(found)


def _plain(labels) -> str:
    return ",".join(linear_text(linear(label)) for label in labels)


def _with_label(symbol: Symbol) -> str:
    marks = {"[]": "^{[l]}", "()": "^{(i)}", "<>": "^{\\langle t\\rangle}", "_": "_t", "^": "^{l}"}
    return f"write {symbol.name}{marks.get(symbol.style, '^{[l]}')}"


__all__ = ["Inference", "Typed"]
