"""How derivatives are laid out: section 5's table, and what overrides it."""

from __future__ import annotations

from texecute.dims import ONE, Shape, shape_text
from texecute.errors import ShapeError
from texecute.syntax import Call, Derivative, Transpose


def layout_of(node: Derivative, body: Shape, targets: list[Shape], layout: str, inference) -> tuple[str, bool, Shape]:
    """Kind, whether the plain form is transposed, and the shape of a derivative.

    Plain forms: `scalar`; `gradient` has the shape of the variable; `tangent` the
    shape of the value (by a scalar); `jacobian` is [∂y_i/∂x_j]; `hessian` is
    [∂²f/∂x_i∂y_j]; `mixed` is one derivative after the other by scalars.
    """
    if len(node.by) > 1:
        return _higher(node, body, targets, inference)
    by, (target,) = node.by[0], targets
    body_turned = isinstance(node.body, Transpose)
    if len(body) > 2 or len(target) > 2:
        if not (body and target):
            kind = "gradient" if target else "tangent"
            return kind, False, target or body
        raise _too_many(node, body, target)
    if not target:
        if not body:
            return "scalar", False, ()
        turned = layout == "denominator"
        return "tangent", turned, body[::-1] if turned else body
    if not body:
        if node.style == "nabla":
            turned = False
        elif by.transposed:
            turned = True
        else:
            turned = layout == "numerator"
        return "gradient", turned, target[::-1] if turned else target
    if ONE not in body or ONE not in target:
        raise _too_many(node, body, target)
    if node.style == "nabla":
        raise ShapeError("the gradient of a vector can be read in two ways", node.span, "write \\frac{\\partial y}{\\partial x}")
    rows = body[0] if body[1] == ONE else body[1]
    columns = target[0] if target[1] == ONE else target[1]
    if body_turned and by.transposed:
        raise ShapeError("a transpose above and below can be read in two ways", node.span,
                         "write \\frac{\\partial y}{\\partial x^\\top} for [\\partial y_i/\\partial x_j], or its transpose")  # fmt: skip
    turned = False if by.transposed else True if body_turned else layout == "denominator"
    return "jacobian", turned, (columns, rows) if turned else (rows, columns)


def _too_many(node: Derivative, body: Shape, target: Shape) -> ShapeError:
    kind = "matrix" if ONE not in body else "vector"
    other = "matrix" if ONE not in target else "vector"
    return ShapeError(
        f"the derivative of a {kind} ({shape_text(body)}) by a {other} ({shape_text(target)}) is no matrix", node.span,
        "write it by entries, \\frac{\\partial Y_{ij}}{\\partial X_{kl}}, or through \\operatorname{vec}")  # fmt: skip


def _higher(node: Derivative, body: Shape, targets: list[Shape], inference) -> tuple[str, bool, Shape]:
    if all(not t for t in targets):
        return "mixed", False, body
    if len(targets) != 2 or not all(targets):
        raise ShapeError("a derivative of this order by vectors is no matrix", node.span, "write it by entries")
    if body:
        raise ShapeError(f"the second derivative of something that is {shape_text(body)} is no matrix", node.span, "write it by entries")
    first, second = node.by
    for target in targets:
        if len(target) != 2 or ONE not in target:
            raise ShapeError("a second derivative by a matrix is no matrix", node.span, "write it by entries, or by \\operatorname{vec}(X)")
    same = first.target == second.target
    if not same and first.transposed == second.transposed:
        raise ShapeError("this second derivative can be read in two ways", node.span,
                         "put a transpose at the name that runs along the columns: \\partial x\\,\\partial y^\\top")  # fmt: skip
    sizes = [t[0] if t[1] == ONE else t[1] for t in targets]
    # Along the columns runs what is transposed.
    turned = first.transposed and not second.transposed
    return "hessian", turned, (sizes[1], sizes[0]) if turned else (sizes[0], sizes[1])


__all__ = ["layout_of", "Call"]
