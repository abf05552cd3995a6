"""`make mutants`: plants errors in the snippets, one at a time, and lists those that no test notices.

    python -m tests.plant_errors                   every snippet
    python -m tests.plant_errors tape optimizers   these only
    python -m tests.plant_errors --every 10        one error in ten: a sample

An error is one change of an operator, a sign, an axis, a transpose, a comparison, a number, a
function's neighbour, an exchange of two operands, or a check left out.  The tests that load the
snippet then run until the first failure, those without JAX first.  ACCEPTED names the changes that
change nothing which matters, with the reason; any other survivor makes the exit status 1.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import io
import os
import re
import runpy
import signal
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent
SNIPPETS = ROOT / "snippets"
SECONDS = 120

BINARY = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
}
COMPARE = {
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Lt: [ast.LtE],
    ast.LtE: [ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}
NEIGHBOUR = {
    "maximum": "minimum",
    "max": "min",
    "sum": "mean",
    "mean": "sum",
    "exp": "expm1",
    "log": "log1p",
    "log1p": "log",
    "tanh": "sin",
    "zeros_like": "ones_like",
    "ones_like": "zeros_like",
}
# Where the order of the arguments is part of the formula.
ORDERED = {"where", "kronecker", "_expect", "_mean", "take_along_axis"}

_TYPE = "a number of NumPy's does what Python's does"
_DISTANCE = "a distance is the same from both sides"
_DIRECTION = "any direction will do"

# (snippet, text of the changed line or lines, change): why nothing notices it, and nothing needs to.
ACCEPTED: dict[tuple[str, str, str], str] = {
    ("activations", "return np.where(z > 0, z, float(slope) * z)", "Gt -> GtE"): "at zero both branches are zero",
    ("activations", "return np.where(z >= 0, 1, e) / (1 + e)", "GtE -> Gt"): "at zero e is 1",
    ("binary_cross_entropy", "sigmoid = np.where(z >= 0, 1, e) / (1 + e)", "GtE -> Gt"): "at zero e is 1",
    (
        "binary_cross_entropy",
        "loss = np.where(z >= 0, (1 - t) * z, -t * z) + np.log1p(e)",
        "GtE -> Gt",
    ): "at zero both branches are zero",
    ("gradient_check", "return _one_sided(f, x, 1)", "1 -> 2"): "twice the step, to the same side",
    ("gradient_check", "return _one_sided(f, x, -1)", "-1 -> -2"): "twice the step, to the same side",
    ("gradient_check", "return _one_sided(f, x, -1)", "1 -> 2"): "twice the step, to the same side",
    ("gradient_check", "slopes[index] = rise / float(right - left)", "float dropped"): _TYPE,
    ("gradient_check", "slopes[index] = rise / float(moved[index] - x[index])", "float dropped"): _TYPE,
    ("gradient_check", "claim = float((gradient * v).sum())", "float dropped"): _TYPE,
    ("gradient_check", "return float(np.reshape(value, ()))", "float dropped"): _TYPE,
    ("l2_dropout", "return strength / 2 * sum(float((W * W).sum()) for W in weights)", "float dropped"): _TYPE,
    ("gradient_check", "error = np.max(np.abs(got - expected), initial=0.0)", "operands exchanged"): _DISTANCE,
    ("gradient_check", "return np.abs(right - left) > tolerance * scale", "operands exchanged"): _DISTANCE,
    ("gradient_check", "return abs(claim - slope) / scale if scale else 0.0", "operands exchanged"): _DISTANCE,
    ("gradient_check", "v = rng.choice(np.array([-1, 1], x.dtype), size=x.shape)", "-1 -> -2"): _DIRECTION,
    ("gradient_check", "v = rng.choice(np.array([-1, 1], x.dtype), size=x.shape)", "1 -> 2"): _DIRECTION,
    (
        "gradient_check",
        "slope = (_number(f(x + h * v)) - _number(f(x - h * v))) / (2 * h)",
        "Mult -> Div",
    ): "v is 1 or -1: h v and h / v are the same",
    ("gradient_check", "claim = float((gradient * v).sum())", "Mult -> Div"): "v is 1 or -1: times and over are the same",
    (
        "gradient_check",
        "return eps**power * np.max(np.abs(x), initial=1.0)",
        "1.0 -> 2.0",
    ): "a step that is twice as large is as good",
}


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, change and source of every wrong variant."""
    tree = ast.parse(source)
    for number, node in enumerate(_code(tree)):
        for change, edit in _edits(node):
            changed = copy.deepcopy(tree)
            twin = list(_code(changed))[number]
            edit(twin)
            yield node.lineno, change, ast.unparse(changed)


