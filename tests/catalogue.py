"""`python -m tests.catalogue`: what the catalogue of the book says about the snippets, made anew.

    python -m tests.catalogue            numbers of formulas in the docstrings, and counts of comparisons
    python -m tests.catalogue numbers    the numbers of formulas only

A docstring names the formula that a function implements by `Formula 5.3: losses/page.html#eq-label`;
whoever writes one puts `Formula ?: #eq-label`, and this fills in the rest.  The counts come from a
run of the snippets' tests; PyTorch's are kept where it is not installed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# They look at what is written here.
_LEFT_OUT = [f"--ignore={ROOT}/tests/snippets/{name}.py" for name in ("test_all_of_them", "test_catalogue")]
LINE = re.compile(r"^(?P<indent> +)Formula [^:\n]*: [^\s#]*#(?P<label>eq-[\w-]+)$", re.M)


def numbering():
    """The numbers of all formulas of the book, as the build gives them."""
    from mkdocs.config import load_config
    from mkdocs.structure.files import get_files
    from mkdocs.structure.nav import get_navigation

    from texecute.mkdocs_plugin.book import make_book

    config = load_config(str(ROOT / "mkdocs.yml"))
    nav = get_navigation(get_files(config), config)
    files = [Path(page.file.abs_src_path) for page in nav.pages]
    texts = {file.relative_to(ROOT).as_posix(): file.read_text("utf-8-sig") for file in files}
    return make_book(texts, None).numbering


def with_numbers(source: str, numbers) -> str:
    """A snippet with the present number and page of every formula that it names; KeyError for an unknown label."""

    def line(found: re.Match[str]) -> str:
        target = numbers.by_label[found["label"]]
        page = target.path.removeprefix("docs/").rpartition(".")[0]
        return f"{found['indent']}Formula {target.number}: {page}.html#{target.anchor}"

    return LINE.sub(line, source)


def renew_numbers() -> int:
    """Writes the numbers into the snippets; how many files changed."""
    numbers, changed = numbering(), 0
    for path in sorted((ROOT / "snippets").glob("*.py")):
        old = path.read_text("utf-8")
        new = with_numbers(old, numbers)
        if new != old:
            path.write_text(new, "utf-8")
            changed += 1
    return changed


def renew_counts() -> int:
    """Runs the tests of the snippets and writes down what they compare; pytest's exit status."""
    from tests.snippets import record

    old = record.written() if record.FILE.exists() else {}
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT), *_LEFT_OUT]
    if status := pytest.main([*options, str(ROOT / "tests" / "snippets")]):
        return int(status)
    found = record.found()
    if "torch" not in sys.modules:
        for name, opinions in old.items():
            if record.PYTORCH in opinions and name in found:
                found[name][record.PYTORCH] = opinions[record.PYTORCH]
    found |= {name: {"otherwise": how} for name, how in record.OTHERWISE.items()}
    ordered = {name: {one: counts[one] for one in (*record.ORDER, "otherwise") if one in counts} for name, counts in sorted(found.items())}
    record.write(ordered)
    total = sum(n for counts in ordered.values() for n in counts.values() if isinstance(n, int))
    print(f"{record.FILE.relative_to(ROOT)}: {len(ordered)} functions, {total} numbers compared")
    return 0


def main() -> int:
    """Exit status 1 where a test fails; no counts are written then."""
    print(f"{renew_numbers()} snippets with new numbers of formulas")
    return 0 if sys.argv[1:] == ["numbers"] else renew_counts()


if __name__ == "__main__":
    sys.exit(main())
