"""Derivatives → functions of the one name by which is differentiated, handed to the library's own differentiation."""

from __future__ import annotations

from dataclasses import dataclass

from texecute.emit.frames import Frame, Given, cannot
from texecute.emit.naming import floating, identifier
from texecute.literals import is_zero
from texecute.syntax import At, Call, Derivative, Differential, Index, Node, Ref, Transpose


@dataclass
class Target:
    """What is differentiated by: the name, its label as text, where it has its value, and how it is put in.

    `value` is its present value; `put` gives the whole name's new value from the new part.
    """

    uid: str
    label: str | None
    value: str
    put: str
    base: Node


def target_of(expressions, node: Node, frame: Frame) -> Target:
    """Reads a target; `put` has `{}` where the new value stands."""
    word = expressions.word
    if isinstance(node, Call) and not node.function.builtin:
        scope = expressions.generator.scope
        symbol = next(s for s in reversed(list(scope.by_uid.values())) if s.function == node.function.name)
        name = expressions.generator.value(frame, symbol.uid)
        return Target(symbol.uid, None, name, "{}", Ref(symbol.uid))
    if isinstance(node, Ref):
        text = expressions.text(node, frame)
        label = ", ".join(expressions.generator.integer(x, frame) for x in node.labels) if node.labels else None
        return Target(node.name, label, text, "{}", node)
    if isinstance(node, Index) and isinstance(node.body, Ref):
        inner = target_of(expressions, node.body, frame)
        where = expressions.where(node, frame)
        return Target(inner.uid, inner.label, f"{inner.value}[{where}]", word("put", inner.value, _places(expressions, where), "{}"), inner.base)
    if isinstance(node, Index) and isinstance(node.body, Transpose) and isinstance(node.body.body, Ref):
        inner = target_of(expressions, node.body.body, frame)
        where = ", ".join(reversed(expressions.where(node, frame).split(", ")))
        return Target(inner.uid, inner.label, f"{inner.value}[{where}]", word("put", inner.value, _places(expressions, where), "{}"), inner.base)
    if isinstance(node, Call) and node.function.name == "vec":
        (body,) = node.arguments
        turned = isinstance(body, Transpose)
        ref = body.body if turned else body
        if isinstance(ref, Ref):
            inner = target_of(expressions, ref, frame)
            if not expressions.shape(ref):
                return inner
            if turned:
                return Target(inner.uid, inner.label, f"{inner.value}.reshape(-1, 1)", f"{{}}.reshape({inner.value}.shape)", ref)
            return Target(inner.uid, inner.label, f"{inner.value}.T.reshape(-1, 1)", f"{{}}.reshape({inner.value}.T.shape).T", ref)
    raise cannot("there is no code for a derivative by this", node)


def _places(expressions, where: str) -> str:
    """What stands between the brackets, as arguments where the library has a function for it."""
    if expressions.library.name != "PyTorch":
        return where
    parts = []
    for part in where.split(", "):
        ends = [end.strip() or "None" for end in part.split(":")]
        parts.append(part if len(ends) == 1 else f"slice({', '.join(ends)})")
    return ", ".join(parts)


def function_of(expressions, targets: list[Target], frame: Frame, result, base: str) -> str:
    """Writes a function of the targets' values that returns `result(inner frame)`; its name."""
    generator = expressions.generator
    if len({t.uid for t in targets}) < len(targets):
        raise cannot("two entries of one name are replaced at once", targets[0].base)
    inner = frame.function({t.uid: t.label for t in targets})
    parameters, lines = [], []
    for target in targets:
        name = generator.name(target.uid)
        if target.label is None and target.put == "{}":
            parameters.append(name)
            continue
        parameter = generator.names.fresh(f"{name}_{identifier(target.label)}" if target.label is not None else f"{name}_new")
        parameters.append(parameter)
        inner.defaults.append(name)
        value = target.put.format(parameter)
        if target.label is not None:
            lines += [f"{name} = dict({name})", f"{name}[{target.label}] = {value}"]
        else:
            lines.append(f"{name} = {value}")
    inner.lines.extend(lines)
    name = generator.names.fresh(base)
    generator.define_function(frame, name, parameters, inner, result(inner))
    return name


def derivative(expressions, node: Derivative, frame: Frame):
    """The text of a derivative, laid out as inference decided."""
    kind, turned = expressions.typed.layouts[id(node)]
    if not expressions.library.differentiates:
        return _given(expressions, node, frame)
    base = identifier_of(expressions, node.body)
    if kind == "mixed":
        text = _repeated(expressions, node, list(node.by), frame, base)
    elif kind == "hessian":
        text = _hessian(expressions, node, frame, base)
    else:
        target = target_of(expressions, node.by[0].target, frame)
        name = function_of(expressions, [target], frame, lambda inner: expressions.text(node.body, inner), base)
        text = expressions.word({"scalar": "grad", "gradient": "grad", "tangent": "tangent", "jacobian": "jacobian"}[kind], name, target.value)
    return f"{text}.T" if turned else text


