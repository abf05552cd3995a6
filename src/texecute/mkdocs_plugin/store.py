"""Reports kept on disk from one build to the next, each under the hash of all that it depends on."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from texecute.mkdocs_plugin.workings import Working, from_json, to_json
from texecute.report import FormulaReport, Report

_PACKAGE = Path(__file__).resolve().parent.parent
# What only shows a report cannot change it.
_SHOWING = ("mkdocs_plugin", "pdf")


@cache
def version() -> str:
    """A hash of the checker's own sources and of SymPy's version."""
    digest = hashlib.sha256()
    for file in sorted(_PACKAGE.rglob("*.py")):
        name = file.relative_to(_PACKAGE)
        if name.parts[0] not in _SHOWING or name.name == "workings.py":
            digest.update(f"{name.as_posix()}\0".encode() + file.read_bytes())
    try:
        digest.update(importlib.metadata.version("sympy").encode())
    except importlib.metadata.PackageNotFoundError:
        digest.update(b"no SymPy")
    return digest.hexdigest()


@dataclasses.dataclass(frozen=True, slots=True)
class Store:
    """A folder of reports; what cannot be read there counts as not there."""

    folder: Path

    def find(self, key: str) -> Report | None:
        """The report under this key, as it was put there."""
        try:
            found = json.loads(self._file(key).read_text("utf-8"))
            return Report(tuple(FormulaReport(**{name: _tuples(value) for name, value in one.items()}) for one in found))
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def put(self, key: str, report: Report) -> None:
        """Writes a report, whole or not at all."""
        self._write(key, json.dumps([dataclasses.asdict(one) for one in report.formulas], ensure_ascii=False))

    def find_workings(self, key: str) -> dict[int, Working] | None:
        """The workings under this key."""
        try:
            return from_json(self._file(key).read_text("utf-8"))
        except (OSError, ValueError, TypeError, AttributeError, KeyError):
            return None

    def put_workings(self, key: str, workings: Mapping[int, Working]) -> None:
        """Writes the workings of a page, whole or not at all."""
        self._write(key, to_json(workings))

    def _write(self, key: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self._file(key)
        partial = file.with_suffix(".partial")
        partial.write_text(text, "utf-8")
        partial.replace(file)

    def _file(self, key: str) -> Path:
        return self.folder / f"report-{hashlib.sha256(f'{key} {version()}'.encode()).hexdigest()[:32]}.json"


def _tuples(value: object) -> object:
    """JSON knows lists only; a report has tuples, except in the counts of variants."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
