"""A formula → a source file in one library: what is given, the definitions, both sides, and the check that they agree."""

from __future__ import annotations

from dataclasses import dataclass

from texecute.emit.code import Generator
from texecute.emit.expressions import Expressions
from texecute.emit.families import loop_range
from texecute.emit.frames import Frame, cannot
from texecute.emit.libraries import Library
from texecute.errors import FormulaError
from texecute.items import Found
from texecute.names import Member, Scope, Symbol
from texecute.syntax import BigO, Binding, Derivative, Differential, Index, Ref, Transpose, walk
from texecute.verdict import Claim

COMPARISONS = {"=": "allclose", "\\approx": "allclose", "\\le": "<=", "\\ge": ">=", "<": "<", ">": ">", "\\ne": "!="}


@dataclass
class Sides:
    """The sides of a claim as code: the generator with its definitions, the block of lines, the texts, the loops.

    A side that cannot be written (a derivative in NumPy) is None.
    """

    generator: Generator
    block: Frame
    texts: list[str | None]
    indices: list[tuple[str, str]]
    tests: list[str]


def sides_of(claim: Claim, library: Library) -> Sides:
    """The code of an inferred claim; FormulaError of kind `emit` for what has none."""
    if any(isinstance(n, BigO) for p in claim.relation.parts for n in walk(p)):
        raise cannot("there is no code for a remainder O(…)", claim.relation.parts[-1])
    generator = Generator(claim.scope, library, Expressions)
    generator.varying = _varying(claim, generator)
    code = Expressions(generator, claim.inference.typed)
    order = claim._order()
    own = {name: generator.names.of(("index", name), name) for name, _ in order}
    block = generator.root.inside(**own)
    indices = [(own[name], _range(code, what, block)) for name, what in order]
    tests = [code.condition(c, block) for c in claim.relation.ranges.conditions]
    texts: list[str | None] = []
    problem = None
    for part in claim.relation.parts:
        try:
            texts.append(code.text(part, block))
        except FormulaError as error:
            if library.differentiates or error.kind != "emit":
                raise
            texts.append(None)
            problem = error
    if problem is not None and not any(texts):
        raise problem
    return Sides(generator, block, texts, indices, tests)


def _range(code: Expressions, what, frame: Frame) -> str:
    if isinstance(what, Binding):
        return code.range(what, frame)
    return loop_range("1", code.generator.size(code.typed.unifier.resolve(what), frame))


def _varying(claim: Claim, generator: Generator) -> tuple[str, ...]:
    """Names whose bare differential stands in the claim and that depend on no other such name."""
    names = []
    for part in claim.relation.parts:
        for node in walk(part):
            if isinstance(node, Differential):
                body = node.body
                while isinstance(body, Transpose | Index):
                    body = body.body
                if isinstance(body, Ref):
                    if body.labels:
                        raise cannot("there is no code for the differential of a member of a family", node)
                    names.append(body.name)
    names = list(dict.fromkeys(names))
    return tuple(n for n in names if not any(o != n and generator.depends(n, o) for o in names))


def claim_source(claim: Claim, library: Library) -> str:
    """A claim as a file: given names, definitions, both sides, and the comparison."""
    sides = sides_of(claim, library)
    generator = sides.generator
    names = ["left", "right"] if len(sides.texts) == 2 else [f"part_{i + 1}" for i in range(len(sides.texts))]
    lines = [*sides.block.lines]
    given = None if library.differentiates else _given_name(claim, sides)
    if given is not None:
        index, name = given
        lines.append(f"{name} = {sides.texts[index]}")
    else:
        for name, text in zip(names, sides.texts):
            if text is not None:
                lines.append(f"{name} = {text}")
            else:
                lines.append(f"# {name}: a derivative; {library.name} has none")
        lines += _comparisons(claim, sides, names, library)
    for test in reversed(sides.tests):
        lines = [f"if {test}:", *("    " + line for line in lines)]
    for index, values in reversed(sides.indices):
        if given is not None and f"{given[1].split('[')[0]}[{index} + " in sides.texts[given[0]]:
            # What is assigned needs its successor: from the last to the first.
            values = f"reversed({values})"
        lines = [f"for {index} in {values}:", *("    " + line for line in lines)]
    return assemble(generator, lines)


def _given_name(claim: Claim, sides: Sides) -> tuple[int, str] | None:
    """In NumPy `∂L/∂z = …` is an assignment to the derivative's name."""
    first, second = claim.relation.parts[:2]
    if len(claim.relation.parts) == 2 and claim.relation.relations == ("=",) and all(sides.texts):
        for index, part in ((1, first), (0, second)):
            if isinstance(part, Derivative) and sides.texts[1 - index].split("[")[0] in {g.name for g in sides.generator.given.values() if g.kind == "derivative"}:
                return index, sides.texts[1 - index]
    return None


def _comparisons(claim: Claim, sides: Sides, names: list[str], library: Library) -> list[str]:
    lines = []
    for op, a, b, left, right in zip(claim.relation.relations, names, names[1:], sides.texts, sides.texts[1:]):
        if left is None or right is None:
            continue
        sign = COMPARISONS[op]
        if op == "\\approx":
            lines.append(f"print({a}, {b})")
            continue
        if sign == "allclose":
            if library.prefix == "torch":
                lines.append(f"torch.testing.assert_close(torch.as_tensor({a}), torch.as_tensor({b}))")
            else:
                lines.append(f"assert {library.word('allclose', a, b)}")
        elif sign != "!=":
            lines.append(f"assert {a} {sign} {b}")
    return lines


def definition_source(scope: Scope, symbol: Symbol, member: Member, library: Library) -> str:
    """A definition as a file, with the definitions that it needs."""
    generator = Generator(scope, library, Expressions)
    generator.value(generator.root, symbol.uid)
    return assemble(generator, [])


def assemble(generator: Generator, lines: list[str]) -> str:
    """Imports, helpers, comments on what is given, definitions, and the lines."""
    library = generator.library
    blocks = []
    imports = list(library.imports)
    imports[1:1] = [library.helpers[h] for h in ("scipy",) if h in generator.helpers and h in library.helpers]
    if "reduce" in generator.helpers:
        imports.insert(0, library.helpers["reduce"])
    blocks.append("\n".join(imports))
    for name in library.helpers:
        if name in generator.helpers and name not in ("scipy", "reduce"):
            blocks.append(library.helpers[name])
    notes = [f"#   {g.comment}" for g in generator.given.values() if g.comment]
    if notes:
        blocks.append("\n".join(["# Given:", *notes]))
    if generator.root.lines:
        blocks.append("\n".join(generator.root.lines))
    if lines:
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def source_of(found: Found, library: Library) -> str:
    """The source of a formula: of its claims if it has any, else of its definitions."""
    if found.error is not None:
        raise found.error
    claims = found.claims()
    if claims:
        texts = []
        for claim in claims:
            claim.infer()
            texts.append(claim_source(claim, library))
        return "\n\n".join(texts)
    definitions = [i for i in found.items if i.role == "definition" and i.member is not None and i.member.body is not None]
    if not definitions:
        raise cannot("this formula neither defines nor claims anything", None, "take one with = in it")
    return "\n\n".join(definition_source(found.scope, found.scope.by_uid[i.symbol.uid], i.member, library) for i in definitions)


__all__ = ["Sides", "sides_of", "claim_source", "definition_source", "source_of", "assemble"]
