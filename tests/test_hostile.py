"""Hostile input: no text gives a traceback, and nothing runs without end.

Every input is checked under a count of calls, not by the clock, so that no
test depends on the speed of the machine.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import texecute
from texecute.errors import FormulaError
from texecute.pages import MAX_PAGE, read_page
from texecute.tokens import tokenize

ROOT = Path(__file__).resolve().parent.parent
CALLS = 20_000_000
"""Calls of Python functions within which any input of this file is done: some seconds."""
TIMES = int(os.environ.get("TEXECUTE_FUZZ") or 1)
"""So many times as many examples, and other ones at each run, where this is set."""
COMMON = {"derandomize": TIMES == 1, "deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
DECLARED = r"""$a, b \in \mathbb{R}$ $x, y \in \mathbb{R}^{n}$ $A, B, W \in \mathbb{R}^{n\times n}$ $g : \mathbb{R}\to\mathbb{R}$
$W^{[l]} \in \mathbb{R}^{n_l\times n_{l-1}},\ l = 1,\dots,L$ $f : \mathbb{R}^{n}\to\mathbb{R}$ $k \in \mathbb{N}$ $y_i \in \{0,1\}$
"""
VERDICTS = {"ok", "holds", "fails", "undecided", "error"}


class TooLong(BaseException):
    """More calls than any input may take."""


@contextmanager
def counted(calls=CALLS):
    """Stops what takes more calls of Python functions than it may."""
    left = calls

    def count(frame, event, argument):
        nonlocal left
        left -= 1
        if left < 0:
            raise TooLong
        return None

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)


def survives(text, path="page.md"):
    """The report of a text, which must be complete: verdicts, places, JSON, no exception."""
    with counted():
        report = texecute.check(text, path)
    json.loads(report.to_json())
    report.text(verbose=True)
    for formula in report.formulas:
        assert formula.verdict in VERDICTS
        assert formula.line >= 1 and formula.column >= 1
        assert formula.passed or formula.message
    return report


def only(text):
    """The report of the last formula of a text."""
    return survives(text).formulas[-1]


# --- pieces ------------------------------------------------------------------------------------


def formulas_of_the_book():
    """The formulas of the book and of every case, without doubles."""
    pages = sorted((ROOT / "docs").rglob("*.md")) + sorted((ROOT / "tests" / "cases").glob("*.md"))
    found = {}
    for page in pages:
        for formula in read_page(page.read_text("utf8"), str(page)).formulas:
            if len(formula.latex) < 400:
                found[formula.latex] = None
    return list(found)


FORMULAS = formulas_of_the_book()
PIECES = r"""
a b x y A B W g f k L l i j n 1 2 0 0.5 10^9 = + - * / ( ) [ ] \{ \} { } ^ _ ^2 ^{-1} ^\top ^T _i _{ij} ^{[l]} ^{(k)} ' , \quad & \\ | \| ! : ; .
\frac \frac{a}{b} \frac{\partial \frac{\partial}{\partial \partial \nabla \nabla_x \mathrm d \sum \sum_k \sum_{k=1}^{n} \prod_{k=1}^{10^9} \max \max_k
\arg\max \log \exp \tanh \sigma \operatorname{softmax} \operatorname{tr} \det \operatorname{vec} \operatorname{diag} \lVert \rVert \lvert \rvert
\langle \rangle \left( \right) \left. \right| \right|_{x=a} \begin{bmatrix} \end{bmatrix} \begin{cases} \end{cases} \begin{aligned} \end{aligned}
\cdots \vdots \ddots \dots \circ \odot \otimes \cdot \times \oslash \in \mathbb{R} \mathbb{R}^{n\times n} \mathbb{N} \mathbb{S}^n \to := \ne \le \ge <
> \approx \sim \implies \forall \text{for} \text{if} \text{ \underbrace \underbrace{A}_{n\times n} \hat \hat{y} \mathbf x \mathcal L \mathbf 1 I \delta_{ij}
e_i e^ \sqrt \lim_{a\to 0} O(a^2) \infty \pi 3.14159 \overset{\text{def}}{=} \color{red} \phantom{x} \bigl( \, \; \! % ~ $ ` α ∘ ⊤ ² \label{x} \tag{1}
""".split()
SOUP = st.lists(st.sampled_from(PIECES), min_size=1, max_size=25).map(" ".join)
TEXT = st.text(st.characters(codec="utf-8"), max_size=120)
MATHEMATICAL = st.text(st.sampled_from("abxyABWgfklnij0123456789=+-*/()[]{}^_'|&\\,.:;!<>~% \n\t$`αβ∂∇∑⊤²\x00\x1b\u202e\ud7ff"), max_size=80)


@st.composite
def mangled(draw):
    """A real formula with a few characters lost, doubled, moved or replaced."""
    text = draw(st.sampled_from(FORMULAS))
    for _ in range(draw(st.integers(1, 3))):
        if not text:
            break
        at, to = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        kind = draw(st.sampled_from(["cut", "drop", "double", "insert", "swap", "splice"]))
        if kind == "cut":
            text = text[:at]
        elif kind == "drop":
            text = text[:at] + text[at + 1 :]
        elif kind == "double":
            text = text[:to] + text[at:to] + text[to:]
        elif kind == "insert":
            text = text[:at] + draw(st.sampled_from(PIECES)) + text[at:]
        elif kind == "swap":
            text = text[:at] + text[at:to][::-1] + text[to:]
        else:
            text = text[:at] + draw(st.sampled_from(FORMULAS))[to:]
    return text


# --- properties --------------------------------------------------------------------------------------


@settings(max_examples=300 * TIMES, **COMMON)
@given(TEXT | MATHEMATICAL)
def test_any_text_as_a_page(text):
    """Whatever stands in a file, the report says so."""
    survives(text)


@settings(max_examples=300 * TIMES, **COMMON)
@given(TEXT | MATHEMATICAL)
def test_any_text_as_a_formula(text):
    """Whatever stands between dollars is read, or is an error with a place."""
    survives(f"{DECLARED}\n\n$$\n{text}\n$$\n")


@settings(max_examples=300 * TIMES, **COMMON)
@given(TEXT | MATHEMATICAL | SOUP)
def test_tokens_raise_formula_errors_only(text):
    """The first stage gives tokens, or a FormulaError with a hint."""
    try:
        tokens = tokenize(text)
    except FormulaError as error:
        assert error.message and error.hint
        return
    assert "eof" == tokens[-1].kind


@settings(max_examples=500 * TIMES, **COMMON)
@given(SOUP, SOUP)
def test_soup_of_tokens(left, right):
    """Well-known pieces in any order."""
    survives(f"{DECLARED}\n\n$$ {left} = {right} $$\n\n$${left}$$\n")


@settings(max_examples=500 * TIMES, **COMMON)
@given(mangled(), st.booleans())
def test_mangled_formulas(text, declared):
    """Real formulas with slips of the hand."""
    survives(f"{DECLARED if declared else ''}\n\n$$\n{text}\n$$\n")


@settings(max_examples=100 * TIMES, **COMMON)
@given(st.sampled_from(sorted((ROOT / "tests" / "cases").glob("*.md"))), st.data())
def test_mangled_pages(path, data):
    """Whole pages, cut anywhere or with a piece put in."""
    text = path.read_text("utf8")
    at = data.draw(st.integers(0, len(text)))
    piece = data.draw(st.sampled_from(["", "$", "$$", "`", "```\n", "<!--", "---\n", "{", "\\", "\n\n", "=== \"A\"\n\n    "]))
    survives(text[:at] + piece + text[at + data.draw(st.integers(0, 5)) :])


@settings(max_examples=100 * TIMES, **COMMON)
@given(st.recursive(st.none() | st.booleans() | st.integers() | TEXT, lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["cells", "cell_type", "source", "markdown"]) | TEXT, x), max_leaves=12))
@example({"cells": [{"cell_type": "markdown", "source": 3}]})
@example({"cells": [{"cell_type": "markdown", "source": [1, 2]}]})
@example({"cells": {"cell_type": "markdown"}})
def test_any_json_as_a_notebook(value):
    """Whatever JSON stands in a notebook."""
    survives(json.dumps(value), "page.ipynb")


@settings(max_examples=100 * TIMES, **COMMON)
@given(st.dictionaries(st.sampled_from(["uses", "vectors", "layout", "title"]), TEXT | st.lists(TEXT, max_size=3).map(str), max_size=4))
@example({"uses": "page.md"})
@example({"uses": "[../../../../etc/passwd]"})
@example({"uses": "['\x00']"})
@example({"uses": "[" + "a/" * 3000 + "]"})
def test_any_front_matter(values):
    """Front matter with anything in it; no file outside of the folder is read."""
    head = "\n".join(f"{key}: {value}" for key, value in values.items())
    report = survives(f"---\n{head}\n---\n\n$x$\n", str(ROOT / "tests" / "cases" / "page.md"))
    assert "root:" not in report.to_json()


# --- bounds -------------------------------------------------------------------------------------------


def tower(n):
    """2^{2^{2^…}}."""
    return "2^{" * n + "2" + "}" * n


HUGE = [
    r"\sum_{k=1}^{10^9} k = a",
    r"\sum_{k=1}^{1000000000} \sum_{l=1}^{1000000000} kl = a",
    r"\sum_{i=1}^{1000}\sum_{j=1}^{1000}\sum_{k=1}^{1000} ijk = a",
    r"\sum_{i=1}^{19000}\sum_{j=1}^{19000} x_1 = a",
    r"\prod_{k=1}^{10^{9}} 2 = a",
    r"\prod_{k=1}^{20000} 10^{300} = a",
    r"2a = a^{10^9}",
    r"2a = a^{999999999999}",
    r"A^{10^9} = B",
    r"A^{1000} = A^{999}A",
    r"A^{-1000} = B",
    tower(5) + " = a",
    tower(60) + " = a",
    tower(300) + " = a",
    "a^{" * 30 + "2" + "}" * 30 + " = 2a",
    "10^{10^{10}} = a",
    "9" * 5000 + " = a",
    "0." + "9" * 5000 + " = a",
    "a = " + " + ".join(["a"] * 3000),
    "a = " + "a" * 6000,
    "(" * 5000 + "a" + ")" * 5000 + " = a",
    "{" * 390 + "a" + "}" * 390 + " = a",
    r"\sqrt{" * 350 + "a" + "}" * 350 + " = a",
    r"\frac{1}{" * 350 + "a" + "}" * 350 + " = a",
    "-" * 5000 + "a = a",
    "a = " + " = ".join(["a"] * 3000),
    "a" + "_{a" * 350 + "}" * 350 + " = a",
    "a" + "'" * 5000 + " = a",
    "g" + "'" * 60 + "(a) = a",
    r"A\otimes A\otimes A\otimes A\otimes A\otimes A\otimes A = B",
    r"\operatorname{vec}(A\otimes A)\operatorname{vec}(A\otimes A)^\top = B",
    r"I_{1000000} = A",
    r"\mathbf 1_{100000}\mathbf 1_{100000}^\top = A",
    r"\frac{\partial^9 g(a)}{\partial a^9} = g'''''''''(a)",
    r"\frac{\mathrm d^{99}}{\mathrm d a^{99}}\left(e^a\right) = e^a",
    r"\frac{\partial\operatorname{vec}(A\otimes A)}{\partial\operatorname{vec}(A)} = B",
    r"\nabla^2_x f(\tanh(A\tanh(A\tanh(A\tanh(Ax))))) = 2A",
    r"\begin{bmatrix}" + "&".join(["a"] * 2000) + r"\end{bmatrix} = A",
    r"\begin{bmatrix}" + r"\\".join(["a&b"] * 2000) + r"\end{bmatrix} = A",
    r"\begin{bmatrix} 1 & \cdots & 100000 \\ \vdots & \ddots & \vdots \\ 1 & \cdots & 100000\end{bmatrix} = A",
    r"C \in \mathbb{R}^{1000\times 1000}",
    r"C \in \mathbb{R}^{10^9\times n}",
    r"C \in \mathbb{R}^{n\times n\times n\times n\times n\times n\times n\times n}",
    r"C \in \{1,\dots,10^{12}\}",
    r"x_i = 2x_i, \quad i = 1,\dots,10^{9}",
    r"a = a, \quad i, j, k, l \in \{1,\dots,1000\}",
    r"\lim_{a\to 0}\lim_{b\to 0}\frac{\sin(a)\sin(b)}{ab} = 1",
    r"\text{" + "a" * 50_000 + "} = a",
    r"\operatorname{" + "a" * 5_000 + "}(a) = a",
    "%" * 5000,
    "\\" * 5000,
    "\\left" * 2000,
    "$" * 5,
    r"h_{i} = h_{i-1} + h_{i-2}, \quad i = 3,\dots,1000",
]


@pytest.mark.parametrize("formula", HUGE, ids=[f"{f[:36]}…{len(f)}" if len(f) > 40 else f for f in HUGE])
def test_nothing_runs_without_end(formula):
    """Towers, long sums, deep nesting and large sizes end soon, with a verdict or an error that says what is too much."""
    report = survives(f"{DECLARED}\n\n$${formula}$$\n")
    for problem in report.problems:
        assert "Error" not in problem.message and "Traceback" not in problem.message


@pytest.mark.parametrize(
    "text",
    ["x" * (MAX_PAGE + 1), "$" * 100_000, "$x$ " * 3_000, "`" * 100_000, "<!--" * 50_000, "$$" + "a+" * 600_000 + "a$$", "\n" * 200_000,
     "> " * 100_000, "    " * 100_000, "=== \"a\"\n    " * 5_000, "{#" * 100_000, "$x$ {" + "#a " * 50_000 + "}", "[" * 100_000, "\\$" * 500_000,
     "$a " * 50_000, "<pre>" * 20_000, "``` \n" * 20_000 + "$x$", "$x$ {a=\"" + "b" * 500_000, "---\n" + "a: b\n" * 100_000],
    ids=lambda t: f"{t[:12]!r}…{len(t)}",
)  # fmt: skip
def test_large_pages(text):
    """Megabytes of one thing are read in time that grows as their length."""
    survives(text)


def test_definitions_that_need_one_another():
    """Definitions that go in a circle, or through thousands of steps, end with an error."""
    chain = "$c_{0} := a$\n\n" + "".join(f"$c_{{{i + 1}}} := 2c_{{{i}}}$\n\n" for i in range(300))
    survives(f"{DECLARED}\n\n{chain}\n\n$$c_{{300}} = a$$\n")
    survives(f"{DECLARED}\n\n$z^{{[l]}} = q^{{[l]}}, \\quad l = 1,\\dots,L$\n\n$q^{{[l]}} = z^{{[l]}}, \\quad l = 1,\\dots,L$\n\n$$z^{{[1]}} = 2q^{{[1]}}$$\n")
    survives(f"{DECLARED}\n\n$h(t) = h(t - 1)$ with $s \\in \\mathbb{{R}}$\n\n$$h(s) = 2h(s)$$\n")


def test_doubling_functions_do_not_explode():
    """A function that calls the one before it twice, thirty times over, is too many steps: an error, no hang."""
    pages = "".join(f"$h_{{{i + 1}}}(a) := h_{{{i}}}(a) + h_{{{i}}}(2a)$\n\n" for i in range(30))
    survives(f"{DECLARED}\n\n$h_{{0}}(a) := a$\n\n{pages}\n\n$$h_{{30}}(b) = b$$\n")
