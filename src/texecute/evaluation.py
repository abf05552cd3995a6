"""Numbers of a page's own names: what a name is, what a side of a formula is, at a point of one's choice.

For tests that compare code with the formula that it implements:

    page = texecute.evaluate_page(text, "docs/page.md")
    page.side("eq-softmax", values={"z": [[1.0, 2.0, 3.0]]})
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from texecute import functions, matrices
from texecute.compare import numbers
from texecute.context import Context
from texecute.differentiate import directions_at
from texecute.dims import ONE, Dim
from texecute.errors import FormulaError, UndefinedValue
from texecute.items import Found, find_label, read_formulas
from texecute.names import Scope, Symbol
from texecute.point import Point
from texecute.reader import Reader, read_atom, spell
from texecute.shapes import Inference
from texecute.syntax import Num, Var
from texecute.tokens import tokenize

ATTEMPTS = 40


def evaluate_page(text: str, path: str = "page.md", seed: int = 0, root: str | Path | None = None) -> "Evaluation":
    """Reads a page; its names and formulas then have numbers, drawn by `seed` or set.

    `path` names the page in messages; `root` is the folder below which pages named by
    `uses:` may lie.  No claim is tried.  A formula that cannot be read raises its
    FormulaError when it is asked for, and not before.
    """
    return Evaluation(read_formulas(text, path, root=root, seed=seed), path, seed)


@dataclass
class Evaluation:
    """A page whose names have numbers.

    Values are floats or nested lists of rows; a vector is a list of one row or
    of rows of one entry, as it stands on the page.  What is not set in `values`
    is drawn; the sizes follow from what is set.
    """

    formulas: list[Found]
    path: str = "page.md"
    seed: int = 0

    def value(self, name: str, *labels: int, values: dict | None = None):
        """The value of a name, of one member of it if it is a family, at the end of the page.

        `name` is written in LaTeX, as on the page; `values` are what other names are set
        to.  Raises FormulaError for an unknown name, for a function, for values whose
        shapes do not fit, and where some part has no value.
        """
        tabless = [f for f in self.formulas if f.error is None and not any(b > 0 for b in f.formula.block)]
        found = next((f for f in reversed([*self.formulas] if not tabless else tabless)), None)
        if found is None:
            raise FormulaError(f"{self.path} has no formula", kind="name")
        return self._attempt(found, found.scope, found.program, values, lambda point: _number(point, name, labels))

    def side(self, label: str, part: int = -1, values: dict | None = None, **indices: int):
        """The value of one part of the formula `label`: 0 is the left one, -1 the last.

        `indices` are the formula's free indices and labels (`l=2`).  Raises FormulaError
        for an unknown label, for an index that is missing, and where some part has no value.
        """
        found = find_label(self.formulas, label, self.path)
        if found.error is not None:
            raise found.error
        claims = found.claims()
        if not claims:
            return self._definition(found, part, values, indices)
        claim = claims[0]
        claim.infer()
        missing = [n for n in claim.ranges if n not in indices]
        if missing:
            raise FormulaError(f"{label} is about every {', '.join(missing)}: say which, as in {missing[0]}=1", kind="range")
        code = claim.codes[part]
        if code is None:
            raise FormulaError("a remainder O(…) has no value", kind="range")

        def run(point: Point):
            directions = directions_at(claim.relation.parts, point, dict(indices))
            return code(Context(point, point.base, dict(indices), -1, directions))

        return self._attempt(found, claim.scope, claim.program, values, run)

    def _definition(self, found: Found, part: int, values, indices):
        item = next((i for i in found.items if i.role == "definition" and i.symbol.role == "value"), None)
        if item is None:
            raise FormulaError("this formula has no sides: it neither defines nor claims a value", kind="name")

        def run(point: Point):
            labels = tuple(point.integer(p, dict(indices)) for p in item.member.pattern)
            value = point.base.value((item.symbol.uid, labels))
            at = [indices[i.name] for i in item.member.indices if isinstance(i, Var) and i.name in indices]
            if at and len(at) == len(item.member.indices):
                return matrices.entries(value)[at[0] - 1] if len(at) == 1 else value[at[0] - 1, at[1] - 1]
            return value

        return self._attempt(found, found.scope, found.program, values, run)

    def _attempt(self, found: Found, scope: Scope, program, values, run):
        reason = ""
        for attempt in range(ATTEMPTS):
            point = Point(scope, program, self.seed, 0, attempt)
            set_values(point, values or {})
            try:
                return plain(run(point))
            except UndefinedValue as error:
                reason = str(error)
        raise FormulaError(f"some part has no value at these numbers ({reason})", kind="undecided")


def plain(value):
    """A value as a float or as nested lists."""
    data = numbers(value)
    if isinstance(value, matrices.Array):
        return _nested(data, value.sizes)
    if isinstance(value, matrices.Matrix):
        return _nested(data, (value.rows, value.columns))
    return data[0]


def _nested(data: list[float], sizes) -> list:
    if len(sizes) == 1:
        return list(data)
    step = len(data) // sizes[0]
    return [_nested(data[i * step : (i + 1) * step], sizes[1:]) for i in range(sizes[0])]


def _number(point: Point, name: str, labels: tuple):
    symbol = find_symbol(point.scope, name)
    if symbol.role == "integer":
        return float(point.integer(Var(symbol.name, tuple(Num(str(x)) for x in labels)), {}))
    if symbol.role == "function":
        raise FormulaError(f"{name} is a function: it has no value by itself", kind="name")
    return point.base.value((symbol.uid, labels))


def find_symbol(scope: Scope, name: str) -> Symbol:
    """The meaning of a name written in LaTeX; FormulaError with the nearest name if it is unknown."""
    tokens = tokenize(name)
    for text in (name, _canonical(tokens), spell(tokens[:-1])):
        symbol = scope.lookup(text)
        if symbol is not None:
            return symbol
    raise scope.unknown(name, tokens[0].span)


def _canonical(tokens) -> str:
    reader, text = Reader(list(tokens)), ""
    while (atom := read_atom(reader)) is not None:
        text += atom
    while reader.now.is_("_", "^"):
        mark = reader.next().text
        text += f"{mark}{{{spell(reader.group())}}}"
    return text


# --- setting values ---------------------------------------------------------------------


def set_values(point: Point, values: dict) -> None:
    """Gives names their values at a point, and the sizes that follow from them."""
    shaped, highest = [], {}
    for key, given in values.items():
        name, *labels = key if isinstance(key, tuple) else (key,)
        symbol, labels = find_symbol(point.scope, name), tuple(labels)
        if symbol.role == "integer":
            point.sizes[symbol.name, labels] = int(given)
        elif symbol.role == "function":
            point.functions[symbol.uid, labels] = _builtin(given, name)
        else:
            shaped.append((symbol, labels, given.tolist() if hasattr(given, "tolist") else given))
            if len(labels) == 1:
                highest[symbol.uid] = max(labels[0], highest.get(symbol.uid, 0))
    counts: dict[str, int] = {}
    for uid, label in highest.items():
        for member in point.scope.by_uid[uid].members:
            for binding in member.ranges.bindings:
                if isinstance(binding.high, Var) and not binding.high.labels:
                    counts[binding.high.name] = max(label, counts.get(binding.high.name, 0))
    for name, count in counts.items():
        point.sizes.setdefault((name, ()), count)
    for symbol, labels, given in shaped:
        _set_one(point, symbol, labels, given)


def _builtin(given, name: str):
    if given not in functions.BY_LATEX or functions.BY_LATEX[given] not in functions.TABLE:
        raise FormulaError(f"{name} is a function: set it to the name of a built-in one, as in 'tanh'", kind="name")
    key = functions.BY_LATEX[given]
    return lambda arguments, order, apply: apply(key, order, arguments[0])


def _set_one(point: Point, symbol: Symbol, labels: tuple, given) -> None:
    inference = Inference(point.scope, point.scope.conventions)
    nodes = tuple(Num(str(x)) if isinstance(x, int) and x >= 0 else Var(str(x)) for x in labels)
    shape = inference.unifier.shape(inference.shape_of_symbol(symbol, nodes, nodes[0].span if nodes else Num("1").span))
    sizes = _sizes_of(given)
    if len(sizes) == 1 and len(shape) == 2:
        sizes = (1, sizes[0]) if shape[0] == ONE else (sizes[0], 1)
    if len(sizes) != len(shape) and not (not shape and all(n == 1 for n in sizes)):
        raise FormulaError(f"{symbol.name} has {len(shape)} sizes, the value given for it has {len(sizes)}", kind="shape")
    for dim, size in zip(shape, sizes):
        _set_size(point, symbol, dim, size)
    data = _flat(given)
    if len(sizes) > 2:
        value = matrices.Array(sizes, data)
    else:
        value = matrices.matrix(*sizes, data) if shape else data[0]
    point.base.memo[symbol.uid, labels] = value
    point.closure[symbol.uid, labels] = frozenset({(symbol.uid, labels)})


def _sizes_of(given) -> tuple[int, ...]:
    sizes = []
    while isinstance(given, (list, tuple)):
        sizes.append(len(given))
        given = given[0]
    return tuple(sizes)


def _flat(given) -> list[float]:
    return [x for item in given for x in _flat(item)] if isinstance(given, (list, tuple)) else [float(given)]


def _set_size(point: Point, symbol: Symbol, dim: Dim, size: int) -> None:
    """Solves a symbolic size for its one name: n + 1 = 4 gives n = 3."""
    named = {m: c for m, c in dim.terms.items() if m}
    if len(named) == 1:
        ((monomial, count),) = named.items()
        name, label = monomial[0]
        rest = size - dim.terms.get((), 0)
        if len(monomial) == 1 and name != "?" and rest % count == 0:
            labels = () if label is None else ((label[1] if not label[0] else None) if len(label) == 2 else label[0],)
            if None not in labels:
                known = point.sizes.setdefault((name, labels), rest // count)
                if known != rest // count:
                    raise FormulaError(f"the values do not fit together: {dim.text()} is {size} for {symbol.name}, and {known} elsewhere", kind="shape")
            return
    if not named and dim.number != size:
        raise FormulaError(f"{symbol.name} has size {dim.text()}, the value given for it has {size}", kind="shape")


__all__ = ["evaluate_page", "Evaluation"]
