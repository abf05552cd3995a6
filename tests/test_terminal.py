"""The command's output: in colour with progress at a terminal, plain lines elsewhere, the same words in both."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from texecute import check, cli

pytest.importorskip("rich")
from rich.console import Console  # noqa: E402

from texecute import terminal  # noqa: E402

WRONG = "# A page\n\nLet $A, B \\in \\mathbb{R}^{n\\times n}$, $x \\in \\mathbb{R}^{n}$.\n\n$$ AB = BA $$ {#eq-order}\n\n$$ x A = [q] $$\n"
RIGHT = "Let $x \\in \\mathbb{R}$; $x + x = 2x$.\n"


def shown(*reports, verbose=False, width=200, colour=False):
    """What a terminal of this width shows for the reports of several pages."""
    file = io.StringIO()
    console = Console(file=file, force_terminal=colour, width=width, highlight=False, color_system="standard" if colour else None)
    pages = [(Path(f"page{k}.md"), Path(".")) for k in range(len(reports))]
    terminal.show(pages, iter(reports), verbose, console)
    return file.getvalue()


@pytest.mark.parametrize("verbose", [False, True])
def test_the_words_are_those_of_the_plain_report(verbose):
    """Without its colours the output at a wide terminal is the plain report, character by character."""
    first, second = check(WRONG, "first.md"), check(RIGHT, "my page.md")
    assert (first + second).text(verbose) + "\n" == shown(first, second, verbose=verbose)


def test_there_are_colours():
    """The place is bold, a failure red, a hint green, the summary of a page that passes green."""
    out = shown(check(WRONG, "page.md"), colour=True)
    assert "\x1b[1mpage.md:5:" in out and "\x1b[1;31m" in out and "\x1b[1;32mhint: " in out
    assert "\x1b[1;32m" in shown(check(RIGHT), colour=True).splitlines()[-1]


def test_brackets_are_no_markup():
    """What stands in square brackets in a formula is printed."""
    assert "[q]" in shown(check(WRONG, "page.md"))


@pytest.mark.parametrize("width", [40, 60, 100])
def test_carets_stand_under_what_they_mean_at_any_width(width):
    """A formula that is wider than the terminal is cut; the carets still mark the same characters."""
    long = "Let $a, b \\in \\mathbb{R}$.\n\n$$ " + "a + " * 30 + "\\foo + " + "b + " * 30 + "a $$\n"
    lines = shown(check(long, "p.md"), width=width).splitlines()
    at = next(k for k, line in enumerate(lines) if line.strip() and set(line.strip()) == {"^"})
    start = lines[at].index("^")
    assert "\\foo" == lines[at - 1][start : start + 4]
    assert max(len(lines[at - 1]), len(lines[at])) <= width


def test_progress_shows_only_when_it_takes_time(monkeypatch):
    """A short check shows no bar; a long one names the page and is gone at the end."""
    assert "checking" not in shown(check(RIGHT), colour=True)
    monkeypatch.setattr(terminal, "PATIENCE", 0.01)

    def slow():
        for _ in range(2):
            time.sleep(0.3)
            yield check(RIGHT)

    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=120)
    terminal.show([(Path("one.md"), Path(".")), (Path("two.md"), Path("."))], slow(), False, console)
    assert "checking" in file.getvalue() and "two.md" in file.getvalue()
    assert "formulas" in file.getvalue().splitlines()[-1]


@pytest.mark.parametrize("environment, wanted", [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_when_colour_is_wanted(monkeypatch, environment, wanted):
    """At a terminal, unless NO_COLOR is set or the terminal is dumb."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert wanted == cli.at_a_terminal()
    monkeypatch.setattr(cli, "find_spec", lambda name: None)
    assert not cli.at_a_terminal()


def test_piped_output_is_plain(tmp_path):
    """Into a pipe go plain lines, and JSON with --json."""
    page = tmp_path / "page.md"
    page.write_text(WRONG, "utf-8")
    run = subprocess.run([sys.executable, "-m", "texecute", "check", str(page)], capture_output=True, text=True, encoding="utf-8")
    assert 1 == run.returncode and "\x1b" not in run.stdout and "hint: " in run.stdout
    run = subprocess.run([sys.executable, "-m", "texecute", "check", "--json", str(page)], capture_output=True, text=True, encoding="utf-8")
    assert 1 == json.loads(run.stdout)["version"]
