"""Tree → spoken English, for the alternative text of a formula."""

from __future__ import annotations

import re

from texecute.emit.naming import ACCENTED, STYLED
from texecute.names import Scope
from texecute.syntax import (
    Add,
    Big,
    Binding,
    By,
    Domain,
    Function,
    FunctionSpace,
    Neg,
    Node,
    Num,
    Operation,
    Ranges,
    Ref,
    Relation,
    Slice,
    Transpose,
    Var,
)

RELATIONS = {
    "=": "equals", "\\ne": "does not equal", "\\le": "is at most", "\\ge": "is at least", "<": "is less than",
    ">": "is greater than", "\\approx": "is approximately",
}  # fmt: skip
OPERATIONS = {
    "circ": "elementwise times", "odot": "elementwise times", "ast": "elementwise times", "oslash": "elementwise divided by",
    "cdot": "times", "times": "times", "otimes": "Kronecker times",
}  # fmt: skip
LABELS = {"[]": "of layer", "()": "of example", "<>": "at time", "_": "sub", "^": "super", "": "sub"}
ACCENT_WORDS = {"overline": "bar", "underline": "underlined", "widetilde": "tilde"}
STYLE_WORDS = {"mathbf": "bold", "boldsymbol": "bold", "mathcal": "script", "mathscr": "script", "mathfrak": "Fraktur", "mathbb": "blackboard"}
FUNCTION_WORDS = {
    "log": "log", "exp": "the exponential", "sqrt": "the square root", "tanh": "hyperbolic tangent", "sigmoid": "sigma", "abs": "the absolute value",
    "sign": "the sign", "trace": "the trace", "det": "the determinant", "diag": "the diagonal", "vec": "the vectorization", "softmax": "softmax",
    "logsumexp": "log-sum-exp", "entrysum": "the sum of the entries", "entrymean": "the mean of the entries", "max": "the maximum", "min": "the minimum",
    "argmax": "the place of the maximum", "argmin": "the place of the minimum", "sin": "sine", "cos": "cosine", "relu": "ReLU", "normal": "Phi", "gauss": "phi",
}  # fmt: skip
ORDINALS = {2: "second", 3: "third", 4: "fourth"}
BIG = {"sum": "the sum", "prod": "the product", "max": "the maximum", "min": "the minimum", "argmax": "the argmax", "argmin": "the argmin"}
DOMAINS = {
    "real": "real", "positive": "positive", "nonnegative": "nonnegative", "symmetric": "symmetric", "definite": "positive definite",
    "invertible": "invertible", "orthogonal": "orthogonal", "integers": "whole", "natural": "natural", "interval": "bounded", "set": "listed",
}  # fmt: skip


