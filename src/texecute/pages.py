"""Markdown pages and notebooks → formulas with path, line, attributes and scope.

One scanner serves the checker and the site, so both see the same formulas.
It knows just enough Markdown to tell mathematics from code, comments and money.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace

from texecute.front import ATTRIBUTES, KNOWN_CLASSES, front_matter, parse_attributes

MAX_PAGE = 4_000_000
"""Characters of one page; a longer file is not a page of a book."""


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula of a page: where it stands, what it says, and its attributes."""

    path: str
    line: int
    column: int
    latex: str
    display: bool
    start: int
    end: int
    label: str | None = None
    classes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    block: tuple[int, ...] = ()

    def attribute(self, key: str) -> str | None:
        """The value of `key=…` after the formula, or None."""
        return dict(self.attributes).get(key)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (from 1) in the file of a character of `latex`."""
        before = self.latex[:offset]
        newlines = before.count("\n")
        if newlines:
            return self.line + newlines, offset - before.rfind("\n")
        return self.line, self.column + offset


@dataclass(frozen=True, slots=True)
class Setting:
    """A comment `<!-- texecute: vectors=column layout=denominator -->`."""

    line: int
    start: int
    values: tuple[tuple[str, str], ...]
    block: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PageProblem:
    """Something that is wrong with the page itself: an unclosed `$$`, a bad attribute."""

    line: int
    column: int
    start: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's front matter and everything on it that the checker reads, in order."""

    path: str
    text: str
    front: dict = field(compare=False)
    front_lines: dict = field(compare=False)
    formulas: tuple[Formula, ...] = ()
    settings: tuple[Setting, ...] = ()
    problems: tuple[PageProblem, ...] = ()


def read_page(text: str, path: str = "page.md") -> Page:
    """All formulas of a Markdown page or, for `.ipynb`, of a notebook's Markdown cells."""
    if path.endswith(".ipynb"):
        return _read_notebook(text, path)
    if path.endswith(".py"):
        text = _markdown_of_script(text)
    return _Scanner(text, path).page()


# --- the scanner ---------------------------------------------------------------

_FENCE = re.compile(r"^(?P<lead>(?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(?P<mark>`{3,}|~{3,})(?P<info>[^`\n]*)$")
_BLOCK_HEAD = re.compile(r"^(?P<indent>[ \t]*)(?:={3}[!+]{0,2}[ \t]+\"|!{3}[ \t]|\?{3}\+?[ \t])")
_SETTING = re.compile(r"texecute\s*:(.*)", re.S)
_SCAN = re.compile(r"\\.|<!--|`+|\$\$?|<(?=(?:pre|code|script|style)\b)", re.S | re.I)


