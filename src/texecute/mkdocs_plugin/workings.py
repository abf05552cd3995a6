"""What a reader can ask of a formula beyond its verdict: code, a case in numbers, its names, words to find it by."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from texecute.emit.keywords import keywords
from texecute.emit.source import source_of
from texecute.errors import FormulaError
from texecute.explain import LIBRARIES
from texecute.inventory import NameUse, names_in
from texecute.items import Found, read_formulas
from texecute.small import Small, small

TITLES = {"numpy": "NumPy", "jax": "JAX", "torch": "PyTorch"}


@dataclass(frozen=True, slots=True)
class Working:
    """The workings of one formula; `code` is (title of the library, source), empty where there is none.

    `vectors` is the form that the formula is written in, `defines` has the uids of the names that it defines.
    """

    code: tuple[tuple[str, str], ...] = ()
    cases: tuple[Small, ...] = ()
    names: tuple[NameUse, ...] = ()
    words: tuple[str, ...] = ()
    vectors: str = "column"
    defines: tuple[str, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether there is anything for the page of workings."""
        return bool(self.code or self.cases)


def page_workings(text: str, path: str, load: Callable[[str], str]) -> dict[int, Working]:
    """The workings of each formula of a page, by its offset; code and numbers only for displayed ones."""
    return {found.formula.start: _working(found) for found in read_formulas(text, path, load=load)}


def _working(found: Found) -> Working:
    if found.error is not None:
        return Working()
    vectors = found.scope.conventions.vectors
    defines = tuple(item.symbol.uid for item in found.items if item.role == "definition" and item.symbol is not None)
    names = _quietly(names_in, found)
    if not found.formula.display:
        return Working(names=names, vectors=vectors, defines=defines)
    return Working(_code(found), _quietly(small, found), names, _quietly(keywords, found), vectors, defines)


def _code(found: Found) -> tuple[tuple[str, str], ...]:
    made = [(TITLES[key], _quietly(functools.partial(source_of, library=library), found)) for key, library in LIBRARIES.items()]
    return tuple((title, source) for title, source in made if source)


def _quietly(make, found: Found):
    """What a formula has, or nothing: a formula without code or numbers is not a fault of its page."""
    try:
        return make(found)
    except (FormulaError, RecursionError):
        return ()


# --- kept from build to build ------------------------------------------------------------------


def to_json(workings: Mapping[int, Working]) -> str:
    """All of a page as text."""
    return json.dumps({start: dataclasses.asdict(one) for start, one in workings.items()}, ensure_ascii=False)


def from_json(text: str) -> dict[int, Working]:
    """What `to_json` wrote; ValueError or TypeError for anything else."""
    found = {}
    for start, one in json.loads(text).items():
        cases = tuple(Small(**{key: _tuples(value) for key, value in case.items()}) for case in one["cases"])
        names = tuple(NameUse(**name) for name in one["names"])
        found[int(start)] = Working(_tuples(one["code"]), cases, names, _tuples(one["words"]), one["vectors"], _tuples(one["defines"]))
    return found


def _tuples(value):
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
