"""Python that runs while the site is built: in a process of its own, in limited time, once for the same source."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LONGEST = 120
"""Seconds; code of a page that takes longer belongs into a notebook."""
MOST = 400_000
"""Characters that are shown; more is a fault of the code."""
PACKAGES = ("numpy", "scipy", "sympy", "matplotlib", "jax", "jaxlib", "scikit-learn", "nbclient", "ipykernel")

# Reads a list of sources, runs them in one namespace, and hands over what the last one prints.
_SOURCES = """
import contextlib, io, json, sys, traceback
sources = json.load(sys.stdin)
names = {"__name__": "__main__"}
for number, (name, source) in enumerate(sources):
    shown = io.StringIO()
    try:
        with contextlib.redirect_stdout(shown):
            exec(compile(source, name, "exec"), names)
    except BaseException as error:
        known = [other for other, _ in sources]
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in known]
        if frames:
            number, line = known.index(frames[-1].filename), frames[-1].lineno
        else:
            line = getattr(error, "lineno", None) or 0
        message = traceback.format_exception_only(error)[-1].strip()
        json.dump({"number": number, "line": line, "message": message}, sys.stdout)
        sys.exit()
json.dump({"shown": shown.getvalue()}, sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Failure(Exception):
    """The code did not run through: in which source, at which of its lines (0: unknown), and why."""

    number: int
    line: int
    message: str

    def __str__(self) -> str:
        return self.message


@cache
def versions() -> str:
    """Interpreter and packages, on which what code prints may depend."""
    found = [sys.version]
    for name in PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"no {name}")
    return "\n".join(found)


def fingerprint(*parts: str | bytes) -> str:
    """A hash of these parts, of this package's own code that runs them, and of what is installed."""
    digest = hashlib.sha256(versions().encode() + Path(__file__).read_bytes())
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(f"{len(data)}\0".encode() + data)
    return digest.hexdigest()[:32]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Of a process whose output must be the same each time."""
    fixed = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8", "MPLBACKEND": "agg",
             "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "JAX_PLATFORMS": "cpu"}  # fmt: skip
    return {**os.environ, **fixed, **(more or {})}


def run_sources(sources: Sequence[tuple[str, str]], root: Path, seconds: float = LONGEST) -> str:
    """What the last of these sources (name, code) prints, run one after the other in one namespace.

    Raises `Failure` with the place.
    """
    try:
        run = subprocess.run(
            [sys.executable, "-c", _SOURCES], input=json.dumps(list(sources)), cwd=root, env=environment(),
            capture_output=True, text=True, encoding="utf-8", timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Failure(len(sources) - 1, 0, f"the code still ran after {seconds:g} seconds") from None
    try:
        said = json.loads(run.stdout)
    except ValueError:
        last = (run.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise Failure(len(sources) - 1, 0, f"the interpreter ended with code {run.returncode}: {last}") from None
    if "message" in said:
        raise Failure(said["number"], said["line"], said["message"])
    if len(said["shown"]) > MOST:
        raise Failure(len(sources) - 1, 0, f"the code prints {len(said['shown']):,} characters; the limit is {MOST:,}")
    return said["shown"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of what code gave before, under the hash of all that it depends on."""

    folder: Path

    def find(self, key: str) -> str | None:
        """The text under this key."""
        try:
            return self._file(key).read_text("utf-8")
        except (OSError, ValueError):
            return None

    def put(self, key: str, text: str) -> str:
        """Writes a text, whole or not at all, and gives it back."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self._file(key)
        partial = file.with_suffix(f".{os.getpid()}")
        partial.write_text(text, "utf-8")
        partial.replace(file)
        return text

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}.txt"
