"""The entries of matrices with dots, at concrete sizes: those that are shown, and the pattern between them."""

from __future__ import annotations

from collections.abc import Callable

from texecute import patterns
from texecute.errors import FormulaError, ShapeError, UndefinedValue
from texecute.literals import is_zero
from texecute.syntax import Dots, MatrixLiteral, Node, Num


def dotted_entries(node: MatrixLiteral, rows: int, columns: int, integer: Callable[[Node], int]) -> list[Node]:
    """The entries' expressions, row by row; `integer` gives the value of an integer expression.

    Raises UndefinedValue where the matrix is smaller than what is shown of it.
    """
    row_of = _places([all(isinstance(x, Dots) for x in row) for row in node.rows], rows, node)
    column_of = _places([all(isinstance(row[j], Dots) for row in node.rows) for j in range(len(node.rows[0]))], columns, node)
    shown = {
        (i, j): cell
        for i, row in zip(row_of, node.rows)
        for j, cell in zip(column_of, row)
        if i is not None and j is not None and not isinstance(cell, Dots)
    }
    diagonal = rows > 1 and columns > 1 and all(k in shown and is_zero(shown[k]) for k in ((0, columns - 1), (rows - 1, 0)))
    return [
        shown.get((i, j)) or _filled(shown, i, j, rows, columns, integer, diagonal, node)
        for i in range(rows)
        for j in range(columns)
    ]


def _places(dotted: list[bool], size: int, node) -> list[int | None]:
    """For each written row (or column) its place; those before the dots count from the start, others from the end."""
    if not any(dotted):
        if len(dotted) != size:
            raise ShapeError(f"{len(dotted)} rows or columns are written, but there are {size}", node.span, "put dots between the first and the last")
        return list(range(size))
    first = dotted.index(True)
    after = len(dotted) - first - 1
    if size < first + 1 and size < after + 1:
        raise UndefinedValue("fewer entries than are shown")
    places: list[int | None] = []
    for number in range(len(dotted)):
        place = number if number < first else None if number == first else size - (len(dotted) - number)
        places.append(place if place is not None and 0 <= place < size else None)
    return places


def _filled(shown, i: int, j: int, rows: int, columns: int, evaluate, diagonal: bool, node) -> Node:
    """The entry that the pattern of the corners gives."""
    last_row, last_column = rows - 1, columns - 1
    if diagonal:
        if i != j:
            return Num("0")
        found = patterns.between(shown[0, 0], shown[last_row, last_column], evaluate, i, rows)
        if found is not None:
            return found
    if (i, 0) in shown and (i, last_column) in shown:
        found = patterns.between(shown[i, 0], shown[i, last_column], evaluate, j, columns)
    elif (0, j) in shown and (last_row, j) in shown:
        found = patterns.between(shown[0, j], shown[last_row, j], evaluate, i, rows)
    elif all(k in shown for k in ((0, 0), (0, last_column), (last_row, 0), (last_row, last_column))):
        top = patterns.between(shown[0, 0], shown[0, last_column], evaluate, j, columns)
        bottom = patterns.between(shown[last_row, 0], shown[last_row, last_column], evaluate, j, columns)
        found = patterns.between(top, bottom, evaluate, i, rows) if top is not None and bottom is not None else None
    else:
        found = None
    if found is None:
        raise FormulaError("the pattern of these dots cannot be read", node.span, "show the corners, as in a_1 & \\cdots & a_n", "range")
    return found
