"""The whole book at many seeds: no verdict may change.

    python -m tests.seeds [N [FIRST]]     N seeds (default 200)

Prints each formula whose verdict is not the same at every seed, and ends with
exit status 1 if there is one.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import texecute

DOCS = Path(__file__).resolve().parent.parent / "docs"


def verdicts(path: Path, text: str, seed: int) -> dict[tuple, tuple]:
    """For each formula of a page where it stands, its verdict, its reason and whether it passes."""
    report = texecute.check(text, str(path), root=DOCS, seed=seed)
    return {(f.formula_line, f.start, f.role): (f.verdict, f.reason, f.passed) for f in report.formulas}


def changes(seeds: range, progress=None) -> list[str]:
    """Each formula of the book whose verdict is not the same at all of these seeds, in words."""
    found = []
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text("utf8")
        seen: dict[tuple, dict[tuple, list[int]]] = {}
        for seed in seeds:
            for place, verdict in verdicts(path, text, seed).items():
                seen.setdefault(place, {}).setdefault(verdict, []).append(seed)
        for place, kinds in sorted(seen.items()):
            if len(kinds) > 1 or not all(passed for _, _, passed in kinds):
                counts = "; ".join(f"{verdict} {reason or ''} at {len(at)} seeds, as {at[0]}" for (verdict, reason, _), at in kinds.items())
                found.append(f"{path.relative_to(DOCS.parent)}:{place[0]}: {counts}")
        if progress:
            progress(path, len(seen))
    return found


def main() -> int:
    """Runs from the command line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    started, sizes = time.perf_counter(), Counter()

    def progress(path, formulas):
        sizes[path] = formulas
        print(f"{path.relative_to(DOCS.parent)}: {formulas} formulas, {time.perf_counter() - started:.0f} s", flush=True)

    found = changes(range(first, first + count), progress)
    print(*found, sep="\n")
    print(f"{count} seeds, {sum(sizes.values())} formulas, {len(found)} whose verdict changes or does not pass")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
