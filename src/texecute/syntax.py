"""The syntax tree of a formula: frozen dataclasses, each with its span.

Spans do not take part in comparison, so two trees are equal when they say the
same.  Brackets leave no node; the printer puts back those that are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cache

from texecute.errors import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes; `span` is where the node stands in the formula."""

    span: Span = field(default=NOWHERE, compare=False, kw_only=True)


# --- names and numbers -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Num(Node):
    """A decimal literal, as written: `2`, `0.5`."""

    text: str


@dataclass(frozen=True, slots=True)
class Const(Node):
    """A mathematical constant: `e` or `pi`."""

    name: str


@dataclass(frozen=True, slots=True)
class Var(Node):
    """An integer: a bound index (`i`, `l`), a size (`n`, `n_{l-1}`) or a counted name (`y`, `L`).

    `name` is canonical LaTeX; `labels` are integer expressions (`n_{l-1}` has one).
    """

    name: str
    labels: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Ref(Node):
    """The value of a declared or defined name, one member of it if it is a family.

    `name` is the symbol's unique key in the scope: its canonical LaTeX, with
    `#2`, `#3`, … appended when a page gives the same name a new meaning.
    """

    name: str
    labels: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Ones(Node):
    """The column of ones; `size` None: from the context."""

    size: Node | None = None


@dataclass(frozen=True, slots=True)
class Eye(Node):
    """The identity matrix; `size` None: from the context."""

    size: Node | None = None


@dataclass(frozen=True, slots=True)
class Zeros(Node):
    """A zero vector or matrix written in bold; a size makes it a column."""

    size: Node | None = None


@dataclass(frozen=True, slots=True)
class Unit(Node):
    """The unit column vector `e_i`; its length comes from the context."""

    index: Node


@dataclass(frozen=True, slots=True)
class Delta(Node):
    """Kronecker's delta: 1 where the two indices agree, else 0."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """A relation between two expressions used as a condition: `j \\ne k`, `x > 0`."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Indicator(Node):
    """1 where all conditions hold, else 0: `[j = k]`, `\\mathbb 1[j = k]`."""

    conditions: tuple[Condition, ...]


# --- arithmetic --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Neg(Node):
    """Minus one thing."""

    body: Node


@dataclass(frozen=True, slots=True)
class Add(Node):
    """A sum of two or more terms; a difference has a `Neg` among them."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Juxtaposition of two or more factors: matrix product, or scalar times anything."""

    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """An explicit operator between two things.

    `op` is the LaTeX command without backslash: `circ`, `odot`, `ast`,
    `oslash`, `cdot`, `times`, `otimes`; `\\langle a, b\\rangle` is `inner`.
    """

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Div(Node):
    """A quotient, `\\frac{a}{b}` or (slash) `a/b`."""

    top: Node
    bottom: Node
    slash: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Pow(Node):
    """A power of a scalar or square matrix; `elementwise` for `^{\\circ 2}`."""

    base: Node
    exponent: Node
    elementwise: bool = False


@dataclass(frozen=True, slots=True)
class Transpose(Node):
    """The transpose; `letter` is true when it was spelled with a bare `T`."""

    body: Node
    letter: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Inverse(Node):
    """The inverse of a square matrix, the reciprocal of a scalar."""

    body: Node


# --- entries -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slice(Node):
    """`:`, `\\cdot` or `a:b` as a subscript; both ends are included and count from 1."""

    low: Node | None = None
    high: Node | None = None


@dataclass(frozen=True, slots=True)
class Index(Node):
    """Entries of a value: `W_{ij}`, `z_k`, `W_{i\\cdot}`, `W_{:,j}`, `W_{a:b}`."""

    body: Node
    subscripts: tuple[Node, ...]


