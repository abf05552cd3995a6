"""Fenced code of a Markdown page at any depth: in tabs, admonitions, lists and quotes.

pytest-markdown-docs reads Markdown as CommonMark, where what stands in a tab is an indented
code block: its fences would silently not run.  This scanner sees a fence wherever the site
shows one, with its true line numbers.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

PYTHON = ("python", "py", "python3")

_LEAD = r"(?P<lead>(?:[ ]*>)*[ ]*(?:(?:[-*+]|\d+[.)])[ ]+)?)"
_OPEN = re.compile(_LEAD + r"(?P<mark>`{3,}|~{3,})[ ]*(?P<info>[^`\n]*)$")
_INCLUDE = re.compile(r'^(?P<indent>[ ]*)(?P<mark>;?[ ]*-{1,}8<-{1,})(?P<rest>.*)$')
_FILE = re.compile(r'^[ ]+"(?P<path>[^":]+)(?::(?P<section>[A-Za-z][\w-]*))?"[ ]*$')
_QUOTED = re.compile(r"""[\w-]+=(?:"[^"]*"|'[^']*'|\S+)""")


class FenceError(ValueError):
    """A fence that would not run as it is shown; the message says where and what to write."""


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced block: the lines of its opening and its end (from 1), language, words after it, and its code."""

    line: int
    language: str
    options: tuple[str, ...]
    code: str
    last: int = 0

    @property
    def runs(self) -> bool:
        """Whether it is Python that is executed."""
        return self.language in PYTHON and "notest" not in self.options


def fences(text: str) -> Iterator[Fence]:
    """All fenced blocks of a page, in order; those in comments are not shown, and left out."""
    lines = _without_comments(text).splitlines()
    row = 0
    while row < len(lines):
        opening = _OPEN.match(lines[row].expandtabs(4))
        if not opening:
            row += 1
            continue
        close = re.compile(rf"[ >]*{re.escape(opening['mark'][0])}{{{len(opening['mark'])},}}[ ]*$")
        end = row + 1
        while end < len(lines) and not close.match(lines[end].expandtabs(4)):
            end += 1
        language, options = _info(opening["info"].strip())
        code = _body(lines[row + 1 : end], opening["lead"])
        yield Fence(row + 1, language, options, code, end + 1)
        row = end + 1


def expand_includes(fence: Fence) -> str:
    """The code with each `--8<-- "file"` line turned into a call that runs the file in its place.

    A call takes one line, so the lines after it keep their numbers.  What would be shown
    otherwise than it runs is a `FenceError`.
    """
    lines = []
    for number, line in enumerate(fence.code.split("\n"), fence.line + 1):
        include = _INCLUDE.match(line)
        if include:
            file = _FILE.match(include["rest"])
            if include["indent"] or include["mark"].startswith(";") or not file:
                raise FenceError(
                    f"line {number}: this inclusion cannot be run: {line.strip()}\n"
                    'hint: write it at the margin, one file or section: --8<-- "snippets/file.py:section"'
                )
            line = f"__include__(globals(), {file['path']!r}, {file['section'] or ''!r})"
        lines.append(line)
    return "\n".join(lines)


def section(source: str, name: str) -> tuple[str, int]:
    """The lines between `# --8<-- [start:name]` and `[end:name]`, and how many stand before them."""
    if not name:
        return source, 0
    lines = source.splitlines()
    marks = {side: rf"--8<--[ ]*\[{side}:[ ]*{re.escape(name)}[ ]*\]" for side in ("start", "end")}
    starts = [row for row, line in enumerate(lines) if re.search(marks["start"], line)]
    ends = [row for row, line in enumerate(lines) if re.search(marks["end"], line)]
    if len(starts) != 1 or len(ends) != 1 or ends[0] < starts[0]:
        raise FenceError(f"there is no section {name}: mark it with # --8<-- [start:{name}] and [end:{name}]")
    return "\n".join(lines[starts[0] + 1 : ends[0]]) + "\n", starts[0] + 1


def _without_comments(text: str) -> str:
    """The text with HTML comments blanked; what stands in a fence is no comment."""
    pattern = re.compile(r"(?P<fence>^[ >]*(`{3,}|~{3,}).*?^[ >]*\2)|(?P<comment><!--.*?-->)", re.S | re.M)
    return pattern.sub(lambda m: m[0] if m["fence"] else re.sub(r"[^\n]", " ", m[0]), text)


def _info(info: str) -> tuple[str, tuple[str, ...]]:
    """Language and words of `python continuation`, `{.python .notest title="x"}` and the like."""
    braces = info.startswith("{") and info.endswith("}")
    words = _QUOTED.sub("", info[1:-1] if braces else info).split()
    names = [word.removeprefix(".") for word in words if not word.startswith("#")]
    return (names[0].lower(), tuple(names[1:])) if names else ("", ())


def _body(lines: list[str], lead: str) -> str:
    """The code without the marks of the block that it stands in."""
    quote = lead.count(">")
    bare = [re.sub(rf"^(?:[ ]*>[ ]?){{0,{quote}}}", "", line) if quote else line for line in lines]
    return textwrap.dedent("\n".join(line.expandtabs(4) for line in bare)) + "\n"
