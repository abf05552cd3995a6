"""The set-up installs exact, hashed versions, and the repository names no address to install from."""

import re
import subprocess
import tomllib

import pytest

PIN = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>\S+)(?: ; (?P<marker>.*?))? \\$", re.M)

# In pieces, so that this file passes its own test.
HOSTS = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "deb.debian" + ".org"]
PATHS = ["/wo" + "rk/", "/ro" + "ot/", "file:" + "//"]


@pytest.fixture(scope="module")
def lock(root):
    """requirements.lock as text."""
    return (root / "requirements.lock").read_text("utf-8")


def test_every_line_of_the_lock_is_a_pin_a_hash_or_a_reason(lock):
    """No option, no address, no host."""
    for line in lock.splitlines():
        assert PIN.match(line) or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?|    # .*", line), line
    assert "://" not in lock


def test_every_pin_has_hashes(lock):
    """Without them pip would refuse the whole file."""
    blocks = re.split(r"^(?=[a-z])", lock, flags=re.M)[1:]
    assert len(blocks) == len(PIN.findall(lock)) > 40
    for block in blocks:
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_lock_holds_what_pyproject_asks_for(root, lock):
    """Each requirement of each extra is pinned, at a version that it admits."""
    from packaging.requirements import Requirement

    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    pins = {}
    for match in PIN.finditer(lock):
        pins.setdefault(match["name"], []).append(match["version"])
    for extra, requirements in project["optional-dependencies"].items():
        for text in requirements:
            wanted = Requirement(text)
            found = pins.get(wanted.name, [])
            assert any(wanted.specifier.contains(version) for version in found), (extra, text, found)


def test_the_checker_itself_needs_nothing(root):
    """So that it runs in a browser and in any CI."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert [] == project["dependencies"]
    assert ">=3.11" == project["requires-python"]


def test_what_is_installed_is_what_the_lock_says(lock):
    """A stale .venv would test something else than what a newcomer gets."""
    import importlib.metadata

    from packaging.markers import Marker

    for match in PIN.finditer(lock):
        if match["marker"] is None or Marker(match["marker"]).evaluate():
            installed = importlib.metadata.version(match["name"])
            assert match["version"] == installed, f"{match['name']}: run make setup"


def test_no_file_names_a_registry_or_a_machine(root):
    """What is installed comes from wherever the reader's own pip is set up to look."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root, capture_output=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout: there is no list of the repository's files")
    for name in listed.stdout.decode().split("\0"):
        file = root / name
        if not name or not file.is_file():
            continue
        text = file.read_bytes().decode("utf-8", "replace")
        for word in HOSTS + PATHS:
            assert word not in text, f"{name} names {word}"
