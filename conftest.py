"""Python on the pages runs as a test, with every fence that the site shows.

This file stands at the root and not in tests/, so that it also holds for `pytest docs/page.md`.
"""

from pathlib import Path
from types import SimpleNamespace

import pytest
from pytest_markdown_docs._runners import DefaultRunner, register_runner

from texecute.mkdocs_plugin.fences import PYTHON, expand_includes, fences, section

ROOT = Path(__file__).parent


class FenceReader:
    """What pytest-markdown-docs asks for a parser: `parse(text)` gives one token a fence."""

    def parse(self, text):
        """Every fence of the page that runs, as a markdown-it token."""
        return [
            SimpleNamespace(
                type="fence",
                info=" ".join(["python", *fence.options]),
                content=expand_includes(fence),
                map=[fence.line - 1, fence.line],
            )
            for fence in fences(text)
            if fence.language in PYTHON
        ]


def pytest_markdown_docs_markdown_it():
    """Our reader in place of CommonMark."""
    return FenceReader()


def pytest_markdown_docs_globals():
    """Code on a page runs as pasted into a file; `__include__` stands for `--8<-- "file"`."""
    return {"__name__": "__main__", "__include__": include}


def include(namespace, path, name):
    """Runs a file of the repository, or a section of it, in the fence's own namespace."""
    file = ROOT / path
    source, skipped = section(file.read_text("utf-8"), name)
    # The blank lines keep the line numbers of the file in a traceback.
    exec(compile("\n" * skipped + source, str(file), "exec"), namespace)


@register_runner(default=True)
class OnceRunner(DefaultRunner):
    """Runs a fence once, also when it raises a TypeError.

    pytest-markdown-docs takes a TypeError for a runner without `asyncio_runner` and runs the
    fence again, with the names that the first run left behind: a fault may pass the second time.
    """

    def runtest(self, test, args, *, asyncio_runner=None):
        """As the default, but a TypeError is reported at once."""
        try:
            super().runtest(test, args, asyncio_runner=asyncio_runner)
        except TypeError as error:
            raise FenceTypeError(str(error)).with_traceback(error.__traceback__) from error


class FenceTypeError(Exception):
    """A TypeError of the fence's own code."""


@pytest.fixture(scope="session")
def root():
    """The root of the repository."""
    return ROOT
