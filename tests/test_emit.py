"""Code, speech and explanations of formulas."""

import subprocess
import sys
from pathlib import Path

import pytest

from texecute.cli import main
from texecute.emit.naming import Names, identifier
from texecute.emit.speech import speech
from texecute.errors import FormulaError
from texecute.explain import LIBRARIES, emit, explain
from texecute.items import read_formulas

ROOT = Path(__file__).resolve().parent.parent
BOOK = sorted((ROOT / "docs").rglob("*.md"))

LAYERS = r"""---
vectors: row
---

Let $a^{[0]} \in \mathbb{R}^{1\times n_0}$, $W^{[l]} \in \mathbb{R}^{n_{l-1}\times n_l},\ b^{[l]} \in \mathbb{R}^{1\times n_l},\ l = 1,\dots,L$,
$g : \mathbb{R}\to\mathbb{R}$ and $f : \mathbb{R}^{1\times n_L}\to\mathbb{R}$.

$$
\begin{aligned}
z^{[l]} &= a^{[l-1]}W^{[l]} + b^{[l]}, \quad l = 1,\dots,L \\
a^{[l]} &= g(z^{[l]})
\end{aligned}
$$ {#eq-forward}

$$ \mathcal L = f(a^{[L]}) $$ {#eq-cost}

$$
\frac{\partial\mathcal L}{\partial z^{[l]}} = \left(\frac{\partial\mathcal L}{\partial z^{[l+1]}}{W^{[l+1]}}^\top\right)\circ g'(z^{[l]}), \quad l = 1,\dots,L-1
$$ {#eq-dz}
"""


def formula(text: str, label: str = "eq-x"):
    """The formula with this label."""
    return next(f for f in read_formulas(text) if f.formula.label == label)


def page(body: str, declarations: str = r"Let $x, y \in \mathbb{R}^{n}$, $A \in \mathbb{R}^{m\times n}$ and $\hat y \in \mathbb{R}^{m}$.") -> str:
    """A page with one labelled formula."""
    return f"{declarations}\n\n$$ {body} $$ {{#eq-x}}\n"


def code(body: str, to: str) -> str:
    """The last lines of a formula's code, behind the imports."""
    return emit(formula(page(body)), to)


EXPRESSIONS = (
    (r"L = \sum_i x_i y_i", "L = np.sum(x[:, 0] * y[:, 0])"),
    (r"L = \sum_{i=2}^{n} x_i x_{i-1}", "L = sum(x[i - 1, 0] * x[i - 2, 0] for i in range(2, n + 1))"),
    (r"L = x^\top y", "L = (x.T @ y)[0, 0]"),
    (r"z = Ax + \hat y", "z = A @ x + y_hat"),
    (r"z = (Ax)\circ\hat y", "z = (A @ x) * y_hat"),
    (r"z_i = \sum_j A_{ij}x_j", "z = np.array([[np.sum(A[i - 1, :] * x[:, 0])] for i in range(1, m + 1)])"),
    (r"s = \operatorname{softmax}(x)", "s = softmax(x, axis=0)"),
    (r"B = A\otimes x^\top", "B = np.kron(A, x.T)"),
    (r"v = \operatorname{vec}(A)", "v = A.T.reshape(-1, 1)"),
    (r"w = \max(0, x)", "w = np.maximum(0, x)"),
    (r"w = \mathbf 1^\top A", "w = np.ones((m, 1)).T @ A"),
    (r"c = \lVert x\rVert_2^2", "c = np.linalg.norm(x)**2"),
    (r"c = \prod_{i=1}^{n} x_i", "c = np.prod(np.array([x[i - 1, 0] for i in range(1, n + 1)]))"),
)


@pytest.mark.parametrize("latex, wanted", EXPRESSIONS)
def test_definitions_are_what_a_person_would_write(latex, wanted):
    """The line of NumPy of each definition."""
    assert wanted in code(latex, "numpy").splitlines()


def test_recurrences_become_loops():
    """Two families that need one another are filled by one loop, in the order of their need."""
    text = emit(formula(LAYERS, "eq-cost"), "numpy")
    assert """for l in range(1, L + 1):
    z[l] = a[l - 1] @ W[l] + b[l]
    a[l] = g(z[l])
L_cal = f(a[L])
""" in text


def test_numpy_takes_derivatives_as_given_and_goes_backwards():
    """The recurrence of the gradient assigns from the last layer to the first."""
    text = emit(formula(LAYERS, "eq-dz"), "numpy")
    assert text.endswith("""for l in reversed(range(1, L)):
    dL_cal_dz[l] = (dL_cal_dz[l + 1] @ W[l + 1].T) * dg(z[l])
""")


def test_numpy_says_what_it_cannot():
    """A Jacobian has no NumPy; the error offers the others."""
    with pytest.raises(FormulaError) as caught:
        code(r"\frac{\partial (Ax)_i}{\partial x_j} = \frac{\partial (Ax)_i}{\partial x_j}, \quad i = 1,\dots,m", "numpy")
    assert ("emit", "use --to jax or --to torch") == (caught.value.kind, caught.value.hint)


