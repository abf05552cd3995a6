"""`python -m tests.catalogue`: runs the tests of the snippets and writes down what they compare.

The catalogue page of the book shows these counts.  With PyTorch installed its comparisons are
written down too; without it, those that stand there are kept.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Exit status 1 where a test fails; nothing is written then."""
    from tests.snippets import record

    old = record.written() if record.FILE.exists() else {}
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT), "--deselect", "tests/snippets/test_all_of_them.py"]
    if pytest.main([*options, str(ROOT / "tests" / "snippets")]):
        return 1
    found = record.found()
    if "torch" not in sys.modules:
        for name, opinions in old.items():
            if record.PYTORCH in opinions and name in found:
                found[name][record.PYTORCH] = opinions[record.PYTORCH]
    ordered = {name: {one: counts[one] for one in record.ORDER if one in counts} for name, counts in found.items()}
    record.write(ordered)
    print(f"{record.FILE.relative_to(ROOT)}: {len(ordered)} functions, {sum(map(_total, ordered.values()))} comparisons")
    return 0


def _total(counts: dict[str, int]) -> int:
    return sum(counts.values())


if __name__ == "__main__":
    sys.exit(main())
