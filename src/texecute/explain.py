"""One formula explained: what it says in words, the shapes of its parts, a case in numbers, what was checked; and its code.

`explain` and `emit` are what the commands of the same names print.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from texecute import matrices
from texecute.compare import numbers
from texecute.dims import shape_text
from texecute.emit.jax import JAX
from texecute.emit.latex import Printer
from texecute.emit.numpy import NUMPY
from texecute.emit.source import source_of
from texecute.emit.speech import speech
from texecute.emit.torch import TORCH
from texecute.errors import FormulaError, ShapeError, UndefinedValue, caret
from texecute.items import Found, find_label, read_formulas
from texecute.names import Scope
from texecute.point import Point
from texecute.shapes import Inference
from texecute.syntax import Binding, By, Condition, Dots, Function, Node, Num, Relation, Var, children
from texecute.trying import with_sizes
from texecute.verdict import Case, Claim

LIBRARIES = {"numpy": NUMPY, "jax": JAX, "torch": TORCH}
TARGETS = (*LIBRARIES, "latex")
MAX_PARTS = 24
"""Parts whose shapes are listed."""
MAX_SHOWN = 36
"""Entries of a matrix that are shown."""


@dataclass
class NotFound(Exception):
    """The page or the label does not exist; `message` and `hint` say what to write."""

    message: str
    hint: str = ""


def find(target: str, seed: int = 0, root: str | Path | None = None) -> Found:
    """The formula at `path#eq-label`; NotFound where there is none."""
    name, _, label = target.partition("#")
    path = Path(name)
    if not path.is_file():
        raise NotFound(f"{name} does not exist" if not path.is_dir() else f"{name} is a folder", "give a page and a label, as in docs/page.md#eq-name")
    if path.suffix not in (".md", ".ipynb", ".py"):
        raise NotFound(f"{name} is not a page", "pages end in .md or .ipynb")
    try:
        text = path.read_text("utf8")
    except (OSError, UnicodeDecodeError):
        raise NotFound(f"{name} cannot be read", "save it as UTF-8") from None
    formulas = read_formulas(text, str(path), root=root, seed=seed)
    try:
        return find_label(formulas, label, name)
    except FormulaError as error:
        message = error.message if label else f"which formula of {name}?"
        labels = [f.formula.label for f in formulas if f.formula.label]
        hint = error.hint if label else "write " + " or ".join(f"{name}#{x}" for x in labels[:5])
        raise NotFound(message, hint) from None


def emit(found: Found, to: str) -> str:
    """The formula as source for a library, or as LaTeX in its canonical spelling."""
    if to == "latex":
        return latex(found)
    return source_of(found, LIBRARIES[to])


def latex(found: Found) -> str:
    """The formula's definitions and claims, each on a line, in the canonical spelling."""
    if found.error is not None:
        raise found.error
    lines = []
    for item in found.items:
        printer = Printer(_with_parameters(found.scope, item))
        if item.relation is not None:
            lines.append(printer.print(item.relation))
        elif item.body is not None:
            lines.append(printer.print(item.body))
        elif item.member is not None and item.member.body is not None:
            lines.append(f"{_head(item, printer)} = {printer.print(item.member.body)}{printer.ranges(item.member.ranges)}")
    if not lines:
        raise FormulaError("this formula only declares names: there is nothing to print", kind="emit")
    return "\n".join(lines) + "\n"


def _head(item, printer: Printer) -> str:
    from texecute.syntax import Index, Ref

    if item.symbol.role == "function":
        function = Function(item.symbol.uid, item.member.pattern, builtin=False)
        return f"{printer.print(function)}({', '.join(map(printer.print, item.member.parameters))})"
    head: Node = Ref(item.symbol.uid, item.member.pattern)
    return printer.print(Index(head, item.member.indices) if item.member.indices else head)


def _with_parameters(scope: Scope, item) -> Scope:
    """A scope in which a function's parameters are names."""
    if item.member is None or not item.member.parameters:
        return scope
    inner = scope.child()
    for parameter in item.member.parameters:
        inner.symbols[inner.by_uid[parameter.name].name] = inner.by_uid[parameter.name]
    return inner


# --- explaining --------------------------------------------------------------------------


def explain(found: Found, path: str = "page.md") -> str:
    """What a formula says, the shapes of its parts, one case in numbers, and what was checked."""
    formula = found.formula
    blocks = [f"{path}:{formula.line}  #{formula.label}", " ".join(formula.latex.split())]
    if found.error is not None:
        return "\n\n".join([*blocks, _problem(found.error, formula.latex)])
    words = speech(found)
    if words:
        blocks.append(f"In words: {words}.")
    for item in found.items:
        if item.role in ("definition", "declaration") and item.member is not None:
            blocks += _explained_definition(found, item)
    for claim in found.claims():
        blocks += _explained_claim(claim, formula.latex)
    return "\n\n".join(b for b in blocks if b) + "\n"


def _problem(error: FormulaError, latex: str) -> str:
    lines = [f"It cannot be read: {error.message}" if not isinstance(error, ShapeError) else f"Its parts do not fit: {error.message}",
             *("  " + line for line in caret(latex, error.span).split("\n"))]  # fmt: skip
    return "\n".join([*lines, f"hint: {error.hint}"] if error.hint else lines)