@pytest.mark.parametrize("to", ["jax"])
def test_emitted_code_runs_and_agrees(to):
    """A pasted file, given numbers, passes its own assertion."""
    pytest.importorskip("jax")
    text = emit(formula(LAYERS, "eq-dz"), to)
    lines = text.split("\n\nz = {}")
    given = """
rng = jax.random.split(jax.random.key(0), 8)
L, n = 3, [4, 3, 5, 2]
a = {0: jax.random.normal(rng[0], (1, 4))}
W = {l: jax.random.normal(rng[l], (n[l - 1], n[l])) for l in range(1, 4)}
b = {l: jax.random.normal(rng[l + 3], (1, n[l])) for l in range(1, 4)}
g = jnp.tanh
f = lambda x: jnp.sum(x**3)
"""
    source = lines[0] + given + "\n\nz = {}" + lines[1] + "print('agrees')\n"
    run = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    assert "agrees\n" == run.stdout, run.stderr[-2000:]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("path", BOOK, ids=lambda p: p.stem)
def test_code_of_the_book_is_python(path, library):
    """Whatever is emitted compiles; what is not says so with an error of its own kind."""
    count = 0
    for found in read_formulas(path.read_text("utf8"), str(path), root=ROOT / "docs"):
        if found.error is None and any(i.role in ("claim", "definition") for i in found.items):
            try:
                compile(emit(found, library), f"{path.name}:{found.formula.line}", "exec")
                count += 1
            except FormulaError as error:
                assert error.kind in ("emit", "shape", "name", "range") and error.message


def test_every_formula_of_the_book_can_be_spoken():
    """In words, without any LaTeX left."""
    count = 0
    for path in BOOK:
        for found in read_formulas(path.read_text("utf8"), str(path), root=ROOT / "docs"):
            if found.error is None:
                words = speech(found)
                assert words and not set(words) & set("\\{}^_$&"), f"{path.name}:{found.formula.line}: {words!r}"
                count += 1
    assert count > 100


SPOKEN = (
    (r"A^\top Ax = y", "A transpose times A times x equals y"),
    (r"\frac{\partial x^\top x}{\partial x} = 2x", "the partial derivative of x transpose times x with respect to x equals 2 x"),
    (r"L = \sum_{i=1}^{n} x_i^2", "L equals the sum over i from 1 to n of x sub i squared"),
    (r"x\circ(x + y) = y", "x elementwise times open bracket, x plus y, close bracket equals y"),
)


@pytest.mark.parametrize("latex, words", SPOKEN)
def test_speech(latex, words):
    """What a reader hears."""
    assert words == speech(formula(page(latex)))


def test_names_are_readable_and_never_shared():
    """Accents become suffixes; two names that would be one are told apart."""
    assert ["y_hat", "lambda_max", "x_star", "dZ_2", "W_1"] == [
        identifier(n) for n in (r"\hat{y}", r"\lambda_{\max}", "x^{*}", "dZ_{2}", "W_{1}")
    ]
    names = Names()
    assert ["L", "L_cal", "lambda_", "L"] == [names.of(*k) for k in ((1, "L"), (2, r"\mathcal{L}"), (3, r"\lambda"), (1, "L"))]


# --- the commands ----------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    """A page on disk."""
    path = tmp_path / "page.md"
    path.write_text(LAYERS, "utf8")
    return str(path)


def test_emit_prints_code(file, capsys):
    """`texecute emit` prints, and exits with 0."""
    assert 0 == main(["emit", f"{file}#eq-cost", "--to", "torch"])
    assert "import torch" in capsys.readouterr().out


def test_emit_prints_latex(file, capsys):
    """The canonical spelling, one statement a line."""
    assert 0 == main(["emit", f"{file}#eq-forward", "--to", "latex"])
    assert "z^{[l]} = a^{[l - 1]} W^{[l]} + b^{[l]}, \\quad l = 1, \\dots, L\n" == capsys.readouterr().out.splitlines(True)[0]


@pytest.mark.parametrize("target, words", [
    ("#eq-dy", "did you mean"), ("", "which formula"), ("#eq-nothing-at-all", "has no formula with the label"),
])  # fmt: skip
def test_a_missing_label_is_a_wrong_call(file, capsys, target, words):
    """Exit status 2, the nearest labels, no traceback."""
    assert 2 == main(["explain", file + target])
    error = capsys.readouterr().err
    assert words in error and "page.md#eq-" in error


def test_a_missing_page_is_a_wrong_call(capsys):
    """Exit status 2."""
    assert 2 == main(["emit", "nowhere.md#eq-x", "--to", "jax"])
    assert "nowhere.md does not exist" in capsys.readouterr().err


def test_explain_shows_shapes_numbers_and_what_was_checked(file, capsys):
    """All four parts."""
    assert 0 == main(["explain", f"{file}#eq-dz"])
    out = capsys.readouterr().out
    for words in ("In words: the partial derivative", "Shapes:", "n_{l+1} × n_l", "In numbers, for l = 1", "Checked: holds"):
        assert words in out


def test_explain_of_the_book_never_breaks():
    """Every labelled formula has an explanation."""
    for path in BOOK[:3]:
        for found in read_formulas(path.read_text("utf8"), str(path), root=ROOT / "docs"):
            if found.formula.label:
                assert found.formula.label in explain(found, path.name)
