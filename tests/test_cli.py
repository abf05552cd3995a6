"""The command: exit status, what goes where, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from texecute.cli import main

GOOD = "Let $x \\in \\mathbb{R}^{n}$.\n\n$$x^\\top x = \\lVert x\\rVert^2$$ {#eq-good}\n"
BAD = "Let $A, B \\in \\mathbb{R}^{n\\times n}$.\n\n$$\nAB = BA\n$$ {#eq-bad}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a page that passes, one that does not, and one that is no page."""
    (tmp_path / "good.md").write_text(GOOD, "utf8")
    (tmp_path / "bad.md").write_text(BAD, "utf8")
    (tmp_path / "notes.txt").write_text("$x$", "utf8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "other.md").write_text("---\nuses: [../good.md]\n---\n\n$$2x^\\top x = x^\\top 2x$$\n", "utf8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, *arguments):
    """Exit status, standard output and standard error."""
    try:
        status = main(list(arguments))
    except SystemExit as stop:
        status = stop.code
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return status, captured.out, captured.err


def test_zero_when_all_pass(folder, capsys):
    """Exit status 0; the summary is all that is printed."""
    assert (0, "2 formulas, 2 passed\n", "") == run(capsys, "check", "good.md")


def test_one_when_something_does_not_pass(folder, capsys):
    """Exit status 1, with path:line:column, the formula, a caret and the evidence."""
    status, out, err = run(capsys, "check", "bad.md")
    assert 1 == status and not err
    lines = out.splitlines()
    assert lines[0].startswith("bad.md:4:1  the two sides differ in entry (")
    assert ["  AB = BA", "  ^^^^^^^"] == lines[1:3]
    assert "seed 0" in lines[3]


@pytest.mark.parametrize(
    "arguments",
    [[], ["check"], ["check", "missing.md"], ["check", "notes.txt"], ["check", "good.md", "--seed", "x"], ["check", "--foo", "good.md"], ["frobnicate"]],
    ids=" ".join,
)
def test_two_when_the_call_is_wrong(folder, capsys, arguments):
    """Exit status 2, and a message that says what is wrong with the call."""
    status, out, err = run(capsys, *arguments)
    assert 2 == status
    assert "texecute" in (err or out)


def test_a_folder_is_searched(folder, capsys):
    """All pages below a folder, in order; other files are left alone."""
    status, out, _ = run(capsys, "check", ".", "-v")
    assert 1 == status
    assert ["bad.md", "deep/other.md", "good.md"] == list(dict.fromkeys(line.split(":")[0] for line in out.splitlines() if ".md:" in line))


def test_several_paths_make_one_report(folder, capsys):
    """The summary counts over all paths."""
    status, out, _ = run(capsys, "check", "good.md", "bad.md", "good.md")
    assert 1 == status and "6 formulas, 5 passed, 1 failed" in out


def test_json(folder, capsys):
    """`--json` prints one JSON document and nothing else, with the same exit status."""
    for path, expected in (("good.md", 0), ("bad.md", 1)):
        status, out, err = run(capsys, "check", path, "--json")
        assert (expected, "") == (status, err)
        assert path == json.loads(out)["formulas"][0]["path"]


def test_the_seed_is_used(folder, capsys):
    """`--seed` gives other samples, the same seed the same output."""
    outputs = [run(capsys, "check", "bad.md", "--seed", seed)[1] for seed in ("0", "9", "9")]
    assert outputs[1] == outputs[2] != outputs[0] and "seed 9" in outputs[1]


def test_a_page_cannot_use_what_lies_outside_of_the_folder(folder, capsys):
    """`uses:` reaches no file above the given folder, also through links."""
    (folder / "deep" / "link.md").symlink_to(folder / "good.md")
    (folder / "deep" / "user.md").write_text("---\nuses: [link.md]\n---\n\n$x$\n", "utf8")
    status, out, _ = run(capsys, "check", "deep")
    assert 1 == status
    assert 2 == out.count("lies outside of") and "deep/other.md:2:" in out


def test_strange_files(folder, capsys):
    """Bytes that are no text, an empty file, a mark of byte order, Windows line ends, a broken notebook."""
    (folder / "bytes.md").write_bytes(b"$x \xff$")
    (folder / "empty.md").write_bytes(b"")
    (folder / "bom.md").write_bytes(b"\xef\xbb\xbf---\r\nvectors: row\r\n---\r\n" + GOOD.replace("^\\top x", " x^\\top").replace("\n", "\r\n").encode())
    (folder / "broken.ipynb").write_text("{", "utf8")
    assert 0 == run(capsys, "check", "empty.md")[0]
    status, out, _ = run(capsys, "check", "bom.md")
    assert 0 == status, out
    for name, words in (("bytes.md", "not UTF-8"), ("broken.ipynb", "not a notebook")):
        status, out, _ = run(capsys, "check", name)
        assert 1 == status and out.startswith(f"{name}:1:1  ") and words in out and "hint:" in out


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="needs rights to take away")
def test_a_file_that_may_not_be_read(folder, capsys):
    """No right to read is an error with the path."""
    (folder / "good.md").chmod(0)
    assert "cannot be read" in run(capsys, "check", "good.md")[1]


def test_as_a_module(folder):
    """`python -m texecute` is the same command."""
    source = Path(__file__).resolve().parent.parent / "src"
    result = subprocess.run(
        [sys.executable, "-m", "texecute", "check", "bad.md"], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(source)}
    )
    assert 1 == result.returncode and "bad.md:4:1" in result.stdout and not result.stderr


def test_output_that_is_cut_off(folder):
    """`texecute check … | head` ends without a traceback."""
    source = Path(__file__).resolve().parent.parent / "src"
    (folder / "many.md").write_text(BAD + "\n$$\nAB = BA\n$$\n" * 300, "utf8")
    command = f"{sys.executable} -m texecute check many.md | head -n 1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(source)})
    assert "many.md:4:1" in result.stdout and "Traceback" not in result.stderr and "BrokenPipe" not in result.stderr


def test_output_that_is_not_unicode(folder):
    """A terminal without Unicode gets question marks, not a traceback."""
    source = Path(__file__).resolve().parent.parent / "src"
    (folder / "greek.md").write_text("$x \\in \\mathbb{R}$\n\n$$αx = x ⊙ ☃$$\n", "utf8")
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    result = subprocess.run([sys.executable, "-m", "texecute", "check", "greek.md"], capture_output=True, text=True, env=environment)
    assert 1 == result.returncode and "greek.md:3:" in result.stdout and not result.stderr
