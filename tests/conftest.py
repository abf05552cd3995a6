"""The built site, once for all tests that look at it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def build(folder: Path, target: Path) -> subprocess.CompletedProcess:
    """`mkdocs build --strict` of the project in `folder`, with what it said."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)],
        cwd=folder,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1700000000"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="session")
def site(root, tmp_path_factory):
    """The folder of the built site; the build itself must say nothing is wrong."""
    target = tmp_path_factory.mktemp("site")
    run = build(root, target)
    assert 0 == run.returncode, run.stdout + run.stderr
    return target