class _Scanner:
    """One pass over the text; offsets everywhere are into the text as given."""

    def __init__(self, text: str, path: str, first_line: int = 1):
        self.text = text
        self.path = path
        self.first_line = first_line
        self.starts = [0]
        for match in re.finditer("\n", text):
            self.starts.append(match.end())
        self.formulas: list[Formula] = []
        self.settings: list[Setting] = []
        self.problems: list[PageProblem] = []

    def page(self) -> Page:
        """The page with all that was found on it."""
        if len(self.text) > MAX_PAGE:
            problem = PageProblem(1, 1, 0, f"the page has {len(self.text)} characters; the limit is {MAX_PAGE}")
            return Page(self.path, self.text, {}, {}, problems=(problem,))
        front, lines, body = front_matter(self.text)
        skip = self._fences(body)
        skip = sorted(skip + self._indented_code(body, skip))
        self.blocks = self._blocks(body)
        self._inline(body, skip)
        return Page(
            self.path, self.text, front, lines,
            tuple(self.formulas), tuple(self.settings), tuple(self.problems),
        )  # fmt: skip

    def where(self, offset: int) -> tuple[int, int]:
        """Line and column (from 1) of an offset."""
        row = bisect_right(self.starts, offset) - 1
        return row + self.first_line, offset - self.starts[row] + 1

    def _fences(self, body: int) -> list[tuple[int, int]]:
        """Offsets of all fenced code blocks, at any indent, fences included."""
        found, inside, begin = [], None, 0
        for row, start in enumerate(self.starts):
            if start < body:
                continue
            end = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.text)
            line = self.text[start:end].rstrip("\r\n")
            if inside is None:
                match = _FENCE.match(line)
                if match:
                    inside, begin = match["mark"], start
            elif re.match(rf"^[ \t>]*{re.escape(inside[0])}{{{len(inside)},}}[ \t]*$", line):
                found.append((begin, end))
                inside = None
        if inside is not None:
            found.append((begin, len(self.text)))
        return found

    def _indented_code(self, body: int, fences: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Offsets of code blocks that are code by their indent alone."""
        found, containers, blank, inside = [], [0], True, None
        begins = [a for a, _ in fences]
        for row, start in enumerate(self.starts):
            end = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.text)
            line = self.text[start:end].expandtabs(4)
            fence = bisect_right(begins, start) - 1
            if start < body or (fence >= 0 and start < fences[fence][1]):
                blank, inside = False, None
                continue
            if not line.strip():
                blank = True
                continue
            indent = len(line) - len(line.lstrip())
            while len(containers) > 1 and indent < containers[-1]:
                containers.pop()
            if indent >= containers[-1] + 4 and (inside or blank):
                inside = inside or start
                found.append((start, end))
                continue
            blank, inside = False, None
            # What a list item, footnote, tab or admonition holds is indented, too.
            holder = re.match(r"\s*(?:[-*+]\s|\d+[.)]\s|\[\^[^\]]+\]:|:\s|={3}[!+]*\s|!{3}\s|\?{3}\+?\s)", line)
            if holder:
                containers.append(indent + (2 if re.match(r"\s*[-*+]\s", line) else 3 if re.match(r"\s*\d", line) else 4))
        return found

    def _blocks(self, body: int) -> list[tuple[int, tuple[int, ...]]]:
        """For each line its path of enclosing tabs and admonitions, as (offset, path)."""
        result, stack, count = [], [], 0
        for row, start in enumerate(self.starts):
            if start < body:
                continue
            end = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.text)
            line = self.text[start:end].expandtabs(4)
            if line.strip():
                indent = len(line) - len(line.lstrip())
                while stack and indent < stack[-1][0] + 4:
                    stack.pop()
                head = _BLOCK_HEAD.match(line)
                if head:
                    count += 1
                    # Tabs are scopes of names; admonitions only of settings: sign tells which.
                    number = count if line.lstrip().startswith("=") else -count
                    stack.append((indent, number))
            result.append((start, tuple(number for _, number in stack)))
        return result

    def _block_at(self, offset: int) -> tuple[int, ...]:
        at = bisect_right(self.blocks, (offset, (10**9,))) - 1
        return self.blocks[at][1] if at >= 0 else ()

    def _inline(self, position: int, skip: list[tuple[int, int]]) -> None:
        text, skips = self.text, iter(skip)
        hole = next(skips, None)
        while True:
            match = _SCAN.search(text, position)
            if not match:
                return
            at = match.start()
            while hole and hole[1] <= at:
                hole = next(skips, None)
            if hole and hole[0] <= at < hole[1]:
                position = hole[1]
                continue
            token = match[0]
            if token[0] == "\\":
                position = match.end()
            elif token == "<!--":
                position = self._comment(at)
            elif token[0] == "`":
                close = re.compile(rf"(?<!`){token}(?!`)").search(text, match.end())
                blank = re.compile(r"\n[ \t>]*\n").search(text, match.end())
                ends = close and not (blank and blank.start() < close.start())
                position = close.end() if ends else match.end()
            elif token[0] == "<":
                name = re.match(r"<(\w+)", text[at : at + 12])[1]
                close = re.compile(rf"</{name}\s*>", re.I).search(text, at)
                position = close.end() if close else at + 1
            elif token == "$$":
                position = self._display(at)
            else:
                position = self._dollar(at)

    def _comment(self, at: int) -> int:
        end = self.text.find("-->", at)
        if end < 0:
            return len(self.text)
        setting = _SETTING.match(self.text[at + 4 : end].strip())
        if setting:
            line, column = self.where(at)
            pairs = []
            for word in setting[1].split():
                key, sign, value = word.partition("=")
                if not sign or not value:
                    self.problems.append(
                        PageProblem(line, column, at, f"this part of the comment cannot be read: {word}",
                                    "write key=value, as in vectors=column layout=denominator"))  # fmt: skip
                else:
                    pairs.append((key, value))
            self.settings.append(Setting(line, at, tuple(pairs), self._block_at(at)))
        return end + 3

    def _display(self, at: int) -> int:
        end = re.compile(r"(?<!\\)\$\$").search(self.text, at + 2)
        if not end:
            line, column = self.where(at)
            self.problems.append(
                PageProblem(line, column, at, "this $$ has no closing $$", "close the formula with $$"))
            return len(self.text)
        return self._add(at, at + 2, end.start(), end.end(), display=True)

    def _dollar(self, at: int) -> int:
        """An inline formula, unless the dollar is one of money.

        As in pandoc: no space after the opening and before the closing dollar,
        and no digit after the closing one.
        """
        text = self.text
        if at + 1 >= len(text) or text[at + 1].isspace():
            return at + 1
        position = at + 1
        while True:
            match = re.compile(r"\\.|\$|`|\n[ \t>]*\r?\n", re.S).search(text, position)
            if not match or match[0][0] in "\n`":
                return at + 1
            if match[0] == "$":
                end = match.start()
                if text[end - 1].isspace() or text[end + 1 : end + 2].isdigit():
                    return at + 1
                return self._add(at, at + 1, end, end + 1, display=False)
            position = match.end()

    def _add(self, start: int, first: int, last: int, end: int, display: bool) -> int:
        latex = self.text[first:last]
        line_start = self.starts[bisect_right(self.starts, start) - 1]
        if re.match(r"[ \t]*>", self.text[line_start:start] or ""):
            latex = re.sub(r"(\n[ \t]*)((?:>[ \t]?)+)", lambda m: m[1] + " " * len(m[2]), latex)
        label, classes, pairs, complaint = None, (), (), ""
        match = ATTRIBUTES.match(self.text, end)
        if match:
            label, classes, pairs, complaint = parse_attributes(match[1])
        line, column = self.where(first)
        if match:
            end = match.end()
            unknown = [name for name in classes if name not in KNOWN_CLASSES]
            if unknown:
                complaint = f"unknown class .{unknown[0]} (known: .wrong, .unchecked)"
            if complaint:
                where = self.where(match.start(1))
                self.problems.append(
                    PageProblem(*where, match.start(1), complaint, "as in {#eq-name .wrong layout=numerator}"))
        self.formulas.append(
            Formula(self.path, line, column, latex, display, start, end, label, classes, pairs,
                    self._block_at(start)))  # fmt: skip
        return end


# --- notebooks and scripts -------------------------------------------------------


def _read_notebook(text: str, path: str) -> Page:
    """A notebook's Markdown cells, joined by blank lines.

    Lines are those of the notebook's file, as an editor counts them, where each
    line of a cell stands on a line of its own there (as Jupyter writes it); else
    they count in the joined text.
    """
    try:
        cells = json.loads(text)["cells"]
        parts = []
        for cell in cells:
            source = cell["source"]
            source = source if isinstance(source, str) else "".join(source)
            if cell["cell_type"] == "markdown" or (cell["cell_type"] == "raw" and not parts):
                parts.append(source)
    except (ValueError, KeyError, TypeError, RecursionError):
        problem = PageProblem(1, 1, 0, "this is not a notebook: no JSON object with cells", "open it in Jupyter and save it")
        return Page(path, text, {}, {}, problems=(problem,))
    joined = "\n\n".join(parts) + "\n"
    page = _Scanner(joined, path).page()
    lines = _lines_in_file(joined, text)

    def placed(thing):
        return replace(thing, line=lines[min(thing.line, len(lines)) - 1])

    return replace(
        page, text=text, formulas=tuple(map(placed, page.formulas)), settings=tuple(map(placed, page.settings)),
        problems=tuple(map(placed, page.problems)),
    )  # fmt: skip


def _lines_in_file(joined: str, text: str) -> list[int]:
    """For each line of the joined cells its line in the notebook's file, or its own number."""
    found, position, number = [], 0, 1
    for own, line in enumerate(joined.split("\n"), start=1):
        at = -1
        for ascii_only in (False, True):
            spelled = json.dumps(line, ensure_ascii=ascii_only)[1:-1]
            match = re.compile(rf'^\s*"{re.escape(spelled)}(?:\\n)?",?\s*$', re.M).search(text, position) if line else None
            if match:
                at = match.start() + len(match[0]) - len(match[0].lstrip())
                break
        if at >= 0:
            number += text.count("\n", position, at)
            position = at
            found.append(number)
        else:
            found.append(found[-1] + 1 if found and not line else own if not found else found[-1] + 1)
    return found


def _markdown_of_script(text: str) -> str:
    """A jupytext script with everything but its Markdown cells blanked, line by line."""
    out, markdown = [], False
    for line in text.split("\n"):
        if re.match(r"# ?%%", line):
            markdown = "[markdown]" in line or "[md]" in line
            out.append("")
        elif markdown and line.startswith("#"):
            out.append(re.sub(r"^# ?", "", line))
        else:
            out.append("")
    return "\n".join(out)
