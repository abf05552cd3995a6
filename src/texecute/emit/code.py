"""Definitions → Python source: which names come first, what is recomputed, what is given."""

from __future__ import annotations

from texecute.dims import Dim, declared_shape
from texecute.emit.families import define_families
from texecute.emit.frames import Frame, Given, cannot, closure
from texecute.emit.naming import Names, floating
from texecute.names import Member, Scope, Symbol
from texecute.shapes import Inference
from texecute.syntax import Add, Div, Domain, Neg, Node, Num, Operation, Pow, Product, Var, walk


class Generator:
    """Collects the source of one formula in one library's spelling; `writer` writes expressions."""

    def __init__(self, scope: Scope, library, writer):
        self.scope = scope
        self.writer = writer
        self.library = library
        self.names = Names(scope.symbols)
        self.root = Frame()
        self.given: dict[tuple[str, str], Given] = {}
        self.helpers: set[str] = set()
        self.varying: tuple[str, ...] = ()
        self.typed_members: dict[int, tuple] = {}
        self.keep: list = []
        self._reach: dict[str, frozenset] | None = None

    # --- what depends on what --------------------------------------------------------

    def reach(self, uid: str) -> frozenset:
        """All names on which a name depends, through every definition."""
        if self._reach is None:
            self._reach = closure(self.scope)
        return self._reach.get(uid, frozenset())

    def depends(self, uid: str, on: str) -> bool:
        """Whether a name, other than by being it, depends on another."""
        return on in self.reach(uid)

    def affected(self, frame: Frame, uid: str) -> bool:
        """Whether a name must be computed anew in this frame."""
        return any(self.depends(uid, name) for name in frame.cut)

    # --- values ----------------------------------------------------------------------

    def name(self, uid: str) -> str:
        """The identifier of a value or function."""
        return self.names.of(uid, self.scope.by_uid[uid].name if uid in self.scope.by_uid else uid)

    def value(self, frame: Frame, uid: str) -> str:
        """The identifier of a name, after making sure that it has its value in the right frame."""
        at: Frame | None = frame
        while at is not None:
            if not at.block and (at.parent is None or uid in at.cut or self.affected(at, uid)):
                self._define(at, uid)
                return self.name(uid)
            at = at.parent
        raise AssertionError(uid)

    def _define(self, frame: Frame, uid: str) -> None:
        if uid in frame.done:
            return
        symbol = self.scope.by_uid[uid]
        if uid in frame.cut and not (frame.cut[uid] is not None and self.depends(uid, uid)):
            frame.done.add(uid)
            return
        if symbol.role == "function":
            frame.done.add(uid)
            self._function(frame, symbol)
            return
        group = sorted({uid} | {v for v in self.reach(uid) if uid in self.reach(v) and v in self.scope.by_uid})
        frame.done.update(group)
        symbols = [self.scope.by_uid[u] for u in group]
        if any(m.pattern for s in symbols for m in s.members):
            define_families(self, frame, symbols)
        else:
            self._single(frame, symbol)

    def _single(self, frame: Frame, symbol: Symbol) -> None:
        member = next((m for m in reversed(symbol.members) if m.body is not None), None)
        if member is None:
            self.take(symbol)
            return
        frame.lines.append(f"{self.name(symbol.uid)} = {floating(self.body(frame, symbol, member, {}))}")

    def take(self, symbol: Symbol) -> None:
        """Makes a declared name an input."""
        name = self.name(symbol.uid)
        if ("value", name) not in self.given:
            self.given["value", name] = Given(name, symbol.uid, "value", self._shape_comment(symbol))

    def _shape_comment(self, symbol: Symbol) -> str:
        notes = []
        for member in symbol.members:
            if isinstance(member.domain, Domain):
                label = "".join(f"[{self.integer(p, Frame(indices=_own(p)))}]" for p in member.pattern)
                sizes = tuple(self.integer(n, Frame(indices=_own(*member.pattern)), note=True) for n in member.domain.shape)
                notes.append(f"{self.name(symbol.uid)}{label}: {' × '.join(sizes) if sizes else 'a number'}")
        return ", ".join(dict.fromkeys(notes))

    def member(self, member: Member, symbol: Symbol):
        """The inferred tree of a definition, and the sizes of its entries."""
        if id(member) not in self.typed_members:
            inference = Inference(self.scope, member.conventions)
            inference.bound = frozenset(b.name for b in member.ranges.bindings) | frozenset(
                v.name for p in member.pattern for v in walk(p) if isinstance(v, Var)
            )
            shape = inference.infer(member.body)
            declared = declared_shape(symbol) if not member.pattern else None
            sizes = inference.entry_shape(member, shape, member.body.span, declared) if member.indices else None
            if declared is not None and sizes is None:
                inference.unifier.same_shape(shape, declared)
            self.typed_members[id(member)] = (inference.typed, sizes)
            self.keep.append((member, inference))
        return self.typed_members[id(member)]

    def body(self, frame: Frame, symbol: Symbol, member: Member, indices: dict[str, str]) -> str:
        """The text of a definition's right side; `indices` are its labels."""
        typed, sizes = self.member(member, symbol)
        inner = Frame(frame, indices=dict(indices), block=True)
        code = self.writer(self, typed)
        text = code.entries(member, sizes, inner) if member.indices else code.text(member.body, inner)
        frame.lines.extend(inner.lines)
        return text

    # --- functions ----------------------------------------------------------------------

    def _function(self, frame: Frame, symbol: Symbol) -> None:
        """`def f(x): …` for a function that the page defines; an input for an arbitrary one."""
        member = next((m for m in reversed(symbol.members) if m.body is not None), None)
        name = self.name(symbol.uid)
        if member is None:
            domain = symbol.domain
            kind = "a function of one number, entry by entry" if domain is not None and len(domain.arguments) == 1 and not domain.arguments[0].shape and not domain.result.shape else "a function"
            self.given.setdefault(("function", name), Given(name, symbol.uid, "function", f"{name}: {kind}"))
            return
        if any(m.pattern for m in symbol.members):
            raise cannot(f"{symbol.name} is a family of functions with definitions of their own: there is no code for it")
        inner = frame.function({p.name: None for p in member.parameters})
        inner.indices = {}
        typed, _ = self.member(member, symbol)
        text = self.writer(self, typed).text(member.body, inner)
        parameters = [self.name(p.name) for p in member.parameters]
        self.define_function(frame, name, parameters, inner, text)

    def define_function(self, frame: Frame, name: str, parameters: list[str], inner: Frame, result: str) -> None:
        """Writes a nested function into the frame's lines."""
        defaults = [f"{d}={d}" for d in dict.fromkeys(inner.defaults) if d not in parameters]
        frame.lines.append(f"def {name}({', '.join([*parameters, *defaults])}):")
        frame.lines.extend("    " + line for line in [*inner.lines, f"return {result}"])

    # --- integers -------------------------------------------------------------------------

    def integer(self, node: Node, frame: Frame, note: bool = False) -> str:
        """An integer expression as Python text."""
        return self._integer(node, frame, note)[1]

    def _integer(self, node: Node, frame: Frame, note: bool) -> tuple[int, str]:
        if isinstance(node, Num):
            return 9, str(int(float(node.text)))
        if isinstance(node, Var):
            return 9, self._integer_name(node, frame, note)
        if isinstance(node, Add):
            text = ""
            for i, term in enumerate(node.terms):
                minus = isinstance(term, Neg)
                level, part = self._integer(term.body if minus else term, frame, note)
                part = f"({part})" if minus and level < 2 else part
                text += (" - " if minus else " + ") + part if i else ("-" if minus else "") + part
            return 1, text
        if isinstance(node, Neg):
            return 1, "-" + self._tight(node.body, frame, note)
        if isinstance(node, Product):
            return 2, " * ".join(self._tight(f, frame, note) for f in node.factors)
        if isinstance(node, Operation) and node.op in ("cdot", "times", "ast"):
            return 2, f"{self._tight(node.left, frame, note)} * {self._tight(node.right, frame, note)}"
        if isinstance(node, Div):
            return 2, f"{self._tight(node.top, frame, note)} // {self._tight(node.bottom, frame, note)}"
        if isinstance(node, Pow):
            return 2, f"{self._tight(node.base, frame, note)}**{self._tight(node.exponent, frame, note)}"
        raise cannot("this is no integer expression", node)

    def _tight(self, node: Node, frame: Frame, note: bool) -> str:
        level, text = self._integer(node, frame, note)
        return f"({text})" if level < 9 else text

    def _integer_name(self, node: Var, frame: Frame, note: bool) -> str:
        if not node.labels and node.name in frame.indices:
            return frame.indices[node.name]
        symbol = self.scope.lookup(node.name)
        if symbol is not None and symbol.role == "value":
            return f"int({self.value(frame, symbol.uid)})"
        if symbol is None and not node.labels:
            # A label that is a word: W^{[out]}.
            return repr(node.name)
        name = self.names.of(("integer", node.name), node.name)
        if not note:
            self.given.setdefault(("integer", name), Given(name, node.name, "integer", f"{name}: an integer"))
        labels = [self.integer(label, frame, note) for label in node.labels]
        return f"{name}[{', '.join(labels)}]" if labels else name

    def size(self, dim: Dim, frame: Frame) -> str:
        """A symbolic size as Python text."""
        if any(a[0] == "?" for a in dim.atoms()):
            raise cannot("a size that nothing in the formula decides", None, "give \\mathbf 1, I or 0 their size as a subscript")
        text = ""
        for monomial, count in sorted(dim.terms.items(), key=lambda item: (not item[0], repr(item[0]))):
            factors = [self._atom(atom, frame) for atom in monomial]
            if abs(count) != 1 or not factors:
                factors.insert(0, str(abs(count)))
            part = " * ".join(factors)
            text += (" - " if count < 0 else " + ") + part if text else ("-" if count < 0 else "") + part
        return text or "0"

    def _atom(self, atom, frame: Frame) -> str:
        name, label = atom
        return self._integer_name(Var(name, () if label is None else (_node_of(label),)), frame, False)


def _own(*patterns: Node) -> dict[str, str]:
    return {v.name: v.name for p in patterns for v in walk(p) if isinstance(v, Var)}


def _node_of(form) -> Node:
    """A label's linear form as a tree."""
    if len(form) == 1:
        return Var(form[0])
    terms: list[Node] = []
    for name, count in form[0]:
        node: Node = Var(name) if abs(count) == 1 else Product((Num(str(abs(count))), Var(name)))
        terms.append(Neg(node) if count < 0 else node)
    if form[1] or not terms:
        number: Node = Num(str(abs(form[1])))
        terms.append(Neg(number) if form[1] < 0 else number)
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


__all__ = ["Generator"]
