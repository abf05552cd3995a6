"""Families (`z^{[l]}`, `h_t`) → dictionaries that loops fill, recurrences in the right order."""

from __future__ import annotations

from texecute.dims import linear
from texecute.emit.frames import Frame, cannot, singles
from texecute.emit.naming import floating
from texecute.names import Member, Symbol
from texecute.syntax import Binding, Ref, walk


class Row:
    """One definition of some members of a family: its label's variable, range and what it needs."""

    def __init__(self, generator, symbol: Symbol, member: Member, group: set[str]):
        self.symbol, self.member = symbol, member
        if len(member.pattern) != 1:
            raise cannot(f"{symbol.name} has several labels: there is no code for its definition", member.body)
        form = linear(member.pattern[0])
        if len(form) == 1:
            raise cannot(f"the label of {symbol.name} is no number", member.body)
        names = [(n, c) for n, c in form[0] if _is_label(generator, member, n)]
        self.variable = names[0][0] if names else None
        if len(names) > 1 or (names and (names[0][1] != 1 or len(form[0]) > 1)):
            raise cannot(f"the label of {symbol.name} is not of the form l + 1", member.body)
        self.offset = form[1] if names else 0
        self.binding = self._binding(generator) if names else None
        self.form = form
        self.steps = []
        self.needs = []
        for node in walk(member.body):
            if isinstance(node, Ref) and node.name in group:
                self._step(node, form)

    def _binding(self, generator) -> Binding:
        for binding in self.member.ranges.bindings:
            if binding.name == self.variable and (binding.low is not None or binding.members):
                return binding
        binding = generator.scope.ranges.get(self.variable)
        if binding is None:
            raise cannot(f"the range of {self.variable} in the definition of {self.symbol.name} is not stated", self.member.body,
                         f"state it, as in {self.variable} = 1,\\dots,L")  # fmt: skip
        return binding

    def _step(self, node: Ref, own) -> None:
        label = linear(node.labels[0]) if node.labels else None
        if label is None or len(label) == 1:
            raise cannot("a recurrence whose step cannot be read", node)
        if self.variable is None:
            self.needs.append((node.name, label))
        elif label[0] == own[0]:
            self.steps.append((node.name, label[1] - own[1]))
        elif any(n == self.variable for n, _ in label[0]):
            raise cannot("a recurrence whose step is not a number", node)


def _is_label(generator, member: Member, name: str) -> bool:
    """Whether a letter in a member's pattern runs (and is no fixed size such as L)."""
    if any(b.name == name for b in member.ranges.bindings):
        return True
    symbol = generator.scope.lookup(name)
    return symbol is None or symbol.role != "integer" or symbol.domain is not None


def define_families(generator, frame: Frame, symbols: list[Symbol]) -> None:
    """Lines that fill the dictionaries of these families, which may need one another."""
    group = {s.uid for s in symbols}
    rows = []
    for symbol in symbols:
        name = generator.name(symbol.uid)
        if any(not m.pattern for m in symbol.members):
            raise cannot(f"{symbol.name} stands with and without a label: there is no code for it")
        defined = [m for m in symbol.members if m.body is not None]
        declared = any(m.body is None for m in symbol.members)
        if frame.parent is None:
            if declared:
                generator.take(symbol)
            elif defined:
                frame.lines.append(f"{name} = {{}}")
        elif symbol.uid not in frame.cut:
            if declared:
                generator.value(frame.parent, symbol.uid)
                frame.defaults.append(name)
            frame.lines.append(f"{name} = dict({name})" if declared else f"{name} = {{}}")
        for label, single in singles(generator.scope, symbol).items():
            if symbol.uid in frame.cut:
                # The copy of the dictionary has it, or it is what is replaced.
                continue
            frame.lines.append(f"{name}[{label}] = {generator.value(frame, single)}")
        rows += [Row(generator, symbol, m, group) for m in defined]
    moving = [r for r in rows if r.variable is not None]
    first, last = _in_order([r for r in rows if r.variable is None], moving)
    for row in first:
        _assign(generator, frame, row, generator.integer(row.member.pattern[0], Frame()), {})
    if any(r.steps for r in moving):
        _recurrence(generator, frame, moving)
    else:
        for row in moving:
            _loop(generator, frame, [row])
    for row in last:
        _assign(generator, frame, row, generator.integer(row.member.pattern[0], Frame()), {})


def _in_order(fixed: list[Row], moving: list[Row]) -> tuple[list[Row], list[Row]]:
    """Members with a label of their own, each behind those that it needs: before the loop, and behind it."""
    own = {(row.symbol.uid, row.form): row for row in fixed}
    looped = {row.symbol.uid for row in moving}
    order: list[Row] = []
    after_loop: set[int] = set()
    open_rows: list[int] = []

    def visit(row: Row) -> None:
        if row in order:
            return
        if id(row) in open_rows:
            raise cannot("a recurrence in a circle", row.member.body)
        open_rows.append(id(row))
        for name, form in row.needs:
            other = own.get((name, form))
            if other is not None:
                visit(other)
                if id(other) in after_loop:
                    after_loop.add(id(row))
            elif name in looped:
                after_loop.add(id(row))
        open_rows.pop()
        order.append(row)

    for row in fixed:
        visit(row)
    return [r for r in order if id(r) not in after_loop], [r for r in order if id(r) in after_loop]