class Speaker:
    """Speaks trees that were read in `scope`."""

    def __init__(self, scope: Scope):
        self.scope = scope

    def say(self, node: Node) -> str:
        """The words of a node."""
        return getattr(self, "_" + type(node).__name__)(node)

    def part(self, node: Node) -> str:
        """The words of a part, with pauses where it is a sum or an operation."""
        text = self.say(node)
        return f"open bracket, {text}, close bracket" if isinstance(node, Add | Neg | Operation) and getattr(node, "op", "") != "inner" else text

    # --- names ---------------------------------------------------------------------

    def name(self, name: str) -> str:
        """A LaTeX name in words: `\\hat{y}` is "y hat"."""
        text, after = name.split("#")[0].replace("(·)", ""), ""
        while True:
            if match := ACCENTED.match(text):
                after = f" {ACCENT_WORDS.get(match[1], match[1])}{after}"
                text = match[2]
            elif match := STYLED.match(text):
                plain = match[2]
                taken = self.scope.lookup(plain) is not None
                after = after if not taken else after
                text = (STYLE_WORDS.get(match[1], "") + " " if taken and match[1] in STYLE_WORDS else "") + plain
                if taken:
                    break
            else:
                break
        text = re.sub(r"_\{?", " sub ", re.sub(r"\^\{?", " super ", text)).replace("}", "").replace("{", "")
        text = re.sub(r"\\(?:mathbf|boldsymbol|mathcal|mathrm|mathsf|mathit|mathbb|text|operatorname|hat|bar|tilde)\b", "", text)
        text = text.replace("\\", "").replace("*", "star").replace("'", " prime")
        text = " ".join(f"capital {w.lower()}" if re.fullmatch("[A-Z][a-z]+", w) and w.lower() in GREEK_WORDS else w for w in text.split())
        return " ".join((text + after).split())

    def _Num(self, node):
        return node.text

    def _Const(self, node):
        return "pi" if node.name == "pi" else "e"

    def labels(self, style: str, labels) -> str:
        """A family's label in words."""
        return f" {LABELS[style]} {', '.join(self.say(x) for x in labels)}" if labels else ""

    def _Var(self, node):
        symbol = self.scope.lookup(node.name)
        return self.name(node.name) + self.labels(symbol.style if symbol is not None else "", node.labels)

    def _Ref(self, node):
        symbol = self.scope.by_uid[node.name]
        return self.name(symbol.name) + self.labels(symbol.style or "[]", node.labels)

    def _Ones(self, node):
        return "the vector of ones" + (f" of length {self.say(node.size)}" if node.size is not None else "")

    def _Eye(self, node):
        return "the identity matrix" + (f" of size {self.say(node.size)}" if node.size is not None else "")

    def _Zeros(self, node):
        return "zero" + (f" of length {self.say(node.size)}" if node.size is not None else "")

    def _Unit(self, node):
        return f"unit vector {self.say(node.index)}"

    def _Delta(self, node):
        return f"Kronecker delta of {self.say(node.left)} and {self.say(node.right)}"

    def _Condition(self, node):
        return f"{self.say(node.left)} {RELATIONS[node.op]} {self.say(node.right)}"

    def conditions(self, conditions) -> str:
        """Conditions joined by "and"."""
        return " and ".join(map(self.say, conditions))

    def _Indicator(self, node):
        return f"1 if {self.conditions(node.conditions)}, else 0"

    # --- arithmetic -----------------------------------------------------------------

    def _Neg(self, node):
        return "minus " + self.part(node.body)

    def _Add(self, node):
        text = ""
        for i, term in enumerate(node.terms):
            if isinstance(term, Neg):
                text += (" minus " if i else "minus ") + self.part_of_sum(term.body)
            else:
                text += (" plus " if i else "") + self.part_of_sum(term)
        return text

    def part_of_sum(self, node: Node) -> str:
        """A term: products need no brackets in speech."""
        return self.say(node) if isinstance(node, Operation) else self.part(node)

    def _Product(self, node):
        first = self.part(node.factors[0])
        scalars = isinstance(node.factors[0], Num)
        return first + "".join((" " if i == 0 and scalars else " times ") + self.part(f) for i, f in enumerate(node.factors[1:]))

    def _Operation(self, node):
        if node.op == "inner":
            return f"the inner product of {self.say(node.left)} and {self.say(node.right)}"
        left = self.say(node.left) if isinstance(node.left, Operation) else self.part(node.left)
        return f"{left} {OPERATIONS[node.op]} {self.part(node.right)}"

    def _Div(self, node):
        simple = all(isinstance(n, Num | Var | Ref) for n in (node.top, node.bottom))
        return f"{self.say(node.top)} over {self.say(node.bottom)}" if simple else f"the fraction {self.say(node.top)} over {self.say(node.bottom)}, end fraction"

    def _Pow(self, node):
        base, each = self.part(node.base), "elementwise " if node.elementwise else ""
        if isinstance(node.exponent, Num) and node.exponent.text in ("2", "3"):
            return f"{base} {each}{'squared' if node.exponent.text == '2' else 'cubed'}"
        return f"{base} {each}to the power {self.part(node.exponent)}"

    def _Transpose(self, node):
        return f"{self.part(node.body)} transpose"

    def _Inverse(self, node):
        return f"{self.part(node.body)} inverse"

    # --- entries ---------------------------------------------------------------------

    def _Slice(self, node):
        if node.low is None and node.high is None:
            return "all"
        ends = [self.say(e) if e is not None else default for e, default in ((node.low, "the first"), (node.high, "the last"))]
        return f"{ends[0]} to {ends[1]}"

    def _Index(self, node):
        subs = node.subscripts
        body = self.part(node.body)
        if len(subs) == 2 and isinstance(subs[0], Slice) != isinstance(subs[1], Slice):
            whole = subs[0] if isinstance(subs[0], Slice) else subs[1]
            if whole.low is None and whole.high is None:
                return f"column {self.say(subs[1])} of {body}" if isinstance(subs[0], Slice) else f"row {self.say(subs[0])} of {body}"
        return f"{body} sub {' '.join(map(self.say, subs))}"

    # --- functions ---------------------------------------------------------------------

    def _Function(self, node: Function):
        if node.builtin:
            text = FUNCTION_WORDS.get(node.name, node.name)
        else:
            symbol = self.scope.by_uid[node.name]
            text = self.name(symbol.name) + self.labels(symbol.style or "[]", node.labels)
        return text + " prime" * node.primes

    def _Call(self, node):
        return f"{self._Function(node.function)} of {' and '.join(self.part(a) for a in node.arguments)}"

    def _Norm(self, node):
        kind = {"": "", "2": "two-", "F": "Frobenius ", "1": "one-", "\\infty": "infinity "}.get(node.kind, "")
        return f"the {kind}norm of {self.part(node.body)}"

    def _Abs(self, node):
        return f"the absolute value of {self.part(node.body)}"

    # --- sums, cases, matrices ------------------------------------------------------------

    def _Big(self, node: Big):
        ranges = ", ".join(self.range(b) for b in node.bindings)
        conditions = f" where {self.conditions(node.conditions)}" if node.conditions else ""
        return f"{BIG[node.op]} over {ranges}{conditions} of {self.say(node.body)}"

    def range(self, binding: Binding) -> str:
        """An index with its range."""
        name = self.name(binding.name)
        if binding.low is not None:
            return f"{name} from {self.say(binding.low)} to {self.say(binding.high)}"
        if binding.members:
            return f"{name} in {', '.join(map(self.say, binding.members))}"
        return name

    def _Dots(self, node):
        return "and so on"

    def _MatrixLiteral(self, node):
        rows = len(node.rows)
        text = "; ".join(f"row {i + 1}: " * (rows > 1) + ", ".join(map(self.say, row)) for i, row in enumerate(node.rows))
        return f"the matrix with {rows} row{'s' * (rows > 1)}, {text}, end matrix"

    def _Cases(self, node):
        parts = [f"{self.say(v)} {'if ' + self.conditions(c) if c else 'otherwise'}" for v, c in node.branches]
        return "; ".join(parts) + ", end cases"

    def _ShapeClaim(self, node):
        return f"{self.say(node.body)}, which is {self.say(node.rows)} by {self.say(node.columns)},"

    # --- derivatives ------------------------------------------------------------------------

    def _By(self, node: By):
        return self.part(Transpose(node.target) if node.transposed else node.target)

    def _Derivative(self, node):
        order = ORDINALS.get(len(node.by), "") + " " * (len(node.by) > 1)
        targets = " and ".join(self.say(b) for b in node.by)
        if node.style == "nabla":
            return f"the {'Hessian' if len(node.by) == 2 else 'gradient'} with respect to {self.say(node.by[0])} of {self.part(node.body)}"
        kind = f"the {order}partial derivative" if node.style == "partial" else f"the {order}derivative"
        return f"{kind} of {self.part(node.body)} with respect to {targets}"

    def _Differential(self, node):
        return f"d {self.part(node.body)}"

    def _At(self, node):
        points = " and ".join(f"{self.say(t)} equals {self.say(v)}" for t, v in node.points)
        return f"{self.say(node.body)}, evaluated at {points}"

    def _Limit(self, node):
        return f"the limit as {self.say(node.name)} tends to {self.say(node.to)} of {self.say(node.body)}"

    def _BigO(self, node):
        return f"big O of {self.say(node.body)}"

    # --- whole formulas ------------------------------------------------------------------------

    def _Domain(self, node: Domain):
        kind = DOMAINS[node.kind]
        if not node.shape:
            return {"real": "the real numbers", "natural": "the positive integers", "positive": "the positive numbers", "nonnegative": "the numbers from zero up",
                    "integers": self._integers(node), "interval": self._interval(node), "set": f"the set {', '.join(map(self.say, node.members))}"}.get(node.kind, kind)  # fmt: skip
        sizes = " by ".join(map(self.say, node.shape))
        if node.kind in ("symmetric", "definite", "invertible", "orthogonal"):
            return f"the {kind} {self.say(node.shape[0])} by {self.say(node.shape[0])} matrices"
        return f"the {kind} {sizes} {'vectors' if len(node.shape) == 1 else 'matrices' if len(node.shape) == 2 else 'arrays'}"

    def _integers(self, node: Domain) -> str:
        if node.low is None or node.high is None:
            return "the integers"
        return f"the integers from {self.say(node.low)} to {self.say(node.high)}"

    def _interval(self, node: Domain) -> str:
        ends = [self.say(e) if e is not None else "infinity" for e in (node.low, node.high)]
        return f"the numbers between {ends[0]} and {ends[1]}"

    def _FunctionSpace(self, node: FunctionSpace):
        return f"{' and '.join(map(self.say, node.arguments))} to {self.say(node.result)}"

    def _Relation(self, node: Relation):
        text = self.say(node.parts[0])
        for op, part in zip(node.relations, node.parts[1:]):
            text += f" {RELATIONS[op]} {self.say(part)}"
        return text + self.ranges(node.ranges)

    def ranges(self, ranges: Ranges) -> str:
        """Ranges behind a formula."""
        parts = [self.range(b) for b in ranges.bindings] + [self.say(c) for c in ranges.conditions]
        return f", for {' and '.join(parts)}" if parts else ""

    def item(self, item) -> str:
        """One item of a formula: a claim, a definition, a declaration or a mention."""
        if item.relation is not None:
            return self.say(item.relation)
        if item.body is not None:
            return self.say(item.body)
        if item.member is None:
            return ""
        member, symbol = item.member, item.symbol
        head = self.name(symbol.name) + self.labels(symbol.style or "[]", member.pattern)
        if member.indices:
            head = f"{head} sub {' '.join(map(self.say, member.indices))}"
        if member.parameters:
            head += f" of {' and '.join(map(self.say, member.parameters))}"
        if member.body is not None:
            return f"{head} equals {self.say(member.body)}{self.ranges(member.ranges)}"
        verb = "maps" if isinstance(member.domain, FunctionSpace) else "in"
        return f"{head} {verb} {self.say(member.domain)}{self.ranges(member.ranges)}"


