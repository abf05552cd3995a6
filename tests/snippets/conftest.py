"""Around the tests of the snippets: what they compare is counted, which lines they run is seen.

What is said of all of them together is tested last, and only after all of them.
"""

import functools
from pathlib import Path

import coverage
import pytest

from . import record
from .pages import evaluate

HERE = Path(__file__).parent
SNIPPETS = HERE.parent.parent / "snippets"
ABOUT_ALL = "test_all_of_them.py"
# Skipped as a whole without PyTorch.
WHERE_INSTALLED = "test_pytorch.py"

# From here on, since the test modules run the snippets when they are collected.
seen = coverage.Coverage(data_file=None, include=[f"{SNIPPETS}/*.py"], config_file=False)
seen.start()


@pytest.fixture(scope="session")
def pages():
    """The evaluation of a page of docs/, each read once: `pages("losses/activations.md")`."""
    return functools.cache(evaluate)


def pytest_collection_modifyitems(items):
    """The tests about all of the others go to the end of the folder's."""
    ours = [place for place, item in enumerate(items) if item.path.parent == HERE]
    ordered = sorted((items[place] for place in ours), key=lambda item: item.path.name == ABOUT_ALL)
    for place, item in zip(ours, ordered, strict=True):
        items[place] = item


@pytest.fixture(scope="session")
def lines():
    """The lines of the snippets that have run."""
    seen.stop()
    return seen


@pytest.fixture(scope="session")
def failed_before(request):
    """How many tests failed before those about all."""
    return request.session.testsfailed


@pytest.fixture
def all_ran(request, failed_before):
    """Skips where only some of the tests were chosen."""
    chosen = {item.path.name for item in request.session.items if item.path.parent == HERE}
    missing = {path.name for path in HERE.glob("test_*.py")} - chosen - {WHERE_INSTALLED}
    if missing or request.config.option.keyword or request.config.option.markexpr:
        pytest.skip(f"only some of the tests of the snippets run: {', '.join(sorted(missing)) or 'chosen by name'}")
    if failed_before:
        pytest.skip("a test before this one failed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Counts what a test compares, when it passes."""
    record.begin()
    result = yield
    record.end(item)
    return result
