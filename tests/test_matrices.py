"""Small matrices, compared with NumPy on every operation and many shapes."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from texecute import matrices
from texecute.errors import UndefinedValue
from texecute.matrices import Array, Matrix
from texecute.scalars import Dual, tangent

SHAPES = [(1, 1), (1, 4), (4, 1), (2, 3), (3, 2), (3, 3), (5, 2)]
SQUARES = [1, 2, 3, 5]


def draw(rows, columns, seed=0):
    """A random matrix, and the same as an array of NumPy."""
    rng = random.Random(f"{rows} {columns} {seed}")
    data = [rng.uniform(-2, 2) for _ in range(rows * columns)]
    return matrices.matrix(rows, columns, data), np.array(data).reshape(rows, columns)


def array(value):
    """A value as a two-dimensional array of NumPy."""
    return np.array(matrices.entries(value), dtype=float).reshape(matrices.shape(value))


def agree(value, expected):
    """Shape and entries are those of NumPy."""
    expected = np.atleast_2d(np.array(expected, dtype=float))
    assert expected.shape == matrices.shape(value)
    np.testing.assert_allclose(array(value), expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("shape", SHAPES)
def test_entrywise_operations(shape):
    """Sum, difference, negative, scaling, elementwise product and quotient, transpose."""
    (a, x), (b, y) = draw(*shape), draw(*shape, seed=1)
    agree(matrices.add(a, b), x + y)
    agree(matrices.subtract(a, b), x - y)
    agree(matrices.negate(a), -x)
    agree(matrices.scale(2.5, a), 2.5 * x)
    agree(matrices.hadamard(a, b), x * y)
    agree(matrices.divide_entries(a, b), x / y)
    agree(matrices.transpose(a), x.T)
    agree(matrices.each(lambda v: v * v, a), x**2)
    assert (x * y).sum() == pytest.approx(matrices.inner(a, b))


@pytest.mark.parametrize("n, k, m", [(1, 1, 1), (1, 3, 1), (3, 1, 3), (2, 3, 4), (4, 3, 1), (1, 3, 4), (3, 3, 3)])
def test_product(n, k, m):
    """The matrix product; one row times one column is a scalar."""
    (a, x), (b, y) = draw(n, k), draw(k, m, seed=1)
    agree(matrices.multiply(a, b), x @ y)
    assert isinstance(matrices.multiply(a, b), float) == (n == m == 1)


@pytest.mark.parametrize("shape", SHAPES)
def test_scalar_times_matrix(shape):
    """A scalar multiplies from both sides."""
    a, x = draw(*shape)
    agree(matrices.multiply(3.0, a), 3 * x)
    agree(matrices.multiply(a, 3.0), 3 * x)


@pytest.mark.parametrize("left", SHAPES)
@pytest.mark.parametrize("right", [(1, 1), (2, 1), (1, 3), (2, 2)])
def test_kronecker(left, right):
    """The Kronecker product."""
    (a, x), (b, y) = draw(*left), draw(*right, seed=1)
    agree(matrices.kronecker(a, b), np.kron(x, y))


@pytest.mark.parametrize("shape", SHAPES)
def test_vec_stacks_columns(shape):
    """vec is column by column."""
    a, x = draw(*shape)
    agree(matrices.vec(a), x.reshape(-1, 1, order="F"))


def test_vec_of_a_product():
    """vec(AXB) = (Bᵀ ⊗ A) vec(X), as every table of matrix calculus has it."""
    (a, _), (x, _), (b, _) = draw(2, 3), draw(3, 4, 1), draw(4, 5, 2)
    left = matrices.vec(matrices.multiply(matrices.multiply(a, x), b))
    right = matrices.multiply(matrices.kronecker(matrices.transpose(b), a), matrices.vec(x))
    agree(left, array(right))


def test_diagonal():
    """A vector gives a diagonal matrix, a matrix its diagonal, as a column or a row."""
    for shape in ((3, 1), (1, 3)):
        a, x = draw(*shape)
        agree(matrices.diagonal(a), np.diag(x.ravel()))
    a, x = draw(3, 3)
    agree(matrices.diagonal(a), np.diag(x).reshape(3, 1))
    agree(matrices.diagonal(a, row=True), np.diag(x).reshape(1, 3))


@pytest.mark.parametrize("n", SQUARES)
def test_square_matrices(n):
    """Trace, determinant, inverse and powers."""
    a, x = draw(n, n)
    assert np.trace(x) == pytest.approx(matrices.trace(a))
    assert np.linalg.det(x) == pytest.approx(matrices.determinant(a), rel=1e-11)
    np.testing.assert_allclose(array(matrices.inverse(a)), np.linalg.inv(x), rtol=1e-9)
    for k in (0, 1, 2, 5, -1, -2):
        np.testing.assert_allclose(array(matrices.power(a, k)), np.linalg.matrix_power(x, k), rtol=1e-8, atol=1e-10)
    agree(matrices.identity(n), np.eye(n))
    agree(matrices.full(n, 2, 0.5), np.full((n, 2), 0.5))


def test_pivots_are_exchanged():
    """A zero on the diagonal is no singular matrix, and the sign of the determinant follows."""
    a = Matrix(3, 3, [0.0, 2.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 3.0])
    assert np.linalg.det(array(a)) == pytest.approx(matrices.determinant(a))
    np.testing.assert_allclose(array(matrices.inverse(a)), np.linalg.inv(array(a)))


@pytest.mark.parametrize("data", [[1.0, 2.0, 2.0, 4.0], [0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0 + 1e-12]])
def test_a_singular_matrix_has_no_inverse(data):
    """Singular to rounding is undefined, so that the sample is drawn again."""
    with pytest.raises(UndefinedValue):
        matrices.inverse(Matrix(2, 2, data))


def test_division_by_zero_is_undefined():
    """No ZeroDivisionError comes out."""
    for bad in (lambda: matrices.quotient(1.0, 0.0), lambda: matrices.inverse(0.0), lambda: matrices.power(0.0, -1)):
        with pytest.raises(UndefinedValue):
            bad()


def test_derivatives_go_through_determinant_and_inverse():
    """d det A = det A tr(A⁻¹ dA) and d A⁻¹ = -A⁻¹ dA A⁻¹, by dual numbers."""
    (a, x), (d, dx) = draw(3, 3), draw(3, 3, 1)
    moved = matrices.like(a, [Dual(v, t, 1) for v, t in zip(a.data, d.data)])
    inverse = np.linalg.inv(x)
    assert np.linalg.det(x) * np.trace(inverse @ dx) == pytest.approx(tangent(matrices.determinant(moved), 1))
    agree(matrices.each(lambda v: tangent(v, 1), matrices.inverse(moved)), -inverse @ dx @ inverse)


def test_any_scalar_will_do():
    """Fractions stay exact: nothing in a product turns them into floats."""
    a = Matrix(2, 2, [Fraction(1, 3), Fraction(2), Fraction(-1, 7), Fraction(5)])
    assert [Fraction(-11, 63), Fraction(32, 3)] == matrices.multiply(a, a).data[:2]


def test_arrays_of_three_indices():
    """The last index runs fastest."""
    a = Array((2, 3, 4), [float(k) for k in range(24)])
    assert np.arange(24).reshape(2, 3, 4)[1, 2, 3] == a.data[a.offset((1, 2, 3))]
    assert (2, 3, 4) == matrices.shape(matrices.add(a, a))
    assert 24 == len(list(matrices.indices(a)))