# --- functions ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Function(Node):
    """A function's name: built in (a key of the table in `functions`) or the page's own.

    `primes` counts derivatives; `labels` select a member of a function family.
    """

    name: str
    labels: tuple[Node, ...] = ()
    primes: int = 0
    builtin: bool = True


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function applied to its arguments.

    `implicit` is true for a bare name that means its value at the arguments it
    was defined with.
    """

    function: Function
    arguments: tuple[Node, ...]
    implicit: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Norm(Node):
    """`\\lVert x\\rVert`; kind is `2`, `F`, `1`, `\\infty` or `""` where none is written."""

    body: Node
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Abs(Node):
    """The absolute value of a scalar, `\\lvert x\\rvert`."""

    body: Node


@dataclass(frozen=True, slots=True)
class Binding(Node):
    """The range of one index or label: `k=1,…,N` by `low` and `high`, both None: by its use.

    `domain_set` holds explicit members (`k \\in \\{1,3\\}`) where they are listed.
    """

    name: str
    low: Node | None = None
    high: Node | None = None
    members: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Big(Node):
    """`\\sum`, `\\prod`, `\\max_k`, `\\min_k`, `\\arg\\max_k`, `\\arg\\min_k` over indices.

    `op` is `sum`, `prod`, `max`, `min`, `argmax` or `argmin`.
    """

    op: str
    bindings: tuple[Binding, ...]
    conditions: tuple[Condition, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Dots(Node):
    """`\\cdots`, `\\vdots`, `\\ddots` or `\\dots` in a matrix; kind is `c`, `v` or `d`."""

    kind: str


@dataclass(frozen=True, slots=True)
class MatrixLiteral(Node):
    """A matrix written out, entries or blocks, possibly with dots."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """`\\begin{cases}`: pairs of a value and its conditions (none: otherwise)."""

    branches: tuple[tuple[Node, tuple[Condition, ...]], ...]


@dataclass(frozen=True, slots=True)
class ShapeClaim(Node):
    """`\\underbrace{A}_{n\\times m}`: the value of `body`, and a claim on its shape."""

    body: Node
    rows: Node
    columns: Node


# --- derivatives -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class By(Node):
    """One thing by which is differentiated: a name, an entry of it, or its vec.

    `target` is a `Ref`, an `Index` of one, or `Call(vec, Ref)`; `transposed`
    is true for `\\partial x^\\top`.
    """

    target: Node
    transposed: bool = False


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    """`\\frac{\\partial A}{\\partial B}`, also of second order with two `by`.

    `style` is `partial`, `d` (upright or italic d) or `nabla`.  `layout` is
    None for the page's.
    """

    body: Node
    by: tuple[By, ...]
    style: str = "partial"


@dataclass(frozen=True, slots=True)
class Differential(Node):
    """`\\mathrm d X`, `\\mathrm d(AXB)`: the change along one random direction."""

    body: Node


@dataclass(frozen=True, slots=True)
class At(Node):
    """`\\left. A\\right|_{x = a}`: A with the value of x replaced by that of a."""

    body: Node
    points: tuple[tuple[Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Limit(Node):
    """`\\lim_{h\\to 0} A`; `name` is the Ref that tends to `to`."""

    name: Node
    to: Node
    body: Node


@dataclass(frozen=True, slots=True)
class BigO(Node):
    """`O(h^p)`: a remainder that shrinks at least as fast as the body."""

    body: Node


# --- domains -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Domain(Node):
    """Where a name lives.

    kind          shape and values
    real          all reals
    positive      above 0;  nonnegative: from 0
    interval      between `low` and `high`, both excluded
    integers      whole numbers from `low` to `high` (None: from 1 up for natural)
    natural       positive integers
    set           one of `members`
    symmetric, definite, invertible, orthogonal    square matrices
    `shape` is () for a scalar, one size for a vector, two for a matrix, more for an array.
    """

    kind: str
    shape: tuple[Node, ...] = ()
    low: Node | None = None
    high: Node | None = None
    members: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionSpace(Node):
    """`f : A \\times B \\to C`."""

    arguments: tuple[Domain, ...]
    result: Domain


# --- statements: what one formula says ----------------------------------------


@dataclass(frozen=True, slots=True)
class Ranges(Node):
    """The ranges and conditions that stand beside a formula."""

    bindings: tuple[Binding, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration(Node):
    """`x, y \\in D` or `g : A \\to B`: `names` get a domain."""

    names: tuple[Node, ...]
    domain: Domain | FunctionSpace
    ranges: Ranges = Ranges()


@dataclass(frozen=True, slots=True)
class Relation(Node):
    """A chain `A = B \\le C`: parts and the relations between them, still without a role.

    `defines` is true when the first relation is one of the defining signs.
    """

    parts: tuple[Node, ...]
    relations: tuple[str, ...]
    ranges: Ranges = Ranges()
    defines: bool = False


@dataclass(frozen=True, slots=True)
class Mention(Node):
    """An expression without a relation."""

    body: Node | None


@cache
def _parts(kind: type) -> tuple[str, ...]:
    """The names of a node's own fields: all but its span."""
    return tuple(f.name for f in fields(kind) if f.name != "span")


def children(node: Node) -> list[Node]:
    """The nodes directly below `node`, in the order in which they stand."""
    found: list[Node] = []
    for name in _parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            _collect(value, found)
    return found


def _collect(items: tuple, found: list[Node]) -> None:
    for item in items:
        if isinstance(item, Node):
            found.append(item)
        elif isinstance(item, tuple):
            _collect(item, found)


def walk(node: Node) -> Iterator[Node]:
    """`node` and all nodes below it, parents first."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(children(top)))


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """A copy of `node` in which `change` was applied to each node directly below it."""
    new = {}
    for name in _parts(type(node)):
        old = getattr(node, name)
        value = _rebuild_value(old, change)
        if value is not old:
            new[name] = value
    return replace(node, **new) if new else node


def _rebuild_value(value, change):
    if isinstance(value, Node):
        return change(value)
    if isinstance(value, tuple):
        items = tuple(_rebuild_value(item, change) for item in value)
        return items if any(a is not b for a, b in zip(items, value)) else value
    return value
