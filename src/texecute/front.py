"""Front matter of pages and attributes of formulas.
"""

from __future__ import annotations

import re

_FRONT = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)


def front_matter(text: str) -> tuple[dict, dict, int]:
    """Keys and lists of the front matter, the line of each key, and where the body begins.

    Reads the part of YAML that the checker's own keys need: `key: value`,
    `key: [a, b]` and a list of `- item` lines.  Everything else is left alone.
    """
    match = _FRONT.match(text)
    if not match:
        return {}, {}, 0
    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    key = None
    for number, line in enumerate(match[1].split("\n"), start=2):
        item = re.match(r"\s*-\s+(.*)$", line)
        pair = re.match(r"([A-Za-z_][\w-]*)\s*:(?:\s+(.*))?$", line.rstrip("\r"))
        if pair:
            key = pair[1]
            lines[key] = number
            values[key] = _scalar_or_list((pair[2] or "").strip())
        elif item and key is not None:
            if values[key] == "":
                values[key] = []
            if isinstance(values[key], list):
                values[key].append(_unquote(item[1].strip()))
    return values, lines, match.end()


def _unquote(text: str) -> str:
    text = re.sub(r"\s+#.*$", "", text)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text


def _scalar_or_list(text: str) -> object:
    if text.startswith("[") and text.endswith("]"):
        return [_unquote(item.strip()) for item in text[1:-1].split(",") if item.strip()]
    return _unquote(text)


ATTRIBUTES = re.compile(r"[ \t]*\{(?=[ \t]*(?:[#.:]|[A-Za-z][\w-]*=))([^{}\n]*)\}")


_ONE_ATTRIBUTE = re.compile(
    r"""\#(?P<id>[\w:.-]+) | \.(?P<cls>[\w-]+)
      | (?P<key>[A-Za-z][\w-]*)=(?:"(?P<dq>[^"]*)"|'(?P<sq>[^']*)'|(?P<bare>[^\s"'}]+))""",
    re.X,
)


_KNOWN_KEYS = {"layout", "reason", "for"}


KNOWN_CLASSES = {"wrong", "unchecked"}


def parse_attributes(body: str) -> tuple[str | None, tuple, tuple, str]:
    """Label, classes, key-value pairs, and a complaint ("" if all of it was read)."""
    label, classes, pairs = None, [], []
    rest = _ONE_ATTRIBUTE.sub("", body.lstrip(":"))
    for match in _ONE_ATTRIBUTE.finditer(body):
        if match["id"]:
            label = match["id"]
        elif match["cls"]:
            classes.append(match["cls"])
        else:
            value = next(v for v in (match["dq"], match["sq"], match["bare"]) if v is not None)
            pairs.append((match["key"], value))
    complaint = ""
    if rest.strip():
        complaint = f"this part of the attributes cannot be read: {rest.strip()}"
    for key, _ in pairs:
        if key not in _KNOWN_KEYS:
            complaint = f"unknown attribute {key}= (known: layout=, reason=, for=)"
    return label, tuple(classes), tuple(pairs), complaint
