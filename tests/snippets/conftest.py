"""A page of the book, to be evaluated: `pages("losses/activations.md")`."""

import functools

import pytest

from .pages import evaluate


@pytest.fixture(scope="session")
def pages():
    """The evaluation of a page of docs/, each read once."""
    return functools.cache(evaluate)