def _repeated(expressions, node: Derivative, by: list, frame: Frame, base: str) -> str:
    if not by:
        return expressions.text(node.body, frame)
    target = target_of(expressions, by[0].target, frame)
    name = function_of(expressions, [target], frame, lambda inner: _repeated(expressions, node, by[1:], inner, base), base)
    return expressions.word("tangent" if expressions.shape(node.body) else "grad", name, target.value)


def _hessian(expressions, node: Derivative, frame: Frame, base: str) -> str:
    outer = target_of(expressions, node.by[0].target, frame)

    def gradient(inner: Frame) -> str:
        second = target_of(expressions, node.by[1].target, inner)
        name = function_of(expressions, [second], inner, lambda deep: expressions.text(node.body, deep), base)
        return expressions.word("grad", name, second.value)

    name = function_of(expressions, [outer], frame, gradient, "gradient")
    # Rows belong to the gradient's entries, columns to the first name; the formula has them the other way.
    return f"{expressions.word('jacobian', name, outer.value)}.T"


def identifier_of(expressions, node: Node) -> str:
    """A name for the function that is differentiated."""
    while isinstance(node, Index | Transpose):
        node = node.body
    if isinstance(node, Ref):
        return expressions.generator.name(node.name) + "_of"
    if isinstance(node, Call) and not node.function.builtin:
        return expressions.generator.name(node.function.name) + "_of"
    return "inner"


def _given(expressions, node: Derivative, frame: Frame):
    """In a library that does not differentiate: a name for the derivative, given."""
    body, by = node.body, node.by
    plain = isinstance(body, Ref) and not body.labels or isinstance(body, Call) and not body.function.builtin and body.implicit
    if len(by) == 1 and plain and isinstance(by[0].target, Ref):
        generator = expressions.generator
        top = generator.name(body.name if isinstance(body, Ref) else body.function.name)
        target = by[0].target
        name = generator.names.of(("derivative", top, target.name, by[0].transposed), f"d{top}_d{generator.name(target.name)}")
        label = f"[{', '.join(generator.integer(x, frame) for x in target.labels)}]" if target.labels else ""
        shape = expressions.shape(node)
        sizes = " × ".join(d.text() for d in shape) if shape else "a number"
        generator.given.setdefault(
            ("derivative", name), Given(name, name, "derivative", f"{name}{label}: the derivative of {top} by {generator.name(target.name)}{label}, {sizes}")
        )
        return name + label
    raise cannot(f"{expressions.library.name} has no derivatives", node, "use --to jax or --to torch")


def differential(expressions, node: Differential, frame: Frame):
    """`\\mathrm d X` is a given direction; `\\mathrm d(AXB)` the change along all given directions."""
    generator = expressions.generator
    if not expressions.library.differentiates:
        raise cannot(f"{expressions.library.name} has no differentials", node, "use --to jax or --to torch")
    if not generator.varying:
        raise cannot("nothing varies here", node)
    if isinstance(node.body, Ref) and node.body.name in generator.varying and not node.body.labels:
        return direction(expressions, node.body.name)
    targets = [target_of(expressions, Ref(uid), frame) for uid in generator.varying]
    name = function_of(expressions, targets, frame, lambda inner: expressions.text(node.body, inner), "moved")
    return expressions.word("jvp", name, ", ".join(t.value for t in targets), ", ".join(direction(expressions, t.uid) for t in targets))


def direction(expressions, uid: str) -> str:
    """The given direction in which a name changes."""
    generator = expressions.generator
    name = generator.names.of(("direction", uid), f"d{generator.name(uid)}")
    generator.given.setdefault(("direction", name), Given(name, uid, "direction", f"{name}: a change of {generator.name(uid)}, of the same shape"))
    return name


def replaced(expressions, node: At, frame: Frame):
    """`A|_{x = a}`: a function of x, at a."""
    targets, values = [], []
    for target, value in node.points:
        found = target_of(expressions, target, frame)
        targets.append(found)
        zero = is_zero(value) and expressions.shape(target)
        values.append(expressions.word("zeros_like", found.value) if zero else floating(expressions.text(value, frame)))
    name = function_of(expressions, targets, frame, lambda inner: expressions.text(node.body, inner), identifier_of(expressions, node.body))
    return f"{name}({', '.join(values)})"


__all__ = ["derivative", "differential", "replaced"]
