"""Words and strings of Typst."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPECIAL = re.compile(r"[\\#$*_`<>@\[\]~/=+.\-]")


def escape(text: str) -> str:
    """Text as it must be written to mean itself; straight quotes become round ones."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def string(text: str) -> str:
    """A string of Typst's code, in quotes."""
    for character, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "")):
        text = text.replace(character, written)
    return f'"{text}"'


def array(items: Iterable[str]) -> str:
    """An array; with a comma at its end, so that one item is an array too."""
    return f"({''.join(f'{item}, ' for item in items)})"


def call(name: str, *arguments: str, body: str | None = None, **named: str) -> str:
    """A call in markup, ended so that what follows cannot become a part of it."""
    listed = ", ".join([*arguments, *(f"{key.replace('_', '-')}: {value}" for key, value in named.items())])
    content = "" if body is None else f"[{body}]"
    return f"#{name}({listed}){content};" if listed or body is None else f"#{name}{content};"