def _code(node: ast.AST, parent: ast.AST | None = None) -> Iterator[ast.AST]:
    """All nodes that compute: without annotations, docstrings and the text of errors."""
    if isinstance(node, ast.Raise | ast.JoinedStr):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if hasattr(node, "lineno"):
        yield node
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "slice") and not _computes(node, field):
            continue
        if isinstance(node, ast.Module) and isinstance(value, list):
            value = [item for item in value if not isinstance(item, ast.Import | ast.ImportFrom)]
        if _is_alias(node):
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST):
                yield from _code(item, node)


def _computes(node: ast.AST, field: str) -> bool:
    return field == "slice"


def _is_alias(node: ast.AST) -> bool:
    """Array = NDArray[np.floating] and the like: names of types."""
    return isinstance(node, ast.Assign) and re.match(r"(Array|Labels|Rule|Function|Cache)\b", ast.unparse(node)) is not None


def _edits(node: ast.AST):
    """(what changes, function that changes a copy of the node in place)."""
    match node:
        case ast.BinOp():
            for other in BINARY.get(type(node.op), []):
                yield f"{_name(node.op)} -> {other.__name__}", lambda n, other=other: setattr(n, "op", other())
            if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
                yield "operands exchanged", _exchange
        case ast.UnaryOp(op=ast.USub()) if not isinstance(node.operand, ast.Constant):
            yield "sign dropped", lambda n: _become(n, n.operand)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            yield f"-{value} -> {value - 1}", lambda n, v=value: _become(n, ast.Constant(v - 1))
            yield f"-{value} -> -{value + 1}", lambda n, v=value: setattr(n.operand, "value", v + 1)
        case ast.AugAssign(op=ast.Add() | ast.Sub()):
            other = ast.Sub if isinstance(node.op, ast.Add) else ast.Add
            yield "sign of +=", lambda n: setattr(n, "op", other())
        case ast.UnaryOp(op=ast.Not()):
            yield "not dropped", lambda n: _become(n, n.operand)
        case ast.BoolOp():
            other = ast.And if isinstance(node.op, ast.Or) else ast.Or
            yield "and <-> or", lambda n: setattr(n, "op", other())
        case ast.Compare():
            for place, op in enumerate(node.ops):
                for other in COMPARE.get(type(op), []):
                    yield (
                        f"{_name(op)} -> {other.__name__}",
                        lambda n, place=place, other=other: n.ops.__setitem__(place, other()),
                    )
        case ast.Attribute(attr="T"):
            yield "transpose dropped", lambda n: _become(n, n.value)
        case ast.Call():
            yield from _call_edits(node)
        case ast.Constant(value=bool(value)):
            yield f"{value} -> {not value}", lambda n: setattr(n, "value", not n.value)
        case ast.Constant(value=int() | float()):
            yield f"{node.value} -> {node.value + 1}", lambda n: setattr(n, "value", n.value + 1)
        case ast.Expr(value=ast.Call()):
            yield "call left out", lambda n: setattr(n, "value", ast.Constant(None))
        case ast.If() if any(isinstance(item, ast.Raise) for item in node.body):
            yield "check left out", lambda n: setattr(n, "test", ast.Constant(False))
        case ast.Return(value=ast.BinOp() | ast.Call() | ast.Name()):
            yield "sign of the result", lambda n: setattr(n, "value", ast.UnaryOp(ast.USub(), n.value))


def _call_edits(node: ast.Call):
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in NEIGHBOUR and isinstance(node.func, ast.Attribute):
        yield f"{name} -> {NEIGHBOUR[name]}", lambda n: setattr(n.func, "attr", NEIGHBOUR[name])
    if name in ("abs", "_transposed", "float", "sqrt", "_unbroadcast", "int") and node.args:
        yield f"{name} dropped", lambda n: _become(n, n.args[0])
    if name in ORDERED and len(node.args) > 1:
        yield "last two arguments exchanged", lambda n: n.args.__setitem__(slice(-2, None), n.args[:-3:-1])


