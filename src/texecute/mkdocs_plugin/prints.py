"""`{.python .run}` fences: what the code prints stands below it, as a block of its own.

A fence runs as it does in the tests: on its own or, with `.continuation`, after the fences before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from texecute.mkdocs_plugin.fences import Fence, fences
from texecute.mkdocs_plugin.problems import Problem
from texecute.mkdocs_plugin.running import Failure, Kept, fingerprint, run_sources

RUN = "run"
# The title is a text, so that a screen reader, the search and the PDF have it too.
_OPENING = '{mark}{{.text .prints .no-copy title="prints"}}'


@dataclass(slots=True)
class Prints:
    """Runs fences; `kept` remembers what they printed."""

    root: Path
    kept: Kept
    run: Callable = run_sources
    problems: list[Problem] = field(default_factory=list)

    def shown(self, chain: tuple[Fence, ...], path: str, line: int) -> str | None:
        """What the last fence of a chain prints; None after a problem."""
        sources = [(f"fence {number}", fence.code) for number, fence in enumerate(chain, 1)]
        code = "\0".join(source for _, source in sources)
        key = "prints-" + fingerprint(code, *self._snippets(code))
        known = self.kept.find(key)
        if known is not None:
            return known
        try:
            return self.kept.put(key, self.run(sources, self.root))
        except Failure as failure:
            lines = chain[failure.number].code.splitlines()
            caret = lines[failure.line - 1].strip() if 0 < failure.line <= len(lines) else ""
            where = "" if failure.number == len(chain) - 1 else " (in a fence that this one continues)"
            hint = "each fence runs on its own; write {.python .run .continuation} to go on from the one before"
            self.problems.append(
                Problem(path, line, 1, f"this fence does not run{where}: {failure.message}", caret,
                        hint if failure.message.startswith("NameError") else ""))  # fmt: skip
            return None

    def _snippets(self, code: str) -> Iterator[bytes]:
        """Files of the repository that the code may import."""
        if "snippets" in code:
            yield from (file.read_bytes() for file in sorted((self.root / "snippets").glob("*.py")))


def insert_prints(text: str, path: str, source: str, prints: Prints) -> str:
    """The page's Markdown (inclusions expanded) with a block of output after each fence that runs.

    `source` is the page as its author wrote it, whose lines a message names.
    """
    found = list(fences(text))
    if not any(RUN in fence.options for fence in found):
        return text
    written = [fence.line for fence in fences(source) if fence.runs]
    running = [fence for fence in found if fence.runs]
    places = written if len(written) == len(running) else [fence.line for fence in running]
    lines, chain, more = text.split("\n"), (), {}
    for fence, line in zip(running, places):
        chain = (*chain, fence) if "continuation" in fence.options else (fence,)
        if RUN not in fence.options:
            continue
        lead = re.match(r"[ \t]*", lines[fence.line - 1])[0]
        if not lines[fence.line - 1][len(lead) :].startswith(("`", "~")):
            prints.problems.append(
                Problem(path, line, 1, "a fence that runs cannot stand in a quote, nor in the first line of a list item",
                        "", "set it apart by an empty line, indented as the text around it"))  # fmt: skip
            continue
        shown = prints.shown(chain, path, line)
        block = _block(shown or "", lead)
        if block:
            more[fence.last] = block
        elif shown is not None:
            prints.problems.append(
                Problem(path, line, 1, "this fence prints nothing", "", "leave .run out, or print what the reader should see"))
    parts = []
    for number, line in enumerate(lines, 1):
        parts.append(line)
        parts += more.get(number, ())
    return "\n".join(parts)


def _block(shown: str, lead: str) -> list[str]:
    """A fence with this output, at the depth of the code."""
    shown = "\n".join(line.rstrip() for line in shown.expandtabs(8).strip("\n").split("\n"))
    if not shown:
        return []
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    mark = "`" * max(3, longest + 1)
    lines = [_OPENING.format(mark=mark), *shown.split("\n"), mark]
    return ["", *(lead + line if line else "" for line in lines), ""]


class PrintsExtension(Extension):
    """The adapter for Python-Markdown; whoever knows the page sets `path` and `source` before it."""

    def __init__(self, prints: Prints, **options):
        self.prints = prints
        self.path, self.source = "page.md", ""
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        """Runs after inclusions (32) and formulas (28), and before fences (25) are taken away."""
        md.preprocessors.register(_Runs(md, self), "texecute-prints", 27)


class _Runs(Preprocessor):
    def __init__(self, md: Markdown, extension: PrintsExtension):
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        one = self.extension
        return insert_prints("\n".join(lines), one.path, one.source or "\n".join(lines), one.prints).split("\n")

