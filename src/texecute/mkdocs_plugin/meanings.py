"""What symbols mean: `symbols:` in the front matter of a page, and of the page that holds the book's glossary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from texecute.inventory import NameUse
from texecute.mkdocs_plugin.notebooks import SUFFIX, front_of
from texecute.mkdocs_plugin.problems import Problem
from texecute.mkdocs_plugin.typesetting import TypesettingError, typeset

GLOSSARY = "conventions/notation.md"
"""The end of the path of the page whose symbols hold on every page."""
_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
# A label behind the name: W^{[l]}, n_l, x^{(i)}.
_LABELLED = re.compile(r"(?P<base>.+?)(?P<mark>\^\{\[|\^\{\(|\^\{\\langle\s*|_\{|_)(?P<label>[^\]\)}]+?)(?:\]\}|\)\}|\s*\\rangle\}|\})?")

_RUNNING = set("ijklmrst")
"""Letters that run over the members of a family."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A few words; `label` is the letter of the label in the key, which stands for all of them."""

    words: str
    label: str = ""


def meanings_of(text: str, path: str, problems: list[Problem]) -> dict[str, Meaning]:
    """The map under `symbols:`, by the characters of each symbol; a family's label is left out."""
    text = front_of(text) if path.endswith(SUFFIX) else text
    match = _FRONT.match(text)
    if not match or not re.search(r"^symbols:", match[1], re.M):
        return {}
    line = text[: match.start(1) + re.search(r"^symbols:", match[1], re.M).start()].count("\n") + 1
    hint = "write symbols: and below it lines such as  '\\hat y': the network's output"
    try:
        found = (yaml.safe_load(match[1]) or {}).get("symbols") or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(Problem(path, 2 + mark.line if mark else line, 1, f"symbols: cannot be read: {getattr(error, 'problem', error)}", "", hint))
        return {}
    if not isinstance(found, dict):
        problems.append(Problem(path, line, 1, "symbols: is no map of symbols to their meanings", "", hint))
        return {}
    meanings = {}
    for key, words in found.items():
        name = str(key)
        try:
            found_here = Meaning(str(words).strip(), _label(name))
            meanings[_family(name) if found_here.label else _characters(name)] = found_here
        except TypesettingError as error:
            problems.append(Problem(path, line, 1, f"symbols: {name} {error.message}", "", error.hint))
    return meanings


def meaning(use: NameUse, page: Mapping[str, Meaning], glossary: Mapping[str, Meaning]) -> str:
    """What the page, else the glossary, says of a name; nothing if neither knows it."""
    for known in (page, glossary):
        for key in (_characters(use.latex), _family(use.latex), _characters(use.base)):
            if key in known:
                return _relabelled(known[key], use.label)
    return ""


def _relabelled(found: Meaning, label: str) -> str:
    """`weights of layer l` is `weights of layer l+1` for the label `l + 1`."""
    if not found.label or not label or found.label == label:
        return found.words
    return re.sub(rf"(?<!\w){re.escape(found.label)}(?!\w)", label.replace(" ", "").replace("-", "\N{MINUS SIGN}"), found.words)


def _characters(latex: str) -> str:
    return typeset(latex, False).text.replace(" ", "")


def _family(latex: str) -> str:
    """The name without its label, marked as a family's."""
    match = _LABELLED.fullmatch(latex.strip())
    return _characters(match["base"]) + "[]" if match else _characters(latex)


def _label(latex: str) -> str:
    """The letter that runs over a family's members: `l` in `W^{[l]}`, none in `W_{xh}` or `n_x`."""
    match = _LABELLED.fullmatch(latex.strip())
    label = match["label"].strip() if match else ""
    return label if label in _RUNNING else ""
