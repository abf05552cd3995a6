"""How much work a proof may take, and what ends it before."""

from __future__ import annotations

import sys

BUDGET = 500_000
"""Calls of Python functions that one proof may take at one size."""
MAX_VALUES = 16
"""Combinations of the values of discrete names that are all gone through."""
MAX_ENTRIES = 64
"""Entries of all differences of one claim."""
MAX_OPERATIONS = 4_000
"""Operations in one entry."""
SIZES = ((2, 1), (1, 2), (1, 1))
"""Sizes are 2 and 1 in turn, or 1 and 2; if that is too much work, all are 1."""


class NotExact(Exception):
    """The claim cannot be worked in symbols, for this reason."""


class OutOfBudget(BaseException):
    """The work is more than the budget; not an Exception, so that SymPy does not catch it."""


class Budget:
    """Stops the work in its block after so many calls of Python functions."""

    def __init__(self, calls: int):
        self.left = calls

    def __enter__(self):
        import sympy

        sympy.core.cache.clear_cache()
        self.before, self.hook = sys.gettrace(), sys.unraisablehook
        sys.unraisablehook = self._unraisable
        sys.settrace(self._count)
        return self

    def __exit__(self, *_):
        sys.settrace(self.before)
        sys.unraisablehook = self.hook

    def _count(self, frame, event, argument):
        self.left -= 1
        if self.left < 0:
            raise OutOfBudget
        return None

    def _unraisable(self, problem):
        """What stops inside of a generator that is thrown away stops at the next call instead."""
        if problem.exc_type is OutOfBudget:
            sys.settrace(self._count)
        else:
            self.hook(problem)
