"""LaTeX names → readable Python names, each used for one thing only."""

from __future__ import annotations

import builtins
import keyword
import re

ACCENTED = re.compile(r"^\\(hat|bar|tilde|vec|dot|ddot|check|breve|acute|grave|ring|overline|underline|widetilde)\{(.*)\}$")
STYLED = re.compile(r"^\\(mathbf|boldsymbol|mathcal|mathrm|mathsf|mathit|mathbb|mathfrak|mathscr|mathtt|operatorname)\{(.*)\}$")
STYLE_SUFFIX = {"mathcal": "cal", "mathbf": "bold", "boldsymbol": "bold", "mathbb": "bb", "mathfrak": "frak", "mathscr": "scr"}
RESERVED = {"np", "jnp", "jax", "torch", "softmax", "logsumexp", "jacobian", "derivative", "reduce", "matrix", "put", "each",
            "scipy", "diff", "left", "right"} | set(keyword.kwlist) | set(dir(builtins))  # fmt: skip


def identifier(name: str) -> str:
    """A LaTeX name as a Python identifier: `\\hat{y}` is `y_hat`, `\\lambda_{\\max}` is `lambda_max`."""
    text = name.split("#")[0].replace("(·)", "_of")
    suffix = ""
    while match := ACCENTED.match(text):
        suffix = f"_{match[1]}{suffix}"
        text = match[2]
    while match := STYLED.match(text):
        text = match[2]
        while inner := ACCENTED.match(text):
            suffix = f"_{inner[1]}{suffix}"
            text = inner[2]
    text = re.sub(r"\\(?:mathbf|boldsymbol|mathcal|mathrm|mathsf|mathit|mathbb|mathfrak|mathscr|operatorname|text)\b", "", text)
    text = text.replace("^{*}", "_star").replace("'", "_prime").replace("^{+}", "_plus")
    text = re.sub(r"[_^]\{?", "_", text)
    text = re.sub(r"[^A-Za-z0-9_]+", "", text)
    text = re.sub(r"__+", "_", text + suffix).strip("_") or "value"
    return "_" + text if text[0].isdigit() else text


class Names:
    """Gives every thing one identifier, and no identifier twice.

    A styled name (`\\mathcal L`) leaves the plain letter to the name of `known` that is spelled so.
    """

    def __init__(self, known=()):
        self.plain = {name for name in known if not STYLED.match(name)}
        self.taken: dict[str, object] = {}
        self.given: dict[object, str] = {}

    def of(self, key: object, name: str) -> str:
        """The identifier of the thing with this key, made from its LaTeX name the first time."""
        if key not in self.given:
            style = STYLED.match(name)
            plain = identifier(name)
            choices = [plain + "_" if plain in RESERVED else plain]
            if style and style[1] in STYLE_SUFFIX:
                choices.append(f"{plain}_{STYLE_SUFFIX[style[1]]}")
                choices = choices[1:] if style[2] in self.plain else choices
            self.given[key] = self._first(choices, key)
        return self.given[key]

    def fresh(self, base: str) -> str:
        """An identifier for something that has no name on the page."""
        return self._first([base + "_" if base in RESERVED else base], object())

    def _first(self, choices: list[str], key: object) -> str:
        number = 2
        while True:
            for choice in choices:
                if choice not in self.taken:
                    self.taken[choice] = key
                    return choice
            choices = [f"{choices[0].rstrip('0123456789') if number > 2 else choices[0] + '_'}{number}"]
            number += 1


def floating(text: str) -> str:
    """A whole number in code as one with a point: whole numbers have no derivatives in JAX."""
    return f"{text}.0" if re.fullmatch(r"-?\d+", text) else text