def _explained_definition(found: Found, item) -> list[str]:
    """Shapes of a definition's parts and its value at one point."""
    symbol = found.scope.by_uid[item.symbol.uid]
    printer = Printer(_with_parameters(found.scope, item))
    if item.member.body is None or symbol.role == "function":
        return [f"It {'declares' if item.member.body is None else 'defines'} {symbol.name}."]
    bound = frozenset(b.name for b in item.member.ranges.bindings) | {v.name for p in item.member.pattern for v in [p] if isinstance(v, Var)}
    inference = Inference(found.scope, item.member.conventions, found.formula.latex, bound)
    inference.infer(item.member.body)
    blocks = [_shapes(item.member.body, inference.typed, printer)]
    scope = with_sizes(found.scope, item.member.ranges)
    for attempt in range(20):
        point = Point(scope, found.program, found.seed, 0, attempt)
        try:
            labels = tuple(_some_label(point, item, p) for p in item.member.pattern)
            value = point.base.value((symbol.uid, labels))
        except UndefinedValue:
            continue
        return [*blocks, _numbers_at(point, printer, [(_label(printer, symbol.uid, labels), value)])]
    return blocks


def _some_label(point: Point, item, pattern: Node) -> int:
    bindings = {b.name: b for b in item.member.ranges.bindings}
    if isinstance(pattern, Var) and pattern.name in bindings:
        return point.span_of(bindings[pattern.name], {})[0]
    return point.integer(pattern, {})


def _explained_claim(claim: Claim, latex: str) -> list[str]:
    printer = Printer(claim.scope)
    try:
        claim.infer()
    except FormulaError as error:
        return [_problem(error, latex)]
    blocks = ["\n".join(["Shapes:", *_shape_lines(claim.relation, claim.inference.typed, printer)])]
    try:
        verdict = claim.run()
    except FormulaError as error:
        return [*blocks, _problem(error, latex)]
    case = smallest(claim)
    if case is not None:
        at = ", ".join(f"{n} = {v}" for n, v in case.bound.items())
        sides = [(printer.print(p), v) for p, v in zip(claim.relation.parts, case.values) if v is not None]
        blocks.append(_numbers_at(case.point, printer, sides, at))
    return [*blocks, _checked(claim, verdict)]


def _shapes(node: Node, typed, printer: Printer) -> str:
    return "\n".join(["Shapes:", *_shape_lines(node, typed, printer)])


def _shape_lines(node: Node, typed, printer: Printer) -> list[str]:
    """`W^\\top: m × n` for each part, the whole first."""
    seen: dict[str, str] = {}
    stack = [node]
    while stack and len(seen) < MAX_PARTS:
        top = stack.pop(0)
        if not isinstance(top, Relation | By | Binding | Condition | Function | Num | Var | Dots) and id(top) in typed.shapes:
            seen.setdefault(printer.print(top), shape_text(typed.shape(top)))
        stack += [c for c in children(top) if not isinstance(c, Binding | Condition | Function)]
    width = max((len(t) for t in seen), default=0)
    return [f"  {text:<{min(width, 60)}}  {shape}" for text, shape in seen.items()]


def smallest(claim: Claim) -> Case | None:
    """The case with the fewest numbers in it, not all of them single: what a reader can follow by hand."""
    cases = [c for c in claim.cases if any(v is not None for v in c.values)]

    def size(case: Case) -> tuple[bool, int]:
        entries = sum(len(matrices.entries(v)) for v in [*case.point.base.memo.values(), *case.values] if v is not None)
        return case.point.ones, entries

    return min(cases, key=size, default=None)


def _numbers_at(point: Point, printer: Printer, sides, at: str = "") -> str:
    """Sizes, drawn values and the sides, in short decimals."""
    lines = [f"In numbers{', for ' + at if at else ''}:"]
    sizes = [f"{name}{'_' + str(labels[0]) if labels else ''} = {n}" for (name, labels), n in point.sizes.items() if name != "?"]
    if sizes:
        lines.append("  " + ", ".join(sizes))
    for (uid, labels), value in point.base.memo.items():
        symbol = point.scope.by_uid[uid]
        lines += _shown(_label(printer, uid, labels) + ("" if symbol.is_defined else " (drawn)"), value)
    for text, value in sides:
        lines += _shown(text, value)
    return "\n".join(lines)


def _label(printer: Printer, uid: str, labels: tuple) -> str:
    from texecute.syntax import Ref

    return printer.print(Ref(uid, tuple(Num(str(x)) for x in labels)))


def _shown(text: str, value) -> list[str]:
    data = [f"{x:.4g}" for x in numbers(value)]
    if not isinstance(value, matrices.Matrix):
        return [f"  {text} = {data[0] if len(data) == 1 else f'an array of {len(data)} numbers'}"]
    if len(data) > MAX_SHOWN:
        return [f"  {text} = a matrix of {value.rows} × {value.columns} numbers"]
    width = max(map(len, data))
    rows = [data[i * value.columns : (i + 1) * value.columns] for i in range(value.rows)]
    return [f"  {text} =", *("    [" + " ".join(f"{x:>{width}}" for x in row) + "]" for row in rows)]


def _checked(claim: Claim, verdict) -> str:
    lines = [f"Checked: {verdict.verdict}" + (f" ({verdict.reason})" if verdict.reason else "")]
    if verdict.samples:
        lines.append(f"  {verdict.samples} random points (seed {claim.seed}), {len(claim.cases)} cases of the indices")
    if verdict.max_relative_error is not None:
        lines.append(f"  the sides differ by at most {verdict.max_relative_error:.1e} of their size")
    if verdict.message:
        lines.append(f"  {verdict.message}")
    if verdict.hint:
        lines.append(f"hint: {verdict.hint}")
    return "\n".join(lines)


__all__ = ["emit", "explain", "find", "latex", "NotFound", "TARGETS"]
