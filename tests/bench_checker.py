"""The checker's part of `make bench`: time a formula, memory, and the same identities in SymPy and JAX.

`python -m tests.bench_checker` prints this part alone.
"""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import texecute
from tests.bench_tables import Row, columns
from texecute.cli import check_file, pages_in
from texecute.parallel import check_pages

ROOT = Path(__file__).resolve().parent.parent
EXACT = all(importlib.util.find_spec(name) for name in ("texecute.exact", "sympy"))
PEAK = """
import re, resource, sys
from pathlib import Path
sys.path[:0] = [{root!r}, {source!r}]
from texecute.cli import check_file, pages_in
for path, folder in pages_in({folders!r}):
    check_file(path, folder, 0, {mutants})
# On Linux ru_maxrss begins with the size of the process that started this one; VmHWM does not.
status = Path("/proc/self/status")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) * 1024 if status.exists() else peak)
"""


def seconds(work: Callable[[], object]) -> float:
    """The time that one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


# --- the pages -----------------------------------------------------------------------------


def page_rows() -> Iterator[Row]:
    """Time a formula and peak memory over the book and the cases: (what, measured, target)."""
    for folder in ("docs", "tests/cases"):
        pages = pages_in([str(ROOT / folder)])
        check = partial(check_file, seed=0)
        count = len(check_pages(pages, check).formulas)
        spent = min(seconds(partial(check_pages, pages, check)) for _ in range(3))
        yield f"{folder}: {count} formulas", f"{spent:.2f} s", ""
        yield "  a formula", f"{1000 * spent / count:.2f} ms", "5 ms"
        yield "  formulas a second", f"{count / spent:,.0f}", "200"
    pages = pages_in([str(ROOT / "docs")])
    count = len(check_pages(pages, partial(check_file, seed=0)).formulas)
    for jobs in (1, 2):
        check = partial(check_file, seed=0, mutants=True)
        spent = seconds(partial(check_pages, pages, check, jobs))
        yield f"docs, all variants, {jobs} process{'es' if jobs > 1 else ''}", f"{spent:.2f} s", ""
        yield "  for 1,000 formulas", f"{1000 * spent / count:.1f} s", "60 s" if jobs == 2 else ""
    if EXACT:
        spent = seconds(partial(check_pages, pages, partial(check_file, seed=0, exact=True)))
        yield "docs, exact, 1 process", f"{spent:.2f} s", ""
        yield "  a formula", f"{1000 * spent / count:.1f} ms", ""
    for folders, mutants in ((("docs", "tests/cases"), False), (("docs",), True)):
        yield f"peak memory, {' and '.join(folders)}{', all variants' if mutants else ''}", peak_memory(folders, mutants), "200 MB"


def peak_memory(folders: tuple[str, ...], mutants: bool) -> str:
    """The largest resident size of a process of its own that checks all pages of some folders."""
    if importlib.util.find_spec("resource") is None:
        return "not measured here"
    program = PEAK.format(root=str(ROOT), source=str(ROOT / "src"), mutants=mutants, folders=[str(ROOT / f) for f in folders])
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return f"{int(run.stdout) / 1e6:.0f} MB"


# --- the same identities in three ways --------------------------------------------------------


def way_rows() -> list[Row]:
    """All ways over all identities, in one run: (way, total, each, a second, ratio to the first)."""
    from tests.bench_identities import IDENTITIES, holds_in_jax, holds_in_sympy

    # What a way needs once only is not counted: the imports above, and the first call of each.
    texecute.check("$x \\in \\mathbb{R}$ and $x = x$", mutants=True, exact=EXACT)
    parsed = sum(identity.sympy is None for identity in IDENTITIES)
    ways: dict[str, Callable] = {
        "texecute": lambda identity: texecute.check(identity.page()).passed,
        "texecute, all variants": lambda identity: texecute.check(identity.page(), mutants=True).passed,
        "texecute, exact": lambda identity: texecute.check(identity.page(), exact=True).passed,
        f"SymPy ({parsed} by parse_latex), simplify": lambda identity: holds_in_sympy(identity.by_sympy()),
        "JAX, first time, with compiling": lambda identity: holds_in_jax(identity.jax()),
        "JAX, second time": lambda identity: holds_in_jax(identity.jax()),
    }
    if not EXACT:
        del ways["texecute, exact"]
    spent: dict[str, list[float]] = {way: [] for way in ways}
    for identity in IDENTITIES:
        for way, holds in ways.items():
            started = time.perf_counter()
            assert holds(identity), f"{identity.name}: {way} disagrees"
            spent[way].append(time.perf_counter() - started)
    first = next(iter(spent.values()))
    return [
        (way, f"{sum(times):.2f} s", f"{1000 * statistics.median(times):.1f} ms", f"{1000 * max(times):.0f} ms",
         f"{len(times) / sum(times):.0f}", f"{sum(times) / sum(first):.1f}")
        for way, times in spent.items()
    ]  # fmt: skip


def main() -> None:
    """Prints both tables."""
    from tests.bench_identities import IDENTITIES

    print(columns(list(page_rows()), ("the checker", "measured", "target")))
    heads = (f"the same {len(IDENTITIES)} identities", "all", "median", "slowest", "a second", "times texecute")
    print("\n" + columns(way_rows(), heads))


if __name__ == "__main__":
    main()
