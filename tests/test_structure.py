"""The core stands on the standard library alone, and its modules have one order."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src"
PACKAGE = SOURCE / "texecute"
# One way through: a module imports only what stands before it.
ORDER = (
    "errors front pages tokens syntax scalars functions names reader signs parse_scripts parse_big parse_calculus "
    "parse_builtins parse_names parse_brackets parse_environments parser free_names statements ranges claims dims "
    "heads domains declarations unify literals layouts patterns shape_calls shape_entries shape_derivatives "
    "shape_rules shapes factors definitions roles matrices samples layers integers point differentiate context entries "
    "whole dotted code_arithmetic code_calls code_entries code_derivatives evaluate compare evidence digits draws "
    "remainder verdict report emit emit.latex freely places mutations mutate mutants judging page_state diagnose misfits trying uses check "
    "items emit.naming emit.libraries emit.numpy emit.jax emit.torch emit.frames emit.families emit.code emit.sums "
    "emit.derivatives emit.expressions emit.source emit.speech emit.keywords inventory small evaluation explain __init__ parallel cli __main__"
).split()
# Adapters and optional parts: nothing of the core imports them by itself.
OUTSIDE = {"mkdocs_plugin", "pdf", "pytest_plugin", "exact", "second_opinion", "second_opinion_numpy", "terminal"}
# Imported in a function, when asked for.
OPTIONAL = {("check", "exact"), ("cli", "terminal")}


def modules() -> dict[str, Path]:
    """All modules of the package, with dots for folders."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path) -> list[tuple[str, int]]:
    """Every module that a file imports anywhere, in functions too, with the line."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: a relative import"
            for alias in node.names:
                inner = (PACKAGE / Path(*node.module.split(".")[1:]) / alias.name).with_suffix(".py")
                own = node.module.split(".")[0] == "texecute" and (inner.exists() or inner.with_suffix("").is_dir())
                found.append((f"{node.module}.{alias.name}" if own else node.module, node.lineno))
    return found


MODULES = modules()
CORE = [name for name in MODULES if name.split(".")[0] not in OUTSIDE]


def test_every_module_has_a_place():
    """The list in this test names every module of the core once, and no other."""
    assert len(ORDER) == len(set(ORDER))
    assert sorted(CORE) == sorted(ORDER)


@pytest.mark.parametrize("name", CORE)
def test_imports_go_one_way(name):
    """A module imports, at its head or in a function, only modules that stand before it."""
    before = set(ORDER[: ORDER.index(name)])
    for target, line in imports(MODULES[name]):
        if target.split(".")[0] == "texecute":
            inner = target.partition(".")[2] or "__init__"
            if (name, inner) in OPTIONAL:
                continue
            assert inner in before, f"{name}:{line} imports {inner}, which does not stand before it"


@pytest.mark.parametrize("name", CORE)
def test_the_core_imports_the_standard_library_only(name):
    """Every import of the core, in functions too, is of the standard library or of the core."""
    for target, line in imports(MODULES[name]):
        top = target.split(".")[0]
        assert top == "texecute" or top in sys.stdlib_module_names, f"{name}:{line} imports {target}"


def test_the_core_runs_without_any_package():
    """A page is checked by an interpreter that sees no installed package."""
    program = (
        f"import sys; sys.path.insert(0, {str(SOURCE)!r}); import texecute, texecute.cli; "
        "assert texecute.check('$x, y \\\\in \\\\mathbb{R}^{n}$ and $x^\\\\top y = y^\\\\top x$').passed; "
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    run = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True)
    assert 0 == run.returncode, run.stderr
    assert set() == set(run.stdout.split()) - set(sys.stdlib_module_names) - {"texecute", "__main__"}