def _assign(generator, frame: Frame, row: Row, label: str, indices: dict[str, str], guard: str = "") -> None:
    name = generator.name(row.symbol.uid)
    inner = frame.inside()
    inner.lines = []
    text = floating(generator.body(inner, row.symbol, row.member, indices))
    lines = [*inner.lines, f"{name}[{label}] = {text}"]
    conditions = [guard] if guard else []
    at: Frame | None = frame
    while at is not None:
        cut = at.cut.get(row.symbol.uid)
        if cut is not None and not at.block:
            if cut == label:
                return
            if not (cut.isdigit() and label.isdigit()):
                conditions.append(f"{label} != {cut}")
        at = at.parent if at.block else None
    if conditions:
        frame.lines.append(f"if {' and '.join(conditions)}:")
        lines = ["    " + line for line in lines]
    frame.lines.extend(lines)


def _ends(generator, row: Row) -> tuple[str, str]:
    binding = row.binding
    if binding.members:
        raise cannot("a family whose members are listed one by one", row.member.body)
    frame = Frame()
    ends = []
    for end in (binding.low, binding.high):
        text = generator.integer(end, frame)
        ends.append(_shift(text, row.offset))
    return ends[0], ends[1]


def _shift(text: str, by: int) -> str:
    if not by:
        return text
    if text.lstrip("-").isdigit():
        return str(int(text) + by)
    return f"{text} {'+' if by > 0 else '-'} {abs(by)}"


def loop_range(low: str, high: str, backwards: bool = False) -> str:
    """A range with both ends included."""
    if backwards:
        return f"range({high}, {after(low, -1)}, -1)"
    return f"range({low}, {after(high, 1)})"


def after(text: str, by: int) -> str:
    parts = text.rsplit(" ", 2)
    if len(parts) == 3 and parts[1] in "+-" and parts[2].isdigit():
        number = int(parts[2]) * (1 if parts[1] == "+" else -1) + by
        return parts[0] if not number else f"{parts[0]} {'+' if number > 0 else '-'} {abs(number)}"
    return _shift(text, by)


def _loop(generator, frame: Frame, rows: list[Row], backwards: bool = False) -> None:
    ends = [_ends(generator, row) for row in rows]
    low, high = ends[0]
    if len(set(e[0] for e in ends)) > 1:
        low = f"min({', '.join(dict.fromkeys(e[0] for e in ends))})"
    if len(set(e[1] for e in ends)) > 1:
        high = f"max({', '.join(dict.fromkeys(e[1] for e in ends))})"
    index = _loop_index(generator, frame, rows[0].variable)
    block = frame.inside(**{index: index})
    for row, (first, last) in zip(rows, ends):
        own = {row.variable: _shift(index, -row.offset) if not row.offset else f"({_shift(index, -row.offset)})"}
        guards = []
        if first != low or last != high:
            guards.append(f"{first} <= {index} <= {last}")
        for condition in row.member.ranges.conditions:
            inner = Frame(indices=own)
            sides = [generator.integer(side, inner) for side in (condition.left, condition.right)]
            guards.append(f"{sides[0]} {OPERATORS[condition.op]} {sides[1]}")
        _assign(generator, block, row, index, own, " and ".join(guards))
    frame.lines.append(f"for {index} in {loop_range(low, high, backwards)}:")
    frame.lines.extend("    " + line for line in block.lines)


OPERATORS = {"=": "==", "\\ne": "!=", "\\le": "<=", "\\ge": ">=", "<": "<", ">": ">"}


def _loop_index(generator, frame: Frame, variable: str) -> str:
    index = generator.names.of(("index", variable), variable)
    while index in frame.indices.values():
        index += "_"
    return index


def _recurrence(generator, frame: Frame, rows: list[Row]) -> None:
    """One loop for all families that need one another, in the direction in which they need it."""
    steps = {d for row in rows for _, d in row.steps if d}
    if any(d < 0 for d in steps) and any(d > 0 for d in steps):
        raise cannot("a recurrence that goes in both directions", rows[0].member.body)
    order: list[Row] = []
    rest = list(rows)
    while rest:
        waiting = {row.symbol.uid for row in rest}
        ready = [row for row in rest if not any(name in waiting and not d and name != row.symbol.uid for name, d in row.steps)]
        if not ready or any(not d and name == row.symbol.uid for row in ready for name, d in row.steps):
            raise cannot("a recurrence in a circle", rest[0].member.body)
        order += ready
        rest = [row for row in rest if row not in ready]
    _loop(generator, frame, order, any(d > 0 for d in steps))


__all__ = ["define_families", "loop_range", "OPERATORS", "after"]
