"""The report at a terminal: in colour, each page's complaints as soon as they are known, and a line of progress.

Needs rich (extra `cli`).  The characters are those of `Report.text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from threading import Timer

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from texecute.report import FormulaReport, Report

PATIENCE = 0.4
"""Seconds before progress is shown at all, so that a short check does not flicker."""
MESSAGE = {"fails": "bold red", "error": "bold magenta", "undecided": "bold yellow"}
_CARETS = re.compile(r" *\^+$")


def show(pages: list[tuple[Path, Path]], reports: Iterable[Report], verbose: bool = False, console: Console | None = None) -> Report:
    """Prints the reports of the pages as they come, then the summary; returns all of them as one."""
    console = console or Console(highlight=False)
    progress = Progress(
        TextColumn("checking"), BarColumn(24), MofNCompleteColumn(), TextColumn("pages, {task.fields[formulas]} formulas"),
        TextColumn("{task.fields[page]}", style="dim"),
        console=console, transient=True, refresh_per_second=8,
    )  # fmt: skip
    names = [str(path) for path, _ in pages]
    task = progress.add_task("", total=len(pages), formulas=0, page=names[0] if names else "")
    formulas: list[FormulaReport] = []
    timer = Timer(PATIENCE, progress.start)
    timer.daemon = True
    timer.start()
    try:
        for done, report in enumerate(reports, 1):
            formulas += report.formulas
            for formula, block in report.blocks(verbose):
                _print(console, styled(formula, block, console.width))
                if not verbose:
                    console.print()
            progress.update(task, completed=done, formulas=len(formulas), page=names[done] if done < len(names) else "")
    finally:
        timer.cancel()
        timer.join()
        if progress.live.is_started:
            progress.stop()
    total = Report(tuple(formulas))
    _print(console, Text(total.summary_line(), "bold green" if total.passed else "bold red"))
    return total


def _print(console: Console, text: Text) -> None:
    # Lines are not reflowed: carets stand under what they mean.
    console.print(text, soft_wrap=True)


def styled(formula: FormulaReport, block: str, width: int) -> Text:
    """One formula's text in colour; a formula that is wider than the terminal is cut around the carets."""
    lines = block.split("\n")
    for at in range(1, len(lines)):
        if _CARETS.fullmatch(lines[at]):
            lines[at - 1], lines[at] = _cut(lines[at - 1], lines[at], width)
    place = f"{formula.path}:{formula.line}:{formula.column}"
    text = Text()
    for number, line in enumerate(lines):
        if number:
            text.append("\n")
        if number == 0 and line.startswith(place):
            text.append(place, "bold")
            text.append(line.removeprefix(place), "dim" if formula.passed else MESSAGE.get(formula.verdict, "bold red"))
        elif _CARETS.fullmatch(line):
            text.append(line, "bold red")
        elif line.startswith("hint: "):
            text.append("hint: ", "bold green")
            text.append(line.removeprefix("hint: "), "green")
        elif line.startswith("  at "):
            text.append(line, "dim")
        else:
            text.append(line)
    return text


def _cut(line: str, carets: str, width: int) -> tuple[str, str]:
    """The formula's line and its carets, no wider than the terminal."""
    room = max(width, 30)
    if len(line) <= room:
        return line, carets[:room]
    left = len(carets) - len(carets.lstrip())
    start = max(0, min(left - room // 3, len(line) - room + 3))
    shown = line if not start else "  … " + line[start + 4 :]
    carets = carets[start:] if start else carets
    if len(shown) > room:
        shown = shown[: room - 2] + " …"
    return shown, carets[:room]
