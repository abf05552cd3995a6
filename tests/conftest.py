"""The built site, once for all tests that look at it."""

import os
import subprocess
import sys
import zipfile
from functools import partial
from pathlib import Path

import pytest

from tests.browsing import DESK, browser, open_page, served


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
    """The folder of the built site; the build itself must say nothing is wrong.

    `SITE=folder` takes one that is built already, for whoever works on its look.
    """
    if os.environ.get("SITE"):
        return Path(os.environ["SITE"]).resolve()
    target = tmp_path_factory.mktemp("site")
    run = build(root, target)
    assert 0 == run.returncode, run.stdout + run.stderr
    return target


@pytest.fixture(scope="session")
def address(site):
    """The site on this machine only."""
    with served(site) as url:
        yield url


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests."""
    with browser() as started:
        yield started


@pytest.fixture
def visit(chromium, address):
    """Opens a page of the site in a fresh context; what goes wrong there is in `page.faults`."""
    contexts = []

    def visit_page(path, viewport=DESK, scheme="light", base=address, **options):
        contexts.append(chromium.new_context(viewport=viewport, color_scheme=scheme, **options))
        return open_page(contexts[-1], base, path)

    yield visit_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def folder(site, tmp_path_factory):
    """The bundle, unpacked: what a reader without a network has."""
    target = tmp_path_factory.mktemp("folder")
    with zipfile.ZipFile(site / "checked-gradients.zip") as bundle:
        bundle.extractall(target)
    return (target / "checked-gradients").as_uri() + "/"


@pytest.fixture(params=["online", "from a folder"])
def anywhere(request, visit, address):
    """Opens a page online, and from a folder with the network off."""
    if request.param == "online":
        return visit
    return partial(visit, base=request.getfixturevalue("folder"), offline=True)
