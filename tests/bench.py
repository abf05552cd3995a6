"""`make bench`: speeds and sizes as tables; it measures and never judges.

    make bench ARGS=--others     with Sphinx too, which is installed for it into a temporary directory
    make bench ARGS=--proofs     with a build that proves every claim in symbols, as `make site` does

Each part also runs alone: `python -m tests.bench_site`, `tests.bench_checker`, `tests.bench_snippets`.
"""

from __future__ import annotations

import argparse

from tests import bench_checker, bench_site, bench_snippets
from tests.bench_tables import load


def main() -> None:
    """Prints the tables of each part that is measured."""
    reader = argparse.ArgumentParser(prog="make bench", description="speeds and sizes as tables")
    reader.add_argument("--others", action="store_true", help="with Sphinx too, installed into a temporary directory")
    reader.add_argument("--proofs", action="store_true", help="with a build that proves every claim in symbols (long)")
    asked = reader.parse_args()
    print(f"Before all: {load()}\n", flush=True)
    bench_checker.main()
    print(flush=True)
    bench_snippets.main()
    print(flush=True)
    bench_site.main(asked.others, asked.proofs)


if __name__ == "__main__":
    main()
