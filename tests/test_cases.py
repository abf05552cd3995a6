"""Pages with an expected verdict: one test a page.

A case is a small Markdown page whose front matter says what the checker must
find.  Keys:

expect      holds, fails, error, undecided: the verdict of the formulas labelled `eq-case…`;
            shape: `fails` or `error`; refused: whatever the verdict, none of them passes;
            none: the page has no formula.  `fails`, `shape` and `error` without such a
            label: of some formula of the page
line        the line that the message names
mentions    regular expressions, each of which is found in message or hint
passes      whether the page passes as a whole, where `expect` does not settle it
what        the claim of the case, in one sentence
construct   the same, in the pages gathered from other sources
vectors, layout, uses   belong to the language
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

import texecute

HERE = Path(__file__).resolve().parent
OWN = HERE / "cases"
ELSEWHERE = Path(os.environ.get("TEXECUTE_CASES") or HERE.parent.parent / "shared" / "cases")
AT_LEAST = 1300
VERDICTS = {
    "holds": {"holds"},
    "fails": {"fails"},
    "shape": {"fails", "error"},
    "error": {"error"},
    "undecided": {"undecided"},
    "refused": {"holds", "fails", "error", "undecided"},
}
KEYS = {"expect", "line", "mentions", "passes", "what", "construct", "vectors", "layout", "uses"}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the front matter of a case demands."""

    verdict: str
    line: int | None
    mentions: tuple[re.Pattern[str], ...]
    passes: bool
    what: str


def read_expectation(text: str) -> Expectation:
    """The front matter of a case; whatever is misspelt there is an error and never ignored."""
    head = re.match(r"---\r?\n(.*?)\r?\n---\r?\n", text, re.DOTALL)
    if not head:
        raise ValueError("a case begins with front matter")
    values: dict[str, str] = {}
    mentions: list[str] = []
    last = ""
    for line in head[1].splitlines():
        item = re.fullmatch(r"- (.+)", line)
        pair = re.fullmatch(r"(\w+):(?: (.*))?", line)
        if item and last == "mentions":
            mentions.append(item[1])
        elif pair and pair[1] in KEYS and pair[1] not in values:
            last, values[pair[1]] = pair[1], pair[2] or ""
        else:
            raise ValueError(f"not understood in the front matter: {line!r}")
    verdict = values.get("expect", "")
    if verdict not in VERDICTS and verdict != "none":
        raise ValueError(f"unknown verdict: {verdict!r}")
    if ("mentions" in values) != bool(mentions) or values.get("mentions"):
        raise ValueError("mentions is a list, one item a line")
    if values.get("passes", "true") not in ("true", "false"):
        raise ValueError("passes is true or false")
    return Expectation(
        verdict=verdict,
        line=int(values["line"]) if "line" in values else None,
        mentions=tuple(re.compile(item) for item in mentions),
        passes=values["passes"] == "true" if "passes" in values else verdict in ("holds", "none"),
        what=values.get("what", values.get("construct", "")),
    )


def disagreements(wanted: Expectation, report: texecute.Report) -> list[str]:
    """In words, everything in which the report is not what the case expects."""
    found: list[str] = []
    if report.passed != wanted.passes:
        found.append(f"the page {'passes' if report.passed else 'does not pass'}")
    if wanted.verdict == "none":
        if report.formulas:
            found.append(f"{len(report.formulas)} formulas where none is expected")
        return found

    allowed = VERDICTS[wanted.verdict]
    labelled = [f for f in report.formulas if (f.label or "").startswith("eq-case")]
    if wanted.verdict == "error" or not labelled:
        if not any(f.verdict in allowed for f in report.formulas):
            found.append(f"no formula with verdict {wanted.verdict}")
    else:
        found += [
            f"line {f.line}, {f.label}: {f.verdict} ({f.role})" for f in labelled if f.verdict not in allowed
        ]
        if not wanted.passes:
            found += [f"line {f.line}, {f.label} passes" for f in labelled if f.passed]

    if wanted.line is None and not wanted.mentions:
        return found
    complaints = [f for f in report.formulas if f.verdict in ("fails", "error", "undecided") or not f.passed]
    at_line = [f for f in complaints if wanted.line in (None, f.line)]
    if not at_line:
        found.append(f"no complaint about line {wanted.line}, but about {[f.line for f in complaints]}")
    elif not any(all(m.search(f"{f.message}\n{f.hint}") for m in wanted.mentions) for f in at_line):
        found.append(f"not mentioned: {[m.pattern for m in wanted.mentions]}")
    return found


def described(report: texecute.Report) -> str:
    """The report's formulas, one a line, with message and hint."""
    lines = []
    for f in report.formulas:
        lines.append(f"  {f.line}:{f.column} {f.label or '-'} {f.role}: {f.verdict}, passed={f.passed}")
        lines += [f"      {name}: {text}" for name, text in (("message", f.message), ("hint", f.hint)) if text]
        if f.caret and not f.passed:
            lines += [f"      {line[:120]}" for line in f.caret.splitlines()]
    return "\n".join(lines)


def pages() -> list[tuple[str, Path, Path]]:
    """Every case as (name, root, path): our own, and those gathered elsewhere where they exist."""
    found = [(path.stem, OWN, path) for path in sorted(OWN.glob("*.md"))]
    if ELSEWHERE.is_dir():
        found += [
            (str(path.relative_to(ELSEWHERE).with_suffix("")), ELSEWHERE, path)
            for path in sorted(ELSEWHERE.rglob("*.md"))
            if path.name != "README.md"
        ]
    return found


PAGES = pages()


def test_no_case_is_lost():
    """The folder of cases is found, and a name is used once."""
    assert AT_LEAST <= sum(root == OWN for _, root, _ in PAGES)
    assert len(PAGES) == len({name for name, _, _ in PAGES})


@pytest.mark.parametrize("root, path", [(r, p) for _, r, p in PAGES], ids=[name for name, _, _ in PAGES])
def test_case(root: Path, path: Path):
    """The page gets the verdict that it must get, at the right line and in the right words."""
    with path.open(encoding="utf-8", newline="") as file:
        text = file.read()
    wanted = read_expectation(text)
    report = texecute.check(text, str(path), root=root)
    found = disagreements(wanted, report)
    if found:
        body = re.sub(r"\A---.*?\n---\r?\n", "", text, flags=re.DOTALL).strip()
        shown = body if len(body) < 3000 else body[:3000] + " …"
        pytest.fail(
            f"{path.name}: {wanted.what}\nexpected {wanted.verdict}\n  but " + "\n  but ".join(found)
            + f"\n\n{shown}\n\nreport:\n{described(report)}",
            pytrace=False,
        )


@pytest.mark.parametrize(
    "head",
    [
        "expct: holds",
        "expect: hold",
        "expect: holds\nexpect: fails",
        "expect: fails\nmentions: square",
        "expect: fails\nmentions:",
        "expect: fails\nmentions:\n  square",
        "expect: fails\nmentions:\n- [",
        "expect: fails\nline: nine",
        "expect: fails\npasses: maybe",
        "- square",
    ],
)
def test_a_typo_in_a_case_is_an_error(head: str):
    """A misspelt key or value cannot make a case pass."""
    with pytest.raises((ValueError, re.error)):
        read_expectation(f"---\n{head}\n---\n\n$x = x$\n")


def test_a_case_without_front_matter_is_an_error():
    """A page that expects nothing is no case."""
    with pytest.raises(ValueError):
        read_expectation("$x = x$\n")
