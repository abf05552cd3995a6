"""Small dense matrices over any scalar (float, complex, Dual, SymPy expression).

A value is a scalar, a `Matrix`, or an `Array` of three or more indices.  A
1 × 1 matrix is a scalar.  Nothing here broadcasts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product as cartesian

from texecute.errors import UndefinedValue
from texecute.scalars import integer_power, real

PIVOT = 1e-8
"""A matrix whose pivots fall below this part of its largest entry counts as singular."""


class Matrix:
    """`rows` × `columns`, entries row by row in `data`."""

    __slots__ = ("rows", "columns", "data")

    def __init__(self, rows: int, columns: int, data: list):
        self.rows = rows
        self.columns = columns
        self.data = data

    def __getitem__(self, at):
        return self.data[at[0] * self.columns + at[1]]

    def __repr__(self):
        return f"Matrix({self.rows}, {self.columns}, {self.data})"


class Array:
    """An array of three or more indices: `sizes` and entries, last index fastest."""

    __slots__ = ("sizes", "data")

    def __init__(self, sizes: tuple[int, ...], data: list):
        self.sizes = sizes
        self.data = data

    def offset(self, at: Iterable[int]) -> int:
        """Where the entry at these indices (from 0) stands in `data`."""
        result = 0
        for index, size in zip(at, self.sizes):
            result = result * size + index
        return result


def matrix(rows: int, columns: int, data: list):
    """A value from its entries: the scalar itself where there is one entry."""
    return data[0] if rows == 1 and columns == 1 else Matrix(rows, columns, data)


def shape(value) -> tuple[int, ...]:
    """Rows and columns; (1, 1) for a scalar; all sizes of an array."""
    if type(value) is Matrix:
        return value.rows, value.columns
    if isinstance(value, Array):
        return value.sizes
    return 1, 1


def entries(value) -> list:
    """All entries, row by row."""
    return value.data if isinstance(value, (Matrix, Array)) else [value]


def like(value, data: list):
    """A value of the same shape with other entries."""
    if isinstance(value, Matrix):
        return Matrix(value.rows, value.columns, data)
    if isinstance(value, Array):
        return Array(value.sizes, data)
    return data[0]


def each(f: Callable, value):
    """`f` of every entry."""
    return like(value, [f(x) for x in value.data]) if isinstance(value, (Matrix, Array)) else f(value)


def add(a, b):
    """The sum of two values of the same shape."""
    if isinstance(a, (Matrix, Array)):
        return like(a, [x + y for x, y in zip(a.data, b.data)])
    return a + b


def subtract(a, b):
    """The difference of two values of the same shape."""
    if isinstance(a, (Matrix, Array)):
        return like(a, [x - y for x, y in zip(a.data, b.data)])
    return a - b


def negate(a):
    """Minus a value."""
    return like(a, [-x for x in a.data]) if isinstance(a, (Matrix, Array)) else -a


def scale(k, a):
    """A scalar times a value."""
    return like(a, [k * x for x in a.data]) if isinstance(a, (Matrix, Array)) else k * a


def multiply(a, b):
    """The matrix product; scalar times anything."""
    if not isinstance(a, (Matrix, Array)):
        return scale(a, b)
    if not isinstance(b, (Matrix, Array)):
        return like(a, [x * b for x in a.data])
    n, inner, m = a.rows, a.columns, b.columns
    left, right = a.data, b.data
    if m == 1:
        data = [sum_of([x * y for x, y in zip(left[i * inner : i * inner + inner], right)]) for i in range(n)]
    else:
        columns = [right[j::m] for j in range(m)]
        data = []
        for i in range(n):
            row = left[i * inner : i * inner + inner]
            data.extend([sum_of([x * y for x, y in zip(row, column)]) for column in columns])
    return data[0] if n == 1 and m == 1 else Matrix(n, m, data)


def sum_of(items: list):
    """The sum of scalars of one kind, without starting from a Python zero."""
    total = items[0]
    for x in items[1:]:
        total = total + x
    return total


def hadamard(a, b):
    """The elementwise product."""
    if isinstance(a, (Matrix, Array)):
        return like(a, [x * y for x, y in zip(a.data, b.data)])
    return a * b


def divide_entries(a, b):
    """The elementwise quotient; UndefinedValue where a divisor is zero."""
    if isinstance(a, (Matrix, Array)):
        return like(a, [quotient(x, y) for x, y in zip(a.data, b.data)])
    return quotient(a, b)


def quotient(x, y):
    """x/y of scalars; UndefinedValue for y = 0."""
    if real(y) == 0:
        raise UndefinedValue("division by zero")
    return x / y


def transpose(a):
    """The transpose."""
    if not isinstance(a, Matrix):
        return a
    if a.rows == 1 or a.columns == 1:
        return Matrix(a.columns, a.rows, a.data)
    return Matrix(a.columns, a.rows, [x for j in range(a.columns) for x in a.data[j :: a.columns]])


def identity(n: int, one=1.0, zero=0.0):
    """The n × n identity."""
    return matrix(n, n, [one if i == j else zero for i in range(n) for j in range(n)])


def full(rows: int, columns: int, x):
    """A matrix with the same entry everywhere."""
    return matrix(rows, columns, [x] * (rows * columns))


def kronecker(a, b):
    """The Kronecker product."""
    if not isinstance(a, Matrix) or not isinstance(b, Matrix):
        return multiply(a, b)
    data = []
    for i in range(a.rows):
        for k in range(b.rows):
            for j in range(a.columns):
                x = a.data[i * a.columns + j]
                data.extend([x * y for y in b.data[k * b.columns : (k + 1) * b.columns]])
    return matrix(a.rows * b.rows, a.columns * b.columns, data)


def vec(a):
    """The columns of a matrix stacked under one another."""
    if not isinstance(a, Matrix):
        return a
    return Matrix(a.rows * a.columns, 1, transpose(a).data if a.rows > 1 else list(a.data))


def diagonal(a, row: bool = False):
    """A vector's diagonal matrix; a matrix's diagonal as a column (or a row)."""
    if not isinstance(a, Matrix):
        return a
    if a.rows == 1 or a.columns == 1:
        n = len(a.data)
        return Matrix(n, n, [a.data[i] if i == j else 0 for i in range(n) for j in range(n)])
    data = [a.data[i * a.columns + i] for i in range(min(a.rows, a.columns))]
    return matrix(1, len(data), data) if row else matrix(len(data), 1, data)


def trace(a):
    """The trace of a square matrix."""
    if not isinstance(a, Matrix):
        return a
    return sum_of([a.data[i * a.columns + i] for i in range(a.rows)])


def inner(a, b):
    """The sum of the products of the entries that stand in the same place."""
    return sum_of([x * y for x, y in zip(entries(a), entries(b))])


def determinant(a):
    """The determinant, by elimination with pivots."""
    if not isinstance(a, Matrix):
        return a
    if _is_symbolic(a):
        return _expanded(a)
    n, rows = a.rows, [a.data[i * a.columns : (i + 1) * a.columns] for i in range(a.rows)]
    result = 1.0
    for k in range(n):
        p = max(range(k, n), key=lambda i: abs(real(rows[i][k])))
        if real(rows[p][k]) == 0:
            # Singular at this very point: its derivative would need another way.
            raise UndefinedValue("singular matrix")
        if p != k:
            rows[p], rows[k] = rows[k], rows[p]
            result = -result
        result = result * rows[k][k]
        for i in range(k + 1, n):
            f = rows[i][k] / rows[k][k]
            rows[i] = [x - f * y for x, y in zip(rows[i], rows[k])]
    return result


def _is_symbolic(a) -> bool:
    return not all(isinstance(real(x), (int, float)) for x in a.data)


def _expanded(a):
    """The determinant by minors: without a quotient and without a comparison, for symbols."""
    if not isinstance(a, Matrix):
        return a
    return sum_of([(-1) ** j * a.data[j] * _expanded(_without(a, 0, j)) for j in range(a.columns)])


def _without(a, row: int, column: int):
    """A square matrix without one row and one column."""
    n = a.rows
    return matrix(n - 1, n - 1, [a.data[i * n + j] for i in range(n) for j in range(n) if i != row and j != column])


def inverse(a):
    """The inverse, by Gauss-Jordan with pivots; UndefinedValue for a singular matrix."""
    if not isinstance(a, Matrix):
        return quotient(1, a)
    n = a.rows
    if _is_symbolic(a):
        whole = _expanded(a)
        if whole == 0:
            raise UndefinedValue("singular matrix")
        return Matrix(n, n, [(-1) ** (i + j) * _expanded(_without(a, j, i)) / whole for i in range(n) for j in range(n)])
    largest = max(abs(real(x)) for x in a.data)
    rows = [a.data[i * n : (i + 1) * n] + [1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]
    for k in range(n):
        p = max(range(k, n), key=lambda i: abs(real(rows[i][k])))
        if abs(real(rows[p][k])) <= PIVOT * largest:
            raise UndefinedValue("singular matrix")
        rows[p], rows[k] = rows[k], rows[p]
        pivot = rows[k][k]
        rows[k] = [x / pivot for x in rows[k]]
        for i in range(n):
            if i != k:
                f = rows[i][k]
                rows[i] = [x - f * y for x, y in zip(rows[i], rows[k])]
    return Matrix(n, n, [x for row in rows for x in row[n:]])


def power(a, n: int):
    """A whole power of a square matrix or scalar; the zeroth is the identity."""
    if not isinstance(a, Matrix):
        if n < 0 and real(a) == 0:
            raise UndefinedValue("division by zero")
        return integer_power(a, n)
    if n < 0:
        return power(inverse(a), -n)
    if not n:
        return identity(a.rows)
    result = None
    while n:
        if n & 1:
            result = a if result is None else multiply(result, a)
        n >>= 1
        if n:
            a = multiply(a, a)
    return result


def row_block(a, i: int):
    """Row i (from 0) as a row vector."""
    return matrix(1, a.columns, a.data[i * a.columns : (i + 1) * a.columns])


def column_block(a, j: int):
    """Column j (from 0) as a column vector."""
    return matrix(a.rows, 1, a.data[j :: a.columns])


def indices(value) -> Iterable[tuple[int, ...]]:
    """All index tuples (from 0) of a value, row by row."""
    return cartesian(*map(range, shape(value)))
