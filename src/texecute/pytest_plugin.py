"""The pytest plugin: each formula of the configured pages is one test.

In pyproject.toml:

    [tool.pytest.ini_options]
    texecute_paths = ["docs"]

A test is named `docs/page.md::eq-label`, or `docs/page.md::L42` by the line of a
formula without a label.  What is wrong with a page itself is the test
`docs/page.md::page`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from texecute.cli import PAGES, check_file
from texecute.pages import read_page
from texecute.report import FormulaReport, Report


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option `texecute_paths`: folders and files, relative to pytest's root."""
    parser.addini("texecute_paths", "folders or pages whose formulas are tests", type="args", default=[])
    parser.getgroup("texecute").addoption(
        "--texecute-seed", type=int, default=0, metavar="N", help="seed of the random samples (default 0)"
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A collector for each configured page."""
    if file_path.suffix not in PAGES or ".ipynb_checkpoints" in file_path.parts:
        return None
    for name in parent.config.getini("texecute_paths"):
        root = parent.config.rootpath / name
        if root == file_path or root in file_path.parents:
            page = FormulaFile.from_parent(parent, path=file_path)
            page.root = root if root.is_dir() else root.parent
            return page
    return None


class FormulaFile(pytest.File):
    """One page; it is checked once, when its first formula runs."""

    root: Path
    _report: Report | None = None

    @property
    def report(self) -> Report:
        """The checker's report of the page."""
        if self._report is None:
            here = Path.cwd()
            path = self.path.relative_to(here) if here in self.path.parents else self.path
            self._report = check_file(path, self.root, self.config.getoption("texecute_seed"))
        return self._report

    def collect(self):
        """One item for the page itself and one for each formula, in order."""
        yield FormulaItem.from_parent(self, name="page", start=None, line=1)
        try:
            text = self.path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            return
        taken: dict[str, int] = {}
        for formula in read_page(text, str(self.path)).formulas:
            name = formula.label or f"L{formula.line}"
            taken[name] = taken.get(name, 0) + 1
            if taken[name] > 1:
                name = f"{name}-{taken[name]}"
            yield FormulaItem.from_parent(self, name=name, start=formula.start, line=formula.line)


class FormulaItem(pytest.Item):
    """One formula, or (without `start`) the page itself."""

    def __init__(self, *, start: int | None, line: int, **more):
        super().__init__(**more)
        self.start = start
        self.line = line

    def runtest(self) -> None:
        """Fails with the text of the report where the formula does not pass."""
        failed = [f for f in self.parent.report.formulas if self._is_mine(f) and not f.passed]
        if failed:
            raise FormulaFailure("\n\n".join(f.text() for f in failed))

    def _is_mine(self, report: FormulaReport) -> bool:
        if self.start is None:
            return report.role == "page"
        return report.role != "page" and report.start == self.start

    def repr_failure(self, excinfo, style=None):
        """The report's own words, without a traceback."""
        if isinstance(excinfo.value, FormulaFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        """Where the formula stands."""
        return self.path, self.line - 1, f"{self.path.name}::{self.name}"


class FormulaFailure(Exception):
    """A formula does not pass."""