GREEK_WORDS = set("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega".split())


def speech(found) -> str:
    """The words of a formula that was read by `items.read_formulas`; "" where it says nothing in words."""
    parts, last = [], None
    for item in found.items:
        scope = found.scope.child()
        if item.member is not None:
            for parameter in item.member.parameters:
                scope.symbols[scope.by_uid[parameter.name].name] = scope.by_uid[parameter.name]
        speaker = Speaker(scope)
        text = speaker.item(item)
        text = text or _standing(found, speaker)
        follows = item.relation is not None and last is not None and last.member is not None and last.member.body == item.relation.parts[0]
        if follows:
            # `z = Wx = …`: the chain goes on where the definition ended.
            text = text[len(speaker.say(item.relation.parts[0])) :].strip()
            parts[-1] += f" {text}"
        elif text:
            parts.append(text)
        last = item
    return " ".join("; ".join(parts).replace(" ,", ",").split())


def _standing(found, speaker: Speaker) -> str:
    """A range or condition that stands alone, from its source."""
    text = found.formula.latex
    for mark, word in (("\\dots", " and so on to "), ("\\ldots", " and so on to "), ("\\in", " in "), ("\\le", " is at most "), ("\\ge", " is at least "),
                       ("\\ne", " is not "), ("\\{", " "), ("\\}", " "), ("<", " is less than "), (">", " is greater than "), ("=", " equals ")):  # fmt: skip
        text = re.sub(re.escape(mark) + (r"(?![A-Za-z])" if mark[-1].isalpha() else ""), word, text)
    text = re.sub(r"\\q?quad|\\[,;:! ]|\\text", " ", text)
    return re.sub(r"\s+([,;])", r"\1", re.sub(r"\s+", " ", speaker.name(text)))


__all__ = ["Speaker", "speech"]
