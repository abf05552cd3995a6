"""The snippets' own words and the record of their tests → the catalogue's tables, in Markdown.

A page asks for a table by `<!-- catalogue: file other_file -->`.  Nothing in it is written by
hand: what a function gives, its formula and its cost stand in its docstring, what it was compared
with in the record that `python -m tests.catalogue` writes.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SNIPPETS = "snippets"
RECORD = "tests/snippets/compared.json"
OTHERWISE = "otherwise"
"""In the record: how a function is tested that implements no formula."""

# A function's name and its words share a column: five columns are wider than a page.
_HEAD = ("| function | formula | cost | compared with, numbers |", "|---|---|---|---|")
_MARK = re.compile(r"^<!-- catalogue:(?P<names>[\w ]+)-->[ ]*$", re.M)
_FORMULA = re.compile(r"^Formula [^:\n]*: \S*#(?P<label>eq-[\w-]+)$", re.M)
_COST = re.compile(r"\b(?:Time|Cost)(?: and memory)?:? [^.]*(?:\.[^.\s][^.]*)*\.")


class CatalogueError(ValueError):
    """The catalogue cannot be made: the message says of which file or function, and what to write."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One public function of a snippet, as its docstring and the record describe it."""

    name: str
    gives: str
    labels: tuple[str, ...]
    cost: str
    compared: str


def with_catalogue(markdown: str, root: Path) -> str:
    """The page with each mark replaced by a table for each file; CatalogueError where a name is unknown."""
    if not _MARK.search(markdown):
        return markdown
    record = _record(root / RECORD)

    def table(found: re.Match[str]) -> str:
        parts = []
        for file in found["names"].split():
            rows = [_row(entry) for entry in read_snippet(root / SNIPPETS / f"{file}.py", record)]
            parts.append("\n".join([f"**`{file}.py`**", "", *_HEAD, *rows]))
        return "\n\n".join(parts)

    return _MARK.sub(table, markdown)


def _record(path: Path) -> dict[str, dict[str, object]]:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{RECORD} cannot be read ({error}): run python -m tests.catalogue") from None


def read_snippet(path: Path, record: Mapping[str, Mapping[str, object]]) -> list[Entry]:
    """The public functions of a file, in their order."""
    if not path.is_file():
        raise CatalogueError(f"the catalogue names {path.stem}, but there is no {SNIPPETS}/{path.name}: correct the name")
    tree = ast.parse(path.read_text("utf-8"))
    general = _cost(ast.get_docstring(tree) or "")
    entries = []
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        name, words = f"{path.stem}.{node.name}", ast.get_docstring(node) or ""
        if name not in record:
            raise CatalogueError(f"nothing is recorded of {name}: run python -m tests.catalogue")
        labels = tuple(_FORMULA.findall(words))
        first = " ".join(words.split("\n\n")[0].split()).removeprefix("Return ")
        entries.append(Entry(node.name, first[:1] + first[1:], labels, _cost(words) or general, _compared(record[name])))
    return entries


def _cost(words: str) -> str:
    found = _COST.search(" ".join(words.split()))
    return found[0].rstrip(".") if found else ""


def _compared(counts: Mapping[str, object]) -> str:
    if OTHERWISE in counts:
        return str(counts[OTHERWISE])
    return ", ".join(f"{opinion} {count}" for opinion, count in counts.items())


def _row(entry: Entry) -> str:
    references = ", ".join(f"@{label}" for label in entry.labels)
    cells = (f"`{entry.name}`: {_plain(entry.gives)}", references, _plain(entry.cost), entry.compared)
    return "| " + " | ".join(cells) + " |"


def _plain(words: str) -> str:
    """Words of a docstring as they are, with nothing in them that Markdown reads."""
    return re.sub(r"([\\`*_{}\[\]<>#|$@])", r"\\\1", words).replace("\\|", "&#124;").replace("\\@", "@").replace("\\$", "&#36;")
