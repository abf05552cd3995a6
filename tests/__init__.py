"""The tests; a package, so that `python -m tests.bench` runs from the root."""
