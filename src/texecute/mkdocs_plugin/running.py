"""Python that runs while the site is built: in a process of its own, in limited time, once for the same source."""

from __future__ import annotations

import atexit
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
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

# Runs sources (name, code) in one namespace, and gives what the last one prints, or where and why it failed.
_RUN = """
import contextlib, io, traceback

def run(sources):
    names = {"__name__": "__main__"}
    known = [name for name, _ in sources]
    for number, (name, source) in enumerate(sources):
        shown = io.StringIO()
        try:
            with contextlib.redirect_stdout(shown):
                exec(compile(source, name, "exec"), names)
        except BaseException as error:
            line = getattr(error, "lineno", None) or 0
            frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in known]
            if frames:
                number, line = known.index(frames[-1].filename), frames[-1].lineno
            message = traceback.format_exception_only(error)[-1].strip()
            return {"number": number, "line": line, "message": message}
    return {"shown": shown.getvalue()}
"""
# One interpreter for one run.
_ALONE = _RUN + """
import json, sys
json.dump(run(json.load(sys.stdin)), sys.stdout)
"""
# One interpreter that has imported what takes long, and forks for each run: each begins from the same state.
_SERVER = _RUN + """
import importlib, json, os, select, signal, sys, time

for line in sys.stdin:
    asked = json.loads(line)
    for name in asked["imports"]:
        importlib.import_module(name)
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        for stream in (0, 1, 2):
            os.dup2(os.open(os.devnull, os.O_RDWR), stream)
        with os.fdopen(send, "w", encoding="utf-8") as out:
            json.dump(run(asked["sources"]), out)
        os._exit(0)
    os.close(send)
    said, end = b"", time.monotonic() + asked["seconds"]
    while select.select([receive], [], [], max(0, end - time.monotonic()))[0]:
        piece = os.read(receive, 65536)
        said += piece
        if not piece:
            break
    else:
        os.kill(child, signal.SIGKILL)
        said = b'{"late": true}'
    os.close(receive)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(said.decode() or json.dumps({"ended": code}), flush=True)
"""
# Word of a source → module that is worth being imported once.
_SLOW = {"numpy": "numpy", "kit": "matplotlib.pyplot", "matplotlib": "matplotlib.pyplot"}


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
    said = _forked(sources, root, seconds) if sys.platform == "linux" else _alone(sources, root, seconds)
    last = len(sources) - 1
    if "late" in said:
        raise Failure(last, 0, f"the code still ran after {seconds:g} seconds")
    if "ended" in said:
        raise Failure(last, 0, f"the interpreter ended with code {said['ended']}")
    if "message" in said:
        raise Failure(said["number"], said["line"], said["message"])
    if len(said["shown"]) > MOST:
        raise Failure(last, 0, f"the code prints {len(said['shown']):,} characters; the limit is {MOST:,}")
    return said["shown"]


def _alone(sources: Sequence[tuple[str, str]], root: Path, seconds: float) -> dict:
    try:
        run = subprocess.run(
            [sys.executable, "-c", _ALONE], input=json.dumps(list(sources)), cwd=root, env=environment(),
            capture_output=True, text=True, encoding="utf-8", timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"late": True}
    return json.loads(run.stdout) if run.stdout else {"ended": run.returncode}


_servers: dict[Path, subprocess.Popen] = {}


def _forked(sources: Sequence[tuple[str, str]], root: Path, seconds: float) -> dict:
    server = _servers.get(root.resolve())
    if server is None or server.poll() is not None:
        server = _servers[root.resolve()] = subprocess.Popen(
            [sys.executable, "-c", _SERVER], cwd=root, env=environment(), text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        # It ends when there is nobody left to ask.
        atexit.register(server.stdin.close)
    code = " ".join(source for _, source in sources)
    imports = sorted({module for word, module in _SLOW.items() if re.search(rf"\bimport {word}\b", code) and _has(module)})
    json.dump({"sources": list(sources), "seconds": seconds, "imports": imports}, server.stdin)
    server.stdin.write("\n")
    server.stdin.flush()
    said = server.stdout.readline()
    return json.loads(said) if said else {"ended": server.wait()}


@cache
def _has(module: str) -> bool:
    return importlib.util.find_spec(module.partition(".")[0]) is not None


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
