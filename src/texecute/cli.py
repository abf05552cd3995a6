"""The command `texecute`: translates arguments, prints reports, nothing else."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from texecute.check import check
from texecute.errors import FormulaError
from texecute.explain import TARGETS, NotFound, emit, explain, find
from texecute.items import Found
from texecute.parallel import check_pages, each_page
from texecute.report import FormulaReport, Report

PAGES = (".md", ".ipynb")


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; 0: all pass, 1: something does not, 2: the call itself was wrong."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return 2
    if hasattr(sys.stdout, "reconfigure"):
        # A terminal that cannot show a character gets a question mark instead.
        sys.stdout.reconfigure(errors="replace")
    try:
        status = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # As in `texecute check … | head`: nobody reads on, and nobody wants to hear of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="texecute", description="Checks that the formulas of a page are true.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    command = commands.add_parser("check", help="check files or folders (.md, .ipynb)")
    command.add_argument("paths", nargs="+", metavar="PATH")
    command.add_argument("--json", action="store_true", help="print the report as JSON")
    command.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the random samples (default 0)")
    command.add_argument("--exact", action="store_true", help="prove each claim in symbols at a small size (needs SymPy)")
    command.add_argument("--mutants", action="store_true", help="try all wrong variants of each formula")
    command.add_argument("--jobs", type=int, default=1, metavar="N", help="processors to use, one page each (default 1)")
    command.add_argument("-v", "--verbose", action="store_true", help="a line for every formula")
    command.set_defaults(run=_check)
    command = commands.add_parser("emit", help="print a formula as NumPy, JAX, PyTorch or LaTeX")
    command.add_argument("target", metavar="PATH#eq-label")
    command.add_argument("--to", choices=TARGETS, required=True)
    command.set_defaults(run=partial(_print, lambda found, options: emit(found, options.to)))
    command = commands.add_parser("explain", help="shapes of every part of a formula, a case in numbers, what was checked")
    command.add_argument("target", metavar="PATH#eq-label")
    command.set_defaults(run=partial(_print, lambda found, options: explain(found, options.target.partition("#")[0])))
    return parser


def _print(make: Callable[[Found, argparse.Namespace], str], options: argparse.Namespace) -> int:
    """Prints what `make` says of the formula; a formula that is not there, or has no code, is a wrong call."""
    try:
        print(make(find(options.target), options), end="")
    except (NotFound, FormulaError) as error:
        print(f"texecute: {error.message}" + (f"\nhint: {error.hint}" if error.hint else ""), file=sys.stderr)
        return 2
    return 0


def pages_in(paths: list[str]) -> list[tuple[Path, Path]]:
    """All pages under the paths, each with the folder below which it may use others.

    Raises FileNotFoundError for a path that does not exist or is no page.
    """
    found = []
    for name in paths:
        path = Path(name)
        if path.is_dir():
            found += [(p, path) for p in sorted(path.rglob("*")) if p.suffix in PAGES and ".ipynb_checkpoints" not in p.parts]
        elif path.is_file():
            if path.suffix not in (*PAGES, ".py"):
                raise FileNotFoundError(f"{name} is not a page: .md and .ipynb can be checked")
            found.append((path, path.parent))
        else:
            raise FileNotFoundError(f"{name} does not exist")
    return found


def check_file(path: Path, root: Path, seed: int, mutants: bool = False, exact: bool = False) -> Report:
    """The report of one file; an unreadable one gives an error with its path."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = "this file is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else f"this file cannot be read: {error.strerror}"
        return Report((FormulaReport(str(path), 1, 1, "page", "error", False, message=message, hint="save it as UTF-8", reason="page"),))
    return check(text, str(path), seed=seed, root=root, mutants=mutants, exact=exact)


def _check(options: argparse.Namespace) -> int:
    try:
        pages = pages_in(options.paths)
    except FileNotFoundError as error:
        print(f"texecute: {error}", file=sys.stderr)
        return 2
    check_page = partial(check_file, seed=options.seed, mutants=options.mutants, exact=options.exact)
    if not options.json and at_a_terminal():
        from texecute import terminal

        report = terminal.show(pages, each_page(pages, check_page, options.jobs), options.verbose)
    else:
        report = check_pages(pages, check_page, options.jobs)
        print(report.to_json() if options.json else report.text(options.verbose))
    return 0 if report.passed else 1


def at_a_terminal() -> bool:
    """Whether colour and progress are wanted and can be shown: a terminal, rich installed, no NO_COLOR."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stdout.isatty() and find_spec("rich") is not None
