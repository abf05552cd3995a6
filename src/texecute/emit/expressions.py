"""Nodes → Python text, one rule for each kind of node, in a library's spelling.

Vectors and matrices have two axes, numbers none.  Indices count from 1 in the
formula and from 0 in the code.
"""

from __future__ import annotations

from texecute import functions
from texecute.dims import ONE
from texecute.emit.derivatives import derivative, differential, replaced
from texecute.emit.families import OPERATORS, after, loop_range
from texecute.emit.frames import Frame, Given, cannot
from texecute.emit.naming import floating
from texecute.emit.numpy import DERIVATIVES
from texecute.emit.sums import vectorised
from texecute.literals import is_literal, is_zero
from texecute.syntax import (
    Add,
    Big,
    Binding,
    Call,
    Cases,
    Condition,
    Dots,
    Index,
    MatrixLiteral,
    Neg,
    Node,
    Num,
    Pow,
    Product,
    Ref,
    Slice,
    Var,
    walk,
)

ADD, MULTIPLY, UNARY, POWER, ATOM = range(5)


class Expressions:
    """Writes the nodes of one inferred tree."""

    def __init__(self, generator, typed):
        self.generator = generator
        self.typed = typed
        self.library = generator.library

    # --- frame -------------------------------------------------------------------------

    def text(self, node: Node, frame: Frame) -> str:
        """The text of a node."""
        return self.rule(node, frame)[1]

    def at(self, node: Node, frame: Frame, level: int) -> str:
        """The text of a node, in brackets where it is not as tight as `level`."""
        own, text = self.rule(node, frame)
        return text if own >= level else f"({text})"

    def rule(self, node: Node, frame: Frame) -> tuple[int, str]:
        """Level and text of a node."""
        rule = getattr(self, "_" + type(node).__name__, None)
        if rule is None:
            raise cannot(f"there is no code for {WITHOUT.get(type(node).__name__, 'this')}", node)
        result = rule(node, frame)
        return result if isinstance(result, tuple) else (ATOM, result)

    def word(self, key: str, *parts: str) -> str:
        """A library's word; notes the helpers that it needs."""
        text = self.library.word(key, *parts)
        for helper in self.library.helpers:
            if text.startswith((helper + "(", "(" + parts[0] + " - " + helper if parts else helper)) or (key == "slope" and helper == "derivative"):
                self.generator.helpers.add(helper)
        return text

    def shape(self, node: Node):
        """The symbolic shape of a node."""
        return self.typed.shape(node)

    def size(self, node: Node, axis: int, frame: Frame) -> str:
        """One size of a node."""
        return self.generator.size(self.typed.unifier.resolve(self.typed.shapes[id(node)][axis]), frame)

    # --- leaves ---------------------------------------------------------------------------

    def _Num(self, node, frame):
        return node.text.lstrip("0") or "0" if "." not in node.text else ("0" + node.text if node.text.startswith(".") else node.text)

    def _Const(self, node, frame):
        return self.library.prefix + "." + node.name

    def _Var(self, node, frame):
        level, text = self.generator._integer(node, frame, False)
        return ATOM, text

    def _Ref(self, node, frame):
        name = self.generator.value(frame, node.name)
        if not node.labels:
            return name
        return f"{name}[{', '.join(self.generator.integer(label, frame) for label in node.labels)}]"

    def _Ones(self, node, frame):
        return self.word("ones", self.size(node, 0, frame))

    def _Eye(self, node, frame):
        return self.word("eye", self.size(node, 0, frame))

    def _Zeros(self, node, frame):
        return self.word("zeros", self.size(node, 0, frame), self.size(node, 1, frame))

    def _Unit(self, node, frame):
        index = self.generator.integer(node.index, frame)
        return f"{self.word('eye', self.size(node, 0, frame))}[:, {self.place(node.index, frame)}:{index}]"

    def _Delta(self, node, frame):
        return f"float({self.generator.integer(node.left, frame)} == {self.generator.integer(node.right, frame)})"

    def _Indicator(self, node, frame):
        if all(self.of_integers(c) for c in node.conditions):
            return f"float({' and '.join(self.condition(c, frame) for c in node.conditions)})"
        return MULTIPLY, " * ".join(f"(1.0 * ({self.condition(c, frame)}))" for c in node.conditions)

    def condition(self, condition: Condition, frame: Frame) -> str:
        """A comparison."""
        return f"{self.text(condition.left, frame)} {OPERATORS[condition.op]} {self.text(condition.right, frame)}"

    def of_integers(self, condition: Condition) -> bool:
        """Whether a condition is about indices and sizes only."""
        return not any(isinstance(n, Ref | Call | Index) for n in walk(condition))

    # --- arithmetic -------------------------------------------------------------------------

    def _Neg(self, node, frame):
        return ADD, "-" + self.at(node.body, frame, MULTIPLY)

    def _Add(self, node, frame):
        text = ""
        for i, term in enumerate(node.terms):
            minus = isinstance(term, Neg)
            part = self.at(term.body if minus else term, frame, MULTIPLY)
            text += (" - " if minus else " + ") + part if i else ("-" if minus else "") + part
        return ADD, text

    def _Product(self, node, frame):
        plan = self.typed.groups.get(id(node)) or tuple(range(len(node.factors)))
        return self._planned(plan, node, frame)[:2]

    def _planned(self, plan, node, frame):
        level, text, shape = ATOM, "", ()
        for i, part in enumerate(plan):
            if isinstance(part, int):
                factor = node.factors[part]
                own = (*self.rule(factor, frame), self.shape(factor))
            else:
                own = self._planned(part, node, frame)
            if not i:
                level, text, shape = own
            else:
                level, text, shape = self._times((level, text, shape), own)
        return level, text, shape

    def _times(self, a, b):
        left = a[1] if a[0] >= MULTIPLY else f"({a[1]})"
        right = b[1] if b[0] > MULTIPLY else f"({b[1]})"
        if not a[2] or not b[2]:
            return MULTIPLY, f"{left} * {right}", a[2] or b[2]
        shape = self.typed.unifier.shape((a[2][0], b[2][1]))
        if not shape:
            return ATOM, f"({left} @ {right})[0, 0]", ()
        return MULTIPLY, f"{left} @ {right}", shape

    def _Operation(self, node, frame):
        op, reading = node.op, self.typed.readings.get(id(node))
        if op == "inner" or reading == "dot":
            return self.word("sum", f"{self.at(node.left, frame, MULTIPLY)} * {self.at(node.right, frame, UNARY)}")
        if op == "otimes" and self.shape(node.left) and self.shape(node.right):
            return self.word("kron", self.text(node.left, frame), self.text(node.right, frame))
        if op == "oslash":
            return MULTIPLY, f"{self.at(node.left, frame, MULTIPLY)} / {self.at(node.right, frame, UNARY)}"
        if op in ("circ", "odot", "ast", "otimes"):
            return MULTIPLY, f"{self._guarded(node.left, frame)} * {self.at(node.right, frame, UNARY)}"
        parts = [(*self.rule(n, frame), self.shape(n)) for n in (node.left, node.right)]
        return self._times(*parts)[:2]

    def _guarded(self, node, frame) -> str:
        """A left operand; brackets around a matrix product, which Python would also take first, for the reader."""
        level, text = self.rule(node, frame)
        return f"({text})" if level < MULTIPLY or " @ " in text and level == MULTIPLY else text

    def _Div(self, node, frame):
        return MULTIPLY, f"{self.at(node.top, frame, MULTIPLY)} / {self.at(node.bottom, frame, UNARY)}"

    def _Pow(self, node, frame):
        if not node.elementwise and self.shape(node.base):
            return self.word("matrix_power", self.text(node.base, frame), self.generator.integer(node.exponent, frame))
        exponent = self.at(node.exponent, frame, ATOM)
        if isinstance(node.exponent, Neg):
            # NumPy refuses negative whole powers of whole numbers.
            exponent = f"({self.text(node.exponent, frame)})"
        return POWER, f"{self.at(node.base, frame, ATOM)}**{exponent}"

    def _Transpose(self, node, frame):
        if not self.shape(node.body):
            return self.rule(node.body, frame)
        return self.at(node.body, frame, ATOM) + ".T"

    def _Inverse(self, node, frame):
        if not self.shape(node.body):
            return MULTIPLY, f"1 / {self.at(node.body, frame, UNARY)}"
        return self.word("inv", self.text(node.body, frame))

    # --- entries ---------------------------------------------------------------------------------

    def place(self, node: Node, frame: Frame) -> str:
        """An index that counts from 0."""
        return after(self.generator.integer(node, frame), -1)

    def _Index(self, node, frame):
        return f"{self.at(node.body, frame, ATOM)}[{self.where(node, frame)}]"

    def where(self, node: Index, frame: Frame) -> str:
        """What stands between the brackets of an index."""
        shape = self.shape(node.body)
        subs = self.typed.subscripts[id(node)]
        whole = not any(isinstance(s, Slice) for s in subs)
        parts = [self._part(s, frame, whole) for s in subs]
        if len(parts) == 1 and len(shape) == 2:
            other = "0" if whole else ":"
            parts = [parts[0], other] if shape[1] == ONE else [other, parts[0]]
        return ", ".join(parts)

    def _part(self, sub: Node, frame: Frame, whole: bool) -> str:
        if isinstance(sub, Slice):
            low = self.place(sub.low, frame) if sub.low is not None else ""
            high = self.generator.integer(sub.high, frame) if sub.high is not None else ""
            return f"{'' if low == '0' else low}:{high}"
        return self.place(sub, frame) if whole else f"{self.place(sub, frame)}:{self.generator.integer(sub, frame)}"

    def entries(self, member, sizes, frame: Frame) -> str:
        """The value of a name that is defined by its entries, rows or columns."""
        names = [i.name for i in member.indices if isinstance(i, Var)]
        own = {n: self.generator.names.of(("index", n), n) for n in names}
        block = frame.inside(**own)
        text = self._term(member.body, block, frame, list(own.values()))
        loops = [f"for {own[n]} in {loop_range('1', self.generator.size(d, frame))}" for n, d in zip(names, [
            d for d, i in zip(sizes if len(sizes) == len(member.indices) else [sizes[1] if sizes[0] == ONE else sizes[0]], member.indices) if isinstance(i, Var)])]  # fmt: skip
        slices = [isinstance(i, Slice) for i in member.indices]
        if any(slices):
            axis = 0 if slices[1] else 1
            return f"{self.library.prefix}.concatenate([{text} {loops[0]}], {axis})"
        if len(names) == 1:
            row = sizes[0] == ONE and sizes[1] != ONE
            return self.word("array", f"[[{text} {loops[0]}]]" if row else f"[[{text}] {loops[0]}]")
        for loop in reversed(loops):
            text = f"[{text} {loop}]"
        return self.word("array", text)

    def _term(self, node: Node, block: Frame, frame: Frame, arguments: list[str]) -> str:
        """A text for use in a comprehension; a local function where it needs lines of its own."""
        text = self.text(node, block)
        if not block.lines:
            return text
        name = self.generator.names.fresh("term")
        frame.lines.append(f"def {name}({', '.join(arguments)}):")
        frame.lines.extend("    " + line for line in [*block.lines, f"return {text}"])
        return f"{name}({', '.join(arguments)})"

    # --- functions -----------------------------------------------------------------------------------

    def _Call(self, node, frame):
        function = node.function
        if function.builtin:
            return self._builtin(node, frame)
        name = self.function(node, frame)
        return f"{name}({', '.join(self.real(a, frame) for a in node.arguments)})"

    def real(self, node: Node, frame: Frame) -> str:
        """The text of a function's argument: whole numbers get a point, since libraries refuse them."""
        text = self.text(node, frame)
        if is_literal(node):
            return f"{text}.0" if text.lstrip("-").isdigit() else text
        whole = not self.shape(node) and all(isinstance(n, Var | Num | Add | Neg | Product | Pow) for n in walk(node))
        return f"float({text})" if whole else text

    def function(self, node: Call, frame: Frame) -> str:
        """The text of a page's function, its primes and labels included."""
        function = node.function
        symbol = self.generator.scope.by_uid[function.name]
        name = self.generator.value(frame, symbol.uid)
        defined = symbol.is_defined
        if function.labels:
            name += f"[{', '.join(self.generator.integer(label, frame) for label in function.labels)}]"
        each = self.typed.readings.get(id(node)) == "each"
        if each and defined and self.shape(node.arguments[0]) and not _elementwise_body(symbol):
            name = self.word("each", name)
        for _ in range(function.primes):
            if not self.library.differentiates:
                if defined:
                    raise cannot(f"{self.library.name} does not differentiate {symbol.name}", node, "use --to jax")
                name = "d" + name
                self.generator.given.setdefault(("function", name), _derived(name, symbol))
            else:
                name = self.word("slope" if each else "whole_slope", name)
        return name

    def _builtin(self, node: Call, frame: Frame):
        name, primes = node.function.name, node.function.primes
        if name in ("max", "min") and len(node.arguments) > 1:
            return self._extreme(node, frame)
        if name in functions.TABLE:
            return self._elementwise(node, name, primes, frame)
        return self._whole(node, name, frame)

    def _elementwise(self, node: Call, name: str, primes: int, frame: Frame):
        template = getattr(functions.TABLE[name], self.library.column)
        if "scipy." in template and "jax." not in template:
            self.generator.helpers.add("scipy")
        argument = self.real(node.arguments[0], frame)
        if not primes:
            if self.library.name == "PyTorch" and not self.shape(node.arguments[0]) and is_literal(node.arguments[0]):
                argument = f"torch.tensor({argument})"
            return template.format(argument)
        if not self.library.differentiates:
            if primes > 1 or name not in DERIVATIVES:
                raise cannot(f"{self.library.name} has no derivative of {name}", node, "use --to jax")
            return DERIVATIVES[name].format(self.at(node.arguments[0], frame, ATOM))
        text = f"lambda t: {template.format('t')}"
        for _ in range(primes):
            text = self.word("slope", text)
        return f"{text}({argument})"

    def _whole(self, node: Call, name: str, frame: Frame):
        (argument,) = node.arguments
        text, shape = self.text(argument, frame), self.shape(argument)
        if name in ("softmax", "logsoftmax", "logsumexp"):
            stated = self.typed.unifier.stated(self.typed.shapes[id(argument)])
            if not shape and not stated:
                raise cannot(f"{name} of a single number", node)
            vector = any(d.number == 1 for d in stated)
            row = stated[0].number == 1 if vector else self.typed.conventions.vectors == "row"
            result = self.word(name, text, "1" if row else "0")
            return f"{result}[0, 0]" if name == "logsumexp" and not self.shape(node) else result
        if name == "vec":
            return f"{self.at(argument, frame, ATOM)}.T.reshape(-1, 1)" if shape else text
        if name == "diag":
            return self._diag(argument, shape, frame)
        if not shape:
            return text
        if name in ("argmax", "argmin"):
            return ADD, f"1 + {self.word(name, text)}"
        key = {"entrysum": "sum", "entrymean": "mean"}.get(name, name)
        return self.word(key, text)

    def _diag(self, argument: Node, shape, frame: Frame):
        if not shape:
            return self.text(argument, frame)
        if ONE in shape:
            return self.word("diag", self.at(argument, frame, ATOM) + ("[:, 0]" if shape[1] == ONE else "[0, :]"))
        row = self.typed.conventions.vectors == "row"
        return self.word("diag", self.text(argument, frame)) + ("[None, :]" if row else "[:, None]")

    def _extreme(self, node: Call, frame: Frame):
        name = node.function.name
        if self.library.name == "PyTorch":
            values = [a for a in node.arguments if not is_literal(a)]
            literals = [a for a in node.arguments if is_literal(a)]
            if len(values) != 1 or len(literals) != 1:
                raise cannot(f"PyTorch code for this {name}", node)
            end = "min" if name == "max" else "max"
            return f"torch.clamp({self.text(values[0], frame)}, {end}={self.text(literals[0], frame)})"
        text = self.text(node.arguments[0], frame)
        for other in node.arguments[1:]:
            text = self.word(name + "imum", text, self.text(other, frame))
        return text

    def _Norm(self, node, frame):
        text = self.text(node.body, frame)
        if not self.shape(node.body):
            return self.word("abs", text)
        if node.kind == "1":
            return self.word("sum", self.word("abs", text))
        if node.kind == "\\infty":
            return self.word("max", self.word("abs", text))
        return self.word("norm", text)

    def _Abs(self, node, frame):
        return self.word("abs", self.text(node.body, frame))

    # --- sums, cases, matrices -----------------------------------------------------------------------------

    def _Big(self, node: Big, frame: Frame):
        if node.op == "sum":
            text = vectorised(self, node, frame)
            if text is not None:
                return text
        own = {b.name: self.generator.names.of(("index", b.name), b.name) for b in node.bindings}
        block = frame.inside(**own)
        loops = []
        for i, binding in enumerate(node.bindings):
            partial = frame.inside(**{b.name: own[b.name] for b in node.bindings[:i]})
            loops.append(f"for {own[binding.name]} in {self.range(binding, partial)}")
        tests = [self.condition(c, block) for c in node.conditions]
        term = self._term(node.body, block, frame, list(dict.fromkeys([*own.values()])))
        items = f"{term} {' '.join(loops)}" + (f" if {' and '.join(tests)}" if tests else "")
        if node.op == "sum":
            return f"sum({items})"
        if node.op == "prod" and self.shape(node):
            self.generator.helpers.add("reduce")
            return f"reduce(lambda a, b: a @ b, [{items}], {self.word('eye', self.size(node, 0, frame))})"
        items = self.word("array", f"[{items}]")
        if node.op in ("argmax", "argmin"):
            if len(own) > 1 or tests or node.bindings[0].members:
                raise cannot(f"there is no code for this {node.op}", node)
            low = self.generator.integer(node.bindings[0].low, frame) if node.bindings[0].low is not None else "1"
            return ADD, f"{low} + {self.word(node.op, items)}"
        return self.word(node.op, items)

    def range(self, binding: Binding, frame: Frame) -> str:
        """What a sum's index runs over."""
        found = self.typed.ranges.get(id(binding))
        if binding.low is None and not binding.members and isinstance(found, Binding):
            binding = found
        if binding.members:
            return f"({', '.join(self.generator.integer(m, frame) for m in binding.members)},)"
        if binding.low is not None:
            return loop_range(self.generator.integer(binding.low, frame), self.generator.integer(binding.high, frame))
        return loop_range("1", self.generator.size(self.typed.unifier.resolve(found), frame))

    def _Cases(self, node: Cases, frame: Frame):
        indices = all(self.of_integers(c) for _, conditions in node.branches for c in conditions)
        parts = [(self.at(v, frame, ADD), [self.condition(c, frame) for c in cs]) for v, cs in node.branches]
        otherwise = parts.pop()[0] if not parts[-1][1] else None
        if indices:
            text = otherwise if otherwise is not None else parts.pop()[0]
            for value, tests in reversed(parts):
                text = f"{value} if {' and '.join(tests)} else {text}"
            return f"({text})"
        text = otherwise if otherwise is not None else parts.pop()[0]
        for value, tests in reversed(parts):
            condition = tests[0] if len(tests) == 1 else " & ".join(f"({t})" for t in tests)
            text = self.word("where", condition, value, text)
        return text

    def _MatrixLiteral(self, node: MatrixLiteral, frame: Frame):
        if any(isinstance(cell, Dots) for row in node.rows for cell in row):
            raise cannot("there is no code for a matrix with dots", node, "define it by its entries, as in J_{ij} = …")
        cells = [[self._cell(cell, frame) for cell in row] for row in node.rows]
        plain = all(scalar for row in cells for scalar, _ in row)
        if all(floating(t) != t for row in cells for _, t in row):
            cells = [[(scalar, floating(t)) for scalar, t in row] for row in cells]
        text = "[" + ", ".join("[" + ", ".join(t for _, t in row) + "]" for row in cells) + "]"
        text = self.word("array" if plain else "block", text)
        return text if self.shape(node) else text + "[0, 0]"

    def _cell(self, cell: Node, frame: Frame) -> tuple[bool, str]:
        if is_zero(cell):
            shape = self.typed.unifier.shape(self.typed.shapes[id(cell)])
            if len(shape) == 2:
                return False, self.word("zeros", *(self.generator.size(d, frame) for d in shape))
            return True, "0.0" if self.library.name == "PyTorch" else "0"
        return not self.shape(cell), self.text(cell, frame)

    def _ShapeClaim(self, node, frame):
        return self.rule(node.body, frame)

    # --- derivatives ---------------------------------------------------------------------------------------

    def _Derivative(self, node, frame):
        return derivative(self, node, frame)

    def _Differential(self, node, frame):
        return differential(self, node, frame)

    def _At(self, node, frame):
        return replaced(self, node, frame)


WITHOUT = {"Limit": "a limit", "BigO": "a remainder O(…)", "Dots": "dots", "Function": "a function without its argument"}


def _elementwise_body(symbol) -> bool:
    """Whether a function's own formula acts entry by entry as it stands."""
    body = next(m.body for m in reversed(symbol.members) if m.body is not None)
    kinds = {"Num", "Const", "Ref", "Neg", "Add", "Product", "Div", "Pow", "Call", "Function", "Var", "Inverse"}
    return all(
        type(n).__name__ in kinds and (not isinstance(n, Call) or (n.function.builtin and n.function.name in functions.TABLE) or (n.function.builtin and n.function.name in ("max", "min") and len(n.arguments) > 1))
        for n in walk(body)
    )


def _derived(name: str, symbol):
    return Given(name, symbol.uid, "derivative", f"{name}: the derivative of {name[1:]}, entry by entry")


__all__ = ["Expressions"]
