"""Derivatives, exact to rounding: the complex step outside, dual numbers inside it.

The variable's value is replaced entry by entry in a layer of its own, and the
body is evaluated there.
"""

from __future__ import annotations

from texecute import matrices, samples
from texecute.errors import FormulaError, UndefinedValue
from texecute.layers import Layer
from texecute.scalars import perturbed, real, tangent
from texecute.syntax import Call, Derivative, Differential, Domain, Index, Limit, Node, Ref, Transpose, walk


def next_level(level: int) -> int:
    """The level of a perturbation inside one of `level` (-1: none): 0 is the complex step."""
    return level + 1


def nested(f, x, level: int, order: int, field):
    """The `order`-th derivative of `f(value, level)` at the scalar x."""
    if field.exact:
        return field.differentiate(lambda v: f(v, level), x, order)
    if order == 0:
        return f(x, level)
    inner = next_level(level)
    value = nested(f, perturbed(x, inner), inner, order - 1, field)
    return tangent(value, inner)


def derivative_code(node: Derivative, compiler):
    """The closure of a derivative: its plain form by entries, laid out as inference decided."""
    kind, turned = compiler.typed.layouts[id(node)]
    body = compiler.code(node.body)
    keys = [compiler.key_code(by.target) for by in node.by]
    targets = [compiler.code(by.target) for by in node.by]

    def run(c):
        if kind == "mixed":
            result = _repeated(c, body, keys)
        elif kind == "hessian":
            result = _hessian(c, body, keys, targets)
        else:
            result = _first(c, body, keys[0], targets[0], kind)
        return matrices.transpose(result) if turned else result

    return run


def changes(c, body, key_of):
    """The derivative of the body's value by each entry of a target, in the target's order."""
    key, positions = key_of(c)
    field = c.point.field
    base = c.layer.value(key)
    data = matrices.entries(base)
    places = positions if positions is not None else range(len(data))
    if field.exact:
        return [field.derivative(c, body, key, base, place) for place in places]
    level = next_level(c.level)
    found = []
    for place in places:
        layer = c.layer.child((key, place, level), lambda at=place: {key: _with(base, at, level)}, level)
        c.point.step()
        value = body(c.inside(layer, level))
        found.append(matrices.each(lambda x: tangent(x, level), value))
    return found


def _with(base, place: int, level: int):
    data = list(matrices.entries(base))
    data[place] = perturbed(data[place], level)
    return matrices.like(base, data)


def _first(c, body, key_of, target, kind: str):
    parts = changes(c, body, key_of)
    if kind in ("scalar", "tangent"):
        return parts[0]
    value = target(c)
    if kind == "gradient":
        return matrices.like(value, parts) if isinstance(value, matrices.Matrix | matrices.Array) else parts[0]
    columns = [matrices.entries(p) for p in parts]
    rows = len(columns[0])
    return matrices.matrix(rows, len(columns), [column[i] for i in range(rows) for column in columns])


def _repeated(c, body, keys):
    if not keys:
        return body(c)
    return changes(c, lambda inner: _repeated(inner, body, keys[1:]), keys[0])[0]


def _hessian(c, body, keys, targets):
    rows = []
    for part in changes(c, lambda inner: _vector(changes(inner, body, keys[1])), keys[0]):
        rows.append(matrices.entries(part))
    return matrices.matrix(len(rows), len(rows[0]), [x for row in rows for x in row])


def _vector(items):
    return matrices.matrix(len(items), 1, items)


def directional(body, c):
    """The differential of the body's value along the formula's random direction."""
    key = tuple(sorted(c.directions, key=repr))
    if not key:
        raise FormulaError("nothing varies here: no name stands alone behind \\mathrm d in this formula",
                           hint="a differential such as \\mathrm d X of a name must stand in the formula")  # fmt: skip
    field = c.point.field
    if field.exact:
        return field.directional(c, body, key)
    level = next_level(c.level)

    def moved():
        values = {}
        for name in key:
            base = c.point.base.value(name)
            direction = direction_of(c.point, name, base)
            values[name] = matrices.like(base, [_along(x, d, level) for x, d in zip(matrices.entries(base), matrices.entries(direction))])
        return values

    layer = c.layer.child(("d", key, level), moved, level)
    value = body(c.inside(layer, level))
    return matrices.each(lambda x: tangent(x, level), value)


def _along(x, d: float, level: int):
    return perturbed(0.0, level) * d + x


def directions_at(parts, point, bound: dict[str, int]) -> tuple:
    """Names whose bare differential stands in the formula and that depend on no other such name."""
    keys = []
    for part in parts:
        for node in walk(part):
            if isinstance(node, Differential):
                ref = _bare(node.body)
                if ref is not None:
                    labels = tuple(point.integer(label, bound) for label in ref.labels)
                    keys.append((ref.name, labels))
    if not keys:
        return ()
    unique = list(dict.fromkeys(keys))
    for key in unique:
        point.base.value(key)
    return tuple(k for k in unique if not any(o != k and o in point.closure.get(k, ()) for o in unique))


def _bare(node: Node) -> Ref | None:
    while isinstance(node, Transpose | Index):
        node = node.body
    if isinstance(node, Call) and node.function.builtin and node.function.name in ("vec",) and len(node.arguments) == 1:
        return None
    return node if isinstance(node, Ref) else None


def direction_of(point, key, base):
    """The random direction of one name at this point."""
    symbol = point.scope.by_uid[key[0]]
    domain = symbol.domain if isinstance(symbol.domain, Domain) and not symbol.is_defined else None
    return samples.draw_direction(domain, base, point.generator("direction", *key))


def limit_code(node: Limit, compiler):
    """A limit by extrapolation from both sides."""
    body, to, key_of = compiler.code(node.body), compiler.code(node.to), compiler.key_code(node.name)
    def limit(c):
        key, _ = key_of(c)
        end = to(c)
        if c.point.field.exact:
            raise UndefinedValue("a limit")

        def at(h):
            layer = Layer(c.point, c.layer, {key: end + h}, c.level)
            return body(c.inside(layer, c.level))

        steps = [0.1 * 2.0**-k for k in range(12)]
        above, below = [at(h) for h in steps], [at(-h) for h in steps]
        both = [matrices.scale(0.5, matrices.add(x, y)) for x, y in zip(above, below)]
        sides = [_extrapolated(table[:n], 2.0) for table in (above, below) for n in (9, 10)]
        value = _extrapolated(both[:7], 4.0)
        scale = max(1e-300, *(abs(real(x)) for x in matrices.entries(value)))
        for side in sides:
            for x, y in zip(matrices.entries(side), matrices.entries(value)):
                # From either side, and with one step more or less, it must be the same.
                if not abs(real(x) - real(y)) <= CONVERGED * scale:
                    raise UndefinedValue("no limit")
        return value

    return limit


CONVERGED = 1e-5
"""Estimates of a limit that differ by more than this part do not converge."""


def _extrapolated(table, factor: float):
    """Richardson's extrapolation of values at steps that halve; the factor is 4 where only even powers occur."""
    growth = factor
    while len(table) > 1:
        table = [
            matrices.add(fine, matrices.scale(1 / (factor - 1), matrices.subtract(fine, coarse)))
            for coarse, fine in zip(table, table[1:])
        ]
        factor *= growth
    return table[0]
