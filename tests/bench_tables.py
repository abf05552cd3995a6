"""Tables of `make bench`."""

from __future__ import annotations

import os
from collections.abc import Iterable

Row = tuple[str, ...]


def load() -> str:
    """How busy the machine is: what is measured on a busy one says little."""
    if not hasattr(os, "getloadavg"):
        return f"{os.cpu_count()} processors"
    return f"{os.cpu_count()} processors, load average {', '.join(f'{value:.1f}' for value in os.getloadavg())}"


def columns(rows: Iterable[Row], heads: Row) -> str:
    """Rows in columns, numbers to the right."""
    rows = [heads, *rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(heads))]
    lines = ["  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:]))]) for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
