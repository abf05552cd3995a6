"""What the manual says the checker says: found on its pages, compared, and written anew on demand.

Four things on the pages of docs/checking are no formulas, and are tested here:

- rows of a table whose first heading is `refused`: a formula in backticks, the message, the hint.
  The formula is checked at its place, with all names of the page above it;
- a `text` fence behind one with a title, which is a page: all that does not pass on that page;
- a fence whose first line is `$ texecute …`: the output of that command, in a folder with all pages
  shown so far;
- the table of bounds.

`python -m tests.manual` writes all of them anew; look at the difference before you commit it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import texecute
from texecute import cli, domains, integers, pages, parser, point, samples, tokens, uses

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "checking"
COMMAND = "$ texecute "
BOUNDS = {
    "characters of a page": pages.MAX_PAGE,
    "characters of a formula": tokens.MAX_FORMULA,
    "symbols of a formula": tokens.MAX_TOKENS,
    "expressions in one another": parser.MAX_DEPTH,
    "a size that is a number": domains.MAX_SIZE,
    "entries of a drawn value": samples.MAX_ENTRIES,
    "members of a range": integers.MAX_RANGE,
    "terms and entries to compute at one point": point.MAX_STEPS,
    "pages that use one another in a row": uses.MAX_USES,
}
_FENCE = re.compile(r"^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<body>.*?)^```$", re.S | re.M)
_TEX = re.compile(r"[\\^{}*<>|\[\]~$]|_.")


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that the checker says by the manual: where it stands, and what it says in truth."""

    page: str
    line: int
    what: str
    shown: str
    said: str


def everything(path: Path) -> Iterator[Shown]:
    """All that one page of the manual shows of the checker's answers."""
    text = path.read_text("utf-8")
    yield from refusals(text, path.name)
    yield from bounds(text, path.name)
    yield from answers(text, path.name)


# --- tables of refused formulas ------------------------------------------------------------


def refused_rows(text: str) -> dict[int, str]:
    """The formulas of all tables headed `refused`, by their line (from 0)."""
    rows, inside = {}, False
    for number, line in enumerate(text.split("\n")):
        if line.startswith("| refused |"):
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and (formula := re.match(r"\| (`+)(.+?)\1 \|", line)):
            rows[number] = formula[2].strip()
    return rows


def refusals(text: str, name: str) -> Iterator[Shown]:
    """Each refused formula with its row as it is and as it should be."""
    lines = text.split("\n")
    rows = refused_rows(text)
    page = "\n".join(f"$${rows[n]}$$" if n in rows else line for n, line in enumerate(lines))
    reports = {f.formula_line: f for f in texecute.check(page, str(FOLDER / name)).formulas}
    for number, formula in rows.items():
        report = reports[number + 1]
        tick = "``" if "`" in formula else "`"
        said = f"| {tick}{formula}{tick} | {in_code(report.message)} | {in_code(report.hint)} |"
        yield Shown(name, number + 1, formula, lines[number], said if not report.passed else f"{formula} passes")


def in_code(text: str) -> str:
    """A message for a table: its LaTeX in backticks, so that Markdown leaves it alone."""
    out: list[str] = []
    run: list[str] = []

    def flush() -> None:
        code = " ".join(run)
        run.clear()
        if code:
            bare = code.rstrip(".,;:?")
            if bare.endswith(")") and bare.count(")") > bare.count("("):
                bare = bare[:-1]
            out.append(f"`{bare}`{code[len(bare):]}")

    words = text.split(" ")
    for at, word in enumerate(words):
        following = words[at + 1 :]
        joins = word in ("=", ":", "+", "-", "…") and run
        begins = re.fullmatch(r"\(?[A-Za-z]", word) and (
            following[:1] == ["\\in"] or (following[:1] in (["="], [":"]) and _TEX.search(" ".join(following[1:2])))
        )
        if begins and word.startswith("("):
            out.append("(" + word[1:])
        elif _TEX.search(word) or joins or begins or (run and (run[-1] in ("=", "…") or _goes_on(" ".join(run), word))):
            run.append(word)
            if word.endswith((",", ";", "?", ".")) and not word.endswith("\\,"):
                flush()
        else:
            flush()
            out.append(word)
    flush()
    return " ".join(out)


def _goes_on(before: str, word: str) -> bool:
    """Whether a word goes on with the LaTeX before it: `\\mathbf 1`, `\\nabla_x f`, `\\log(a b)`."""
    bracket = before.count("(") > before.count(")")
    argument = re.search(r"(\\[A-Za-z]+(_.)?|\))$", before) and re.fullmatch(r"[A-Za-z0-9][,.]?", word)
    return bracket or argument is not None


def bounds(text: str, name: str) -> Iterator[Shown]:
    """Each row of the table of bounds that has its number in the source."""
    for number, line in enumerate(text.split("\n")):
        what = line.split("|")[1].strip() if line.count("|") == 3 else ""
        if what in BOUNDS:
            shown = f"{BOUNDS[what]:,}".replace(",", " ") if BOUNDS[what] > 9999 else BOUNDS[what]
            yield Shown(name, number + 1, what, line, f"| {what} | {shown} |")


# --- pages and commands with their answers ---------------------------------------------------


def answers(text: str, name: str) -> Iterator[Shown]:
    """Each answer that stands in a fence: of a page behind that page, or of a command."""
    pages: dict[str, str] = {}
    last = None
    for fence in _FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 1
        body = fence["body"]
        if fence["title"]:
            pages[fence["title"]] = body
            last = fence["title"]
        elif body.startswith(COMMAND):
            command = body.split("\n")[0]
            yield Shown(name, line, command, body, run(command, pages))
        elif fence["language"] == "text" and last:
            report = texecute.check(pages[last], last)
            yield Shown(name, line, last, body, "\n\n".join(f.text() for f in report.problems) + "\n")
            last = None


def run(command: str, pages: dict[str, str]) -> str:
    """The command's line and its output, in a folder that has these pages and nothing else."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        for title, body in pages.items():
            target = Path(folder, title)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(body, "utf-8")
        out = io.StringIO()
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(out):
                cli.main(command.removeprefix(COMMAND).split())
        finally:
            os.chdir(before)
    return f"{command}\n{out.getvalue()}"


# --- writing ---------------------------------------------------------------------------------


def rewritten(path: Path) -> str:
    """The page with every answer as it is now."""
    lines = path.read_text("utf-8").split("\n")
    text = "\n".join(lines)
    for row in (*refusals(text, path.name), *bounds(text, path.name)):
        lines[row.line - 1] = row.said
    text = "\n".join(lines)
    for answer in reversed(list(answers(text, path.name))):
        fence = next(f for f in _FENCE.finditer(text) if text.count("\n", 0, f.start()) + 1 == answer.line)
        text = text[: fence.start("body")] + answer.said + text[fence.end("body") :]
    return text


if __name__ == "__main__":
    for file in sorted(FOLDER.glob("*.md")):
        new = rewritten(file)
        if new != file.read_text("utf-8"):
            file.write_text(new, "utf-8")
            print(f"written anew: {file.name}", file=sys.stderr)