def _exchange(node: ast.BinOp) -> None:
    node.left, node.right = node.right, node.left


def _become(node: ast.AST, other: ast.AST) -> None:
    """Makes the node the other one, in place."""
    node.__class__ = other.__class__
    node.__dict__ = other.__dict__


def _name(op: ast.AST) -> str:
    return type(op).__name__


def tests_of(snippet: str) -> list[str]:
    """The test files that load this snippet."""
    files = sorted((ROOT / "tests" / "snippets").glob("test_*.py"))
    return [str(file) for file in files if f'load("{snippet}")' in file.read_text("utf-8")]


def noticed(snippet: str, source: str) -> bool:
    """Whether a test fails with this source in the snippet's place; in a process of its own."""
    child = os.fork()
    if child == 0:
        status = 2
        try:
            status = 0 if _passes(snippet, source) else 1
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


OPTIONS = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-o", "addopts=", "--rootdir", str(ROOT)]


def warm_up(snippet: str) -> None:
    """Imports all that the tests need: a child then starts at once.  No JAX value is computed here."""
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*OPTIONS, "--collect-only", *tests_of(snippet)])
    _forget_tests()


def _forget_tests() -> None:
    for name in [name for name in sys.modules if name.startswith("tests.") and name != __name__]:
        del sys.modules[name]


def _passes(snippet: str, source: str) -> bool:
    signal.alarm(SECONDS)  # an endless loop ends the process, and counts as noticed
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    # A failure is enough: no search for the smallest one.
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile("planted", phases=phases)
    hypothesis.settings.load_profile("planted")
    with tempfile.TemporaryDirectory() as folder:
        wrong = Path(folder) / f"{snippet}.py"
        wrong.write_text(source, "utf-8")
        real = runpy.run_path

        def run_path(path, *arguments, **options):
            return real(str(wrong) if Path(path).name == wrong.name else path, *arguments, **options)

        runpy.run_path = run_path
        files = tests_of(snippet)
        for choice in ("not jax and not needs_numpy and not has_a_docstring", "jax"):
            status = pytest.main([*OPTIONS, "-k", choice, *files])
            _forget_tests()
            if status not in (0, 5):
                return False
    return True


def plant(snippet: str, every: int, jobs: int) -> tuple[int, int, list[str]]:
    """How many errors were planted, how many live on for a known reason, and the other survivors."""
    source = (SNIPPETS / f"{snippet}.py").read_text("utf-8")
    lines = source.splitlines()
    warm_up(snippet)
    if noticed(snippet, source):
        raise SystemExit(f"{snippet}: its tests fail before anything is planted")
    planted = list(mutants(source))[::every]
    with ThreadPoolExecutor(jobs) as pool:
        found = list(pool.map(lambda mutant: noticed(snippet, mutant[2]), planted))
    survivors, accepted = [], 0
    for (line, change, _), seen in zip(planted, found, strict=True):
        if seen:
            continue
        if (snippet, lines[line - 1].strip(), change) in ACCEPTED:
            accepted += 1
        else:
            survivors.append(f"  {snippet}.py:{line}  {change}  {lines[line - 1].strip()}")
    return len(planted), accepted, survivors


def main() -> int:
    """Prints a line for each snippet, then the survivors without a reason."""
    arguments = argparse.ArgumentParser(description="Plants errors in the snippets and lists the survivors.")
    arguments.add_argument("names", nargs="*", default=sorted(path.stem for path in SNIPPETS.glob("*.py")))
    arguments.add_argument("--every", type=int, default=1, metavar="N", help="plant one error in N")
    given = arguments.parse_args()
    total = living = 0
    listed = []
    for snippet in given.names:
        planted, accepted, survivors = plant(snippet, given.every, os.cpu_count() or 1)
        print(f"{snippet:24} {planted:4} planted, {accepted + len(survivors):3} alive, {accepted:3} of them known", flush=True)
        for survivor in survivors:
            print(survivor, flush=True)
        total, living, listed = total + planted, living + accepted, listed + survivors
    print(f"{'all':24} {total:4} planted, {living + len(listed):3} alive, {living:3} of them known")
    return 1 if listed else 0


if __name__ == "__main__":
    sys.exit(main())
