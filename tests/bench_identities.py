"""One list of identities, each in three ways: as a LaTeX page, in SymPy, and in JAX.

Each way gives both sides.  The SymPy side is read by `parse_latex` from the very
LaTeX where that can read it (scalars), else written by hand, entry by entry, with
matrices of two and three rows; the JAX side differentiates with `jacrev` or
`jacfwd` at one random point.  `tests/test_bench.py` holds that the three ways agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import sympy as sp
from sympy.parsing.latex import parse_latex

jax.config.update("jax_enable_x64", True)

Sides = tuple[object, object]


@dataclass(frozen=True, slots=True)
class Identity:
    """`left = right` after some declarations, and the same in SymPy (None: by parse_latex) and in JAX."""

    name: str
    declarations: str
    left: str
    right: str
    jax: Callable[[], Sides]
    sympy: Callable[[], Sides] | None = None

    def page(self, factor: str = "") -> str:
        """The identity as a page; with a factor on its right side it is wrong."""
        right = f"{factor}\\left({self.right}\\right)" if factor else self.right
        return f"{self.declarations}\n\n$$ {self.left} = {right} $$ {{#eq-identity}}\n"

    def by_sympy(self) -> Sides:
        """Both sides as SymPy has them."""
        return self.sympy() if self.sympy is not None else (parsed(self.left), parsed(self.right))


def parsed(latex: str):
    """What `parse_latex` reads, with e as the number and all derivatives and sums carried out."""
    return parse_latex(latex).subs(sp.Symbol("e"), sp.E).doit()


# --- SymPy: names, gradients and Jacobians entry by entry ---------------------------------


def vector(name: str, n: int) -> sp.Matrix:
    """A column of n symbols."""
    return sp.Matrix(sp.symbols(f"{name}1:{n + 1}", real=True))


def matrix(name: str, m: int, n: int) -> sp.Matrix:
    """An m × n matrix of symbols."""
    return sp.Matrix(m, n, lambda i, j: sp.Symbol(f"{name}{i + 1}{j + 1}", real=True))


def gradient(f, x: sp.Matrix) -> sp.Matrix:
    """The derivative of a scalar by each entry, in the shape of x."""
    return x.applyfunc(lambda entry: sp.diff(f, entry))


def scalar(product: sp.Matrix):
    """The entry of a 1 × 1 matrix."""
    return product[0, 0]


def square(a: sp.Matrix):
    """The sum of the squares of all entries."""
    return sum(entry**2 for entry in a)


def each(f, a: sp.Matrix) -> sp.Matrix:
    """A function of every entry."""
    return a.applyfunc(f)


def slope(f, a: sp.Matrix) -> sp.Matrix:
    """The derivative of a function at every entry."""
    t = sp.Dummy("t")
    return a.applyfunc(lambda entry: sp.Subs(sp.diff(f(t), t), t, entry).doit())


def stacked(a: sp.Matrix) -> sp.Matrix:
    """The columns under one another."""
    return sp.Matrix([a[i, j] for j in range(a.cols) for i in range(a.rows)])


def softened(z: sp.Matrix) -> sp.Matrix:
    """The softmax of a column."""
    powers = z.applyfunc(sp.exp)
    return powers / sum(powers)


def hadamard(a: sp.Matrix, b: sp.Matrix) -> sp.Matrix:
    """The elementwise product."""
    return a.multiply_elementwise(b)


x, y, z, a, b, u, v = (vector(name, 2) for name in "xyzabuv")
x3, y3, z3 = (vector(name, 3) for name in "xyz")
A, B, C, D, X = (matrix(name, 2, 2) for name in "ABCDX")
W, V = matrix("W", 2, 3), matrix("V", 2, 2)
P, Q, T = matrix("P", 3, 2), matrix("Q", 2, 3), matrix("T", 3, 2)
c = vector("c", 2)
k, j, n = sp.Symbol("k", real=True), sp.Symbol("j", integer=True), sp.Symbol("n", positive=True, integer=True)
g, h = sp.Function("g"), sp.Function("h")

# --- JAX: one random point -----------------------------------------------------------------

_KEYS = iter(jax.random.split(jax.random.key(0), 64))


def drawn(*shape: int):
    """A random array."""
    return jax.random.normal(next(_KEYS), shape)


jx, jy, jz, ja, jb, ju, jv = (drawn(4) for _ in range(7))
jA, jB, jC, jD, jX = (drawn(4, 4) for _ in range(5))
jW, jV = drawn(4, 5), drawn(3, 4)
jP, jQ, jT = drawn(5, 4), drawn(4, 3), drawn(5, 3)
jx5, jc, jc3 = drawn(5), drawn(4), drawn(3)
js, jt, jw = 0.7, -0.4, 1.3
tanh, soft, inverse = jnp.tanh, jax.nn.softmax, jnp.linalg.inv


def tanh_slope(t):
    """The derivative of tanh."""
    return 1 - jnp.tanh(t) ** 2


SCALAR = "$x \\in \\mathbb{R}$"
VECTORS = "$x, y, a, b \\in \\mathbb{R}^{n}$"
LOGITS = "$z, y \\in \\mathbb{R}^{n}$"
SQUARE = "$A, B, C, X \\in \\mathbb{R}^{n\\times n}$, $a, b \\in \\mathbb{R}^{n}$"
REGULAR = "$A, B, X \\in GL(n)$, $a, b, u, v \\in \\mathbb{R}^{n}$, $C \\in \\mathbb{R}^{n\\times n}$"
POSITIVE = "$X \\in \\mathbb{S}^{n}_{++}$"
REGRESSION = (
    "$X \\in \\mathbb{R}^{m\\times n}$, $w \\in \\mathbb{R}^{n}$, $y \\in \\mathbb{R}^{m}$, "
    "$W \\in \\mathbb{R}^{n\\times k}$, $Y \\in \\mathbb{R}^{m\\times k}$, $c \\in \\mathbb{R}$"
)
LAYER = (
    "$W \\in \\mathbb{R}^{n\\times p}$, $x \\in \\mathbb{R}^{p}$, $c, v \\in \\mathbb{R}^{n}$, $g : \\mathbb{R}\\to\\mathbb{R}$\n\n"
    "$s = Wx + c$, $L = v^\\top g(s)$"
)
NETWORK = (
    "$W \\in \\mathbb{R}^{n\\times p}$, $V \\in \\mathbb{R}^{q\\times n}$, $x \\in \\mathbb{R}^{p}$, $v \\in \\mathbb{R}^{q}$, "
    "$g, h : \\mathbb{R}\\to\\mathbb{R}$\n\n$s = Wx$, $t = V g(s)$, $L = v^\\top h(t)$"
)


def _layer():
    s = W * x3 + c
    return s, scalar(v.T * each(g, s))


def _network():
    s = W * x3
    t = V * each(g, s)
    return s, t, scalar(v.T * each(h, t))


def _jax_loss(weights, inputs):
    return jv @ tanh(weights @ inputs + jc)


def _jax_network(first, second, inputs):
    return jc3 @ tanh(second @ tanh(first @ inputs))


def _jax_backward():
    s = jW @ jx5
    return s, tanh_slope(s) * (jV.T @ (jc3 * tanh_slope(jV @ tanh(s))))


def _backward():
    s, t, _ = _network()
    return hadamard(slope(g, s), V.T * hadamard(v, slope(h, t)))


IDENTITIES = (
    # Scalars.  parse_latex reads these where nothing else is said; it takes n(n+1) for a function n of n+1, and
    # simplify finds the exponentials in tanh only when they are put in by hand.
    Identity("derivative of the sigmoid", SCALAR, r"\frac{d}{d x} \frac{1}{1+e^{-x}}",
             r"\frac{1}{1+e^{-x}} \left(1-\frac{1}{1+e^{-x}}\right)",
             lambda: (jax.jacrev(lambda t: 1 / (1 + jnp.exp(-t)))(js), jax.nn.sigmoid(js) * (1 - jax.nn.sigmoid(js)))),
    Identity("derivative of tanh", SCALAR, r"\frac{d}{d x} \tanh(x)", r"1-\tanh(x)^2",
             lambda: (jax.jacrev(tanh)(js), 1 - tanh(js) ** 2)),
    Identity("derivative of softplus", SCALAR, r"\frac{d}{d x} \log(1+e^{x})", r"\frac{1}{1+e^{-x}}",
             lambda: (jax.jacrev(lambda t: jnp.log(1 + jnp.exp(t)))(js), 1 / (1 + jnp.exp(-js)))),
    Identity("derivative of log cosh", SCALAR, r"\frac{d}{d x} \log(\cosh(x))", r"\tanh(x)",
             lambda: (jax.jacrev(lambda t: jnp.log(jnp.cosh(t)))(js), tanh(js))),
    Identity("derivative of the bell curve", SCALAR, r"\frac{d}{d x} e^{-\frac{x^2}{2}}", r"-x e^{-\frac{x^2}{2}}",
             lambda: (jax.jacrev(lambda t: jnp.exp(-t * t / 2))(js), -js * jnp.exp(-js * js / 2))),
    Identity("derivative of a reciprocal", SCALAR, r"\frac{d}{d x} \frac{1}{1+x^2}", r"-\frac{2x}{(1+x^2)^2}",
             lambda: (jax.jacrev(lambda t: 1 / (1 + t**2))(js), -2 * js / (1 + js**2) ** 2)),
    Identity("second derivative of the sine", SCALAR, r"\frac{d}{d x} \left(\frac{d}{d x} \sin(x)\right)", r"-\sin(x)",
             lambda: (jax.jacrev(jax.jacrev(jnp.sin))(js), -jnp.sin(js))),
    Identity("the sigmoid mirrored", SCALAR, r"\frac{1}{1+e^{-x}}", r"1-\frac{1}{1+e^{x}}",
             lambda: (1 / (1 + jnp.exp(-js)), 1 - 1 / (1 + jnp.exp(js)))),
    Identity("tanh by exponentials", SCALAR, r"\tanh(x)", r"\frac{e^{x}-e^{-x}}{e^{x}+e^{-x}}",
             lambda: (tanh(js), (jnp.exp(js) - jnp.exp(-js)) / (jnp.exp(js) + jnp.exp(-js))),
             lambda: (sp.tanh(k).rewrite(sp.exp), (sp.exp(k) - sp.exp(-k)) / (sp.exp(k) + sp.exp(-k)))),
    Identity("tanh by the sigmoid", SCALAR, r"\tanh(x)", r"\frac{2}{1+e^{-2x}}-1",
             lambda: (tanh(js), 2 / (1 + jnp.exp(-2 * js)) - 1),
             lambda: (sp.tanh(k).rewrite(sp.exp), 2 / (1 + sp.exp(-2 * k)) - 1)),
    Identity("squared error of one neuron", "$w, x, b, y \\in \\mathbb{R}$", r"\frac{\partial}{\partial w} (w x+b-y)^2",
             r"2 (w x+b-y) x",
             lambda: (jax.jacrev(lambda w: (w * js + jt - 0.3) ** 2)(jw), 2 * js * (jw * js + jt - 0.3))),
    Identity("binary cross-entropy by the logit", "$z, y \\in \\mathbb{R}$",
             r"\frac{\partial}{\partial z} \left(\log(1+e^{z})-y z\right)", r"\frac{1}{1+e^{-z}}-y",
             lambda: (jax.jacrev(lambda t: jnp.log(1 + jnp.exp(t)) - jw * t)(js), 1 / (1 + jnp.exp(-js)) - jw)),
    Identity("sum of integers", "$n \\in \\mathbb{N}$", r"\sum_{k=1}^{n} k", r"\frac{n(n+1)}{2}",
             lambda: (jnp.arange(1.0, 8.0).sum(), 7 * 8 / 2),
             lambda: (sp.Sum(j, (j, 1, n)).doit(), n * (n + 1) / 2)),
    Identity("sum of squares", "$n \\in \\mathbb{N}$", r"\sum_{k=1}^{n} k^2", r"\frac{n(n+1)(2n+1)}{6}",
             lambda: ((jnp.arange(1.0, 8.0) ** 2).sum(), 7 * 8 * 15 / 6),
             lambda: (sp.Sum(j**2, (j, 1, n)).doit(), n * (n + 1) * (2 * n + 1) / 6)),
    # Vectors.
    Identity("gradient of a linear form", VECTORS, r"\frac{\partial a^\top x}{\partial x}", "a",
             lambda: (jax.jacrev(lambda t: ja @ t)(jx), ja), lambda: (gradient(scalar(a.T * x), x), a)),
    Identity("gradient of a quadratic form", SQUARE + ", $x \\in \\mathbb{R}^{n}$", r"\frac{\partial x^\top A x}{\partial x}",
             r"(A + A^\top) x",
             lambda: (jax.jacrev(lambda t: t @ jA @ t)(jx), (jA + jA.T) @ jx),
             lambda: (gradient(scalar(x.T * A * x), x), (A + A.T) * x)),
    Identity("Hessian of a quadratic form", SQUARE + ", $x \\in \\mathbb{R}^{n}$",
             r"\frac{\partial^2 x^\top A x}{\partial x\,\partial x^\top}", r"A + A^\top",
             lambda: (jax.jacfwd(jax.jacrev(lambda t: t @ jA @ t))(jx), jA + jA.T),
             lambda: (sp.hessian(scalar(x.T * A * x), list(x)), A + A.T)),
    Identity("gradient of a norm", VECTORS, r"\frac{\partial \lVert x\rVert}{\partial x}", r"\frac{x}{\lVert x\rVert}",
             lambda: (jax.jacrev(jnp.linalg.norm)(jx), jx / jnp.linalg.norm(jx)),
             lambda: (gradient(sp.sqrt(square(x)), x), x / sp.sqrt(square(x)))),
    Identity("gradient of a cosine", VECTORS,
             r"\frac{\partial}{\partial x}\left(\frac{x^\top y}{\lVert x\rVert \lVert y\rVert}\right)",
             r"\frac{y}{\lVert x\rVert \lVert y\rVert} - \frac{x^\top y}{\lVert x\rVert^3 \lVert y\rVert} x",
             lambda: (jax.jacrev(lambda t: t @ jy / jnp.linalg.norm(t) / jnp.linalg.norm(jy))(jx),
                      jy / jnp.linalg.norm(jx) / jnp.linalg.norm(jy)
                      - jx @ jy / jnp.linalg.norm(jx) ** 3 / jnp.linalg.norm(jy) * jx),
             lambda: (gradient(x.dot(y) / sp.sqrt(square(x)) / sp.sqrt(square(y)), x),
                      y / sp.sqrt(square(x)) / sp.sqrt(square(y))
                      - x.dot(y) / sp.sqrt(square(x)) ** 3 / sp.sqrt(square(y)) * x)),
    Identity("Jacobian of a linear map", "$W \\in \\mathbb{R}^{m\\times n}$, $x \\in \\mathbb{R}^{n}$",
             r"\frac{\partial W x}{\partial x}", "W",
             lambda: (jax.jacrev(lambda t: jW @ t)(jx5), jW), lambda: ((W * x3).jacobian(x3), W)),
    Identity("product rule", SQUARE + ", $x \\in \\mathbb{R}^{n}$", r"\frac{\partial (A x)^\top (B x)}{\partial x}",
             r"A^\top B x + B^\top A x",
             lambda: (jax.jacrev(lambda t: (jA @ t) @ (jB @ t))(jx), jA.T @ jB @ jx + jB.T @ jA @ jx),
             lambda: (gradient((A * x).dot(B * x), x), A.T * B * x + B.T * A * x)),
    # Softmax.
    Identity("Jacobian of softmax", LOGITS + "\n\n$s = \\operatorname{softmax}(z)$", r"\frac{\partial s}{\partial z}",
             r"\operatorname{diag}(s) - s s^\top",
             lambda: (jax.jacrev(soft)(jz), jnp.diag(soft(jz)) - jnp.outer(soft(jz), soft(jz))),
             lambda: (softened(z3).jacobian(z3), sp.diag(*softened(z3)) - softened(z3) * softened(z3).T)),
    Identity("gradient of logsumexp", LOGITS, r"\frac{\partial}{\partial z} \log\left(\sum_k e^{z_k}\right)",
             r"\operatorname{softmax}(z)",
             lambda: (jax.jacrev(jax.nn.logsumexp)(jz), soft(jz)),
             lambda: (gradient(sp.log(sum(z3.applyfunc(sp.exp))), z3), softened(z3))),
    Identity("Hessian of logsumexp", LOGITS + "\n\n$s = \\operatorname{softmax}(z)$, $f = \\operatorname{logsumexp}(z)$",
             r"\frac{\partial^2 f}{\partial z\,\partial z^\top}", r"\operatorname{diag}(s) - s s^\top",
             lambda: (jax.jacfwd(jax.jacrev(jax.nn.logsumexp))(jz), jnp.diag(soft(jz)) - jnp.outer(soft(jz), soft(jz))),
             lambda: (sp.hessian(sp.log(sum(z.applyfunc(sp.exp))), list(z)), sp.diag(*softened(z)) - softened(z) * softened(z).T)),
    Identity("cross-entropy by the logits", LOGITS + "\n\n$s = \\operatorname{softmax}(z)$, $L = -\\sum_k y_k \\log s_k$",
             r"\frac{\partial L}{\partial z}", r"(\mathbf 1^\top y) s - y",
             lambda: (jax.jacrev(lambda t: -jy @ jax.nn.log_softmax(t))(jz), jy.sum() * soft(jz) - jy),
             lambda: (gradient(-sum(p * sp.log(q) for p, q in zip(y3, softened(z3))), z3), sum(y3) * softened(z3) - y3)),
    # Traces, determinants, inverses.
    Identity("a trace by its matrix", SQUARE, r"\frac{\partial \operatorname{tr}(AX)}{\partial X}", r"A^\top",
             lambda: (jax.jacrev(lambda t: jnp.trace(jA @ t))(jX), jA.T), lambda: (gradient((A * X).trace(), X), A.T)),
    Identity("a trace of three factors", SQUARE, r"\frac{\partial \operatorname{tr}(AXB)}{\partial X}", r"A^\top B^\top",
             lambda: (jax.jacrev(lambda t: jnp.trace(jA @ t @ jB))(jX), jA.T @ jB.T),
             lambda: (gradient((A * X * B).trace(), X), A.T * B.T)),
    Identity("a quadratic trace", SQUARE, r"\frac{\partial \operatorname{tr}(X^\top A X)}{\partial X}", r"(A + A^\top) X",
             lambda: (jax.jacrev(lambda t: jnp.trace(t.T @ jA @ t))(jX), (jA + jA.T) @ jX),
             lambda: (gradient((X.T * A * X).trace(), X), (A + A.T) * X)),
    Identity("a bilinear form by its matrix", SQUARE, r"\frac{\partial a^\top X b}{\partial X}", r"a b^\top",
             lambda: (jax.jacrev(lambda t: ja @ t @ jb)(jX), jnp.outer(ja, jb)),
             lambda: (gradient(scalar(a.T * X * b), X), a * b.T)),
    Identity("the same transposed", SQUARE, r"\frac{\partial a^\top X^\top b}{\partial X}", r"b a^\top",
             lambda: (jax.jacrev(lambda t: ja @ t.T @ jb)(jX), jnp.outer(jb, ja)),
             lambda: (gradient(scalar(a.T * X.T * b), X), b * a.T)),
    Identity("a form of a square", SQUARE, r"\frac{\partial a^\top X^\top X b}{\partial X}", r"X (a b^\top + b a^\top)",
             lambda: (jax.jacrev(lambda t: ja @ t.T @ t @ jb)(jX), jX @ (jnp.outer(ja, jb) + jnp.outer(jb, ja))),
             lambda: (gradient(scalar(a.T * X.T * X * b), X), X * (a * b.T + b * a.T))),
    Identity("a squared norm by its matrix", SQUARE, r"\frac{\partial \lVert X\rVert_F^2}{\partial X}", "2X",
             lambda: (jax.jacrev(lambda t: (t**2).sum())(jX), 2 * jX), lambda: (gradient(square(X), X), 2 * X)),
    Identity("a determinant by its matrix", REGULAR, r"\frac{\partial \det X}{\partial X}", r"\det(X) X^{-\top}",
             lambda: (jax.jacrev(jnp.linalg.det)(jX), jnp.linalg.det(jX) * inverse(jX).T),
             lambda: (gradient(X.det(), X), X.det() * X.inv().T)),
    Identity("a log-determinant by its matrix", POSITIVE, r"\frac{\partial \log\det X}{\partial X}", r"X^{-\top}",
             lambda: (jax.jacrev(lambda t: jnp.linalg.slogdet(t)[1])(jX @ jX.T), inverse(jX @ jX.T).T),
             lambda: (gradient(sp.log(X.det()), X), X.inv().T)),
    Identity("a form of an inverse", REGULAR, r"\frac{\partial a^\top X^{-1} b}{\partial X}", r"-X^{-\top} a b^\top X^{-\top}",
             lambda: (jax.jacrev(lambda t: ja @ inverse(t) @ jb)(jX), -inverse(jX).T @ jnp.outer(ja, jb) @ inverse(jX).T),
             lambda: (gradient(scalar(a.T * X.inv() * b), X), -X.inv().T * a * b.T * X.inv().T)),
    Identity("a trace of an inverse", REGULAR, r"\frac{\partial \operatorname{tr}(X^{-1} C)}{\partial X}",
             r"-(X^{-1} C X^{-1})^\top",
             lambda: (jax.jacrev(lambda t: jnp.trace(inverse(t) @ jC))(jX), -(inverse(jX) @ jC @ inverse(jX)).T),
             lambda: (gradient((X.inv() * C).trace(), X), -(X.inv() * C * X.inv()).T)),
    # Algebra of matrices.
    Identity("transpose of a product", SQUARE, r"(A B)^\top", r"B^\top A^\top",
             lambda: ((jA @ jB).T, jB.T @ jA.T), lambda: ((A * B).T, B.T * A.T)),
    Identity("inverse of a product", REGULAR, r"(A B)^{-1}", r"B^{-1} A^{-1}",
             lambda: (inverse(jA @ jB), inverse(jB) @ inverse(jA)), lambda: ((A * B).inv(), B.inv() * A.inv())),
    Identity("cyclic trace", SQUARE, r"\operatorname{tr}(A B C)", r"\operatorname{tr}(C A B)",
             lambda: (jnp.trace(jA @ jB @ jC), jnp.trace(jC @ jA @ jB)), lambda: ((A * B * C).trace(), (C * A * B).trace())),
    Identity("determinant of a product", SQUARE, r"\det(A B)", r"\det(A) \det(B)",
             lambda: (jnp.linalg.det(jA @ jB), jnp.linalg.det(jA) * jnp.linalg.det(jB)),
             lambda: ((A * B).det(), A.det() * B.det())),
    Identity("vec and Kronecker", "$A \\in \\mathbb{R}^{m\\times n}$, $X \\in \\mathbb{R}^{n\\times p}$, $B \\in \\mathbb{R}^{p\\times q}$",
             r"\operatorname{vec}(A X B)", r"(B^\top \otimes A) \operatorname{vec}(X)",
             lambda: ((jP @ jX @ jQ).T.ravel(), jnp.kron(jQ.T, jP) @ jX.T.ravel()),
             lambda: (stacked(P * X * Q), sp.kronecker_product(Q.T, P) * stacked(X))),
    Identity("product of Kronecker products", SQUARE + ", $D \\in \\mathbb{R}^{n\\times n}$",
             r"(A \otimes B) (C \otimes D)", r"(A C) \otimes (B D)",
             lambda: (jnp.kron(jA, jB) @ jnp.kron(jC, jD), jnp.kron(jA @ jC, jB @ jD)),
             lambda: (sp.kronecker_product(A, B) * sp.kronecker_product(C, D), sp.kronecker_product(A * C, B * D))),
    Identity("Sherman and Morrison", REGULAR, r"(A + u v^\top)^{-1}",
             r"A^{-1} - \frac{A^{-1} u v^\top A^{-1}}{1 + v^\top A^{-1} u}",
             lambda: (inverse(jA + jnp.outer(ju, jv)),
                      inverse(jA) - inverse(jA) @ jnp.outer(ju, jv) @ inverse(jA) / (1 + jv @ inverse(jA) @ ju)),
             lambda: ((A + u * v.T).inv(), A.inv() - A.inv() * u * v.T * A.inv() / (1 + scalar(v.T * A.inv() * u)))),
    # Regression and networks.
    Identity("least squares", REGRESSION, r"\frac{\partial \lVert X w - y\rVert^2}{\partial w}", r"2 X^\top (X w - y)",
             lambda: (jax.jacrev(lambda t: ((jP @ t - jx5) ** 2).sum())(jx), 2 * jP.T @ (jP @ jx - jx5)),
             lambda: (gradient(square(P * x - y3), x), 2 * P.T * (P * x - y3))),
    Identity("ridge regression", REGRESSION, r"\frac{\partial}{\partial w}\left(\lVert X w - y\rVert^2 + c \lVert w\rVert^2\right)",
             r"2 X^\top (X w - y) + 2 c w",
             lambda: (jax.jacrev(lambda t: ((jP @ t - jx5) ** 2).sum() + jw * t @ t)(jx), 2 * jP.T @ (jP @ jx - jx5) + 2 * jw * jx),
             lambda: (gradient(square(P * x - y3) + k * square(x), x), 2 * P.T * (P * x - y3) + 2 * k * x)),
    Identity("regression with several outputs", REGRESSION, r"\frac{\partial \lVert X W - Y\rVert_F^2}{\partial W}",
             r"2 X^\top (X W - Y)",
             lambda: (jax.jacrev(lambda t: ((jP @ t - jT) ** 2).sum())(jQ), 2 * jP.T @ (jP @ jQ - jT)),
             lambda: (gradient(square(P * A - T), A), 2 * P.T * (P * A - T))),
    Identity("Jacobian of an activation", "$z \\in \\mathbb{R}^{n}$, $g : \\mathbb{R}\\to\\mathbb{R}$",
             r"\frac{\partial g(z)}{\partial z}", r"\operatorname{diag}(g'(z))",
             lambda: (jax.jacrev(tanh)(jz), jnp.diag(tanh_slope(jz))),
             lambda: (each(g, z3).jacobian(z3), sp.diag(*slope(g, z3)))),
    Identity("a layer by its input", LAYER, r"\frac{\partial L}{\partial x}", r"W^\top (v \circ g'(s))",
             lambda: (jax.jacrev(_jax_loss, 1)(jW, jx5), jW.T @ (jv * tanh_slope(jW @ jx5 + jc))),
             lambda: (gradient(_layer()[1], x3), W.T * hadamard(v, slope(g, _layer()[0])))),
    Identity("a layer by its weights", LAYER, r"\frac{\partial L}{\partial W}", r"(v \circ g'(s)) x^\top",
             lambda: (jax.jacrev(_jax_loss)(jW, jx5), jnp.outer(jv * tanh_slope(jW @ jx5 + jc), jx5)),
             lambda: (gradient(_layer()[1], W), hadamard(v, slope(g, _layer()[0])) * x3.T)),
    Identity("two layers by their input", NETWORK, r"\frac{\partial L}{\partial x}",
             r"W^\top \left(g'(s) \circ (V^\top (v \circ h'(t)))\right)",
             lambda: (jax.jacrev(_jax_network, 2)(jW, jV, jx5), jW.T @ _jax_backward()[1]),
             lambda: (gradient(_network()[2], x3), W.T * _backward())),
    Identity("two layers by their first weights", NETWORK, r"\frac{\partial L}{\partial W}",
             r"\left(g'(s) \circ (V^\top (v \circ h'(t)))\right) x^\top",
             lambda: (jax.jacrev(_jax_network)(jW, jV, jx5), jnp.outer(_jax_backward()[1], jx5)),
             lambda: (gradient(_network()[2], W), _backward() * x3.T)),
    Identity("two layers by their second weights", NETWORK, r"\frac{\partial L}{\partial V}",
             r"(v \circ h'(t)) g(s)^\top",
             lambda: (jax.jacrev(_jax_network, 1)(jW, jV, jx5),
                      jnp.outer(jc3 * tanh_slope(jV @ tanh(jW @ jx5)), tanh(jW @ jx5))),
             lambda: (gradient(_network()[2], V), hadamard(v, slope(h, _network()[1])) * each(g, _network()[0]).T)),
)  # fmt: skip


def holds_in_sympy(sides: Sides) -> bool:
    """Whether two sides are equal after `simplify`."""
    left, right = sides
    rest = left - right
    entries = list(rest) if isinstance(rest, sp.MatrixBase) else [rest]
    return all(sp.simplify(entry) == 0 for entry in entries)


def holds_in_jax(sides: Sides) -> bool:
    """Whether two sides are close, as `allclose` sees it."""
    return bool(jnp.allclose(*sides, rtol=1e-9, atol=1e-12))
