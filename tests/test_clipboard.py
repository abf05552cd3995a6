"""What a copy button puts on the clipboard runs: in a fresh interpreter that has NumPy and nothing else.

Every copy button of every page is pressed in a real browser.  A block that goes on from the one above
it is run behind it, as a reader would paste them, and few may be of that kind.  Only a block that says by its own
imports that it needs more, a comparison with JAX or a use of the checker, is left to the tests of
its page.
"""

import json
import re
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy
import pytest

from tests.browsing import DESK, NEEDS_CHROMIUM, open_page

pytestmark = NEEDS_CHROMIUM

ROOT = Path(__file__).parent.parent
PAGES = sorted(page.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for page in (ROOT / "docs").rglob("*.md"))

MORE = re.compile(r"^import (jax|texecute)\b", re.M)

# In a fresh interpreter: no site-packages but a folder in which NumPy is the only package.
BARE = [sys.executable, "-I", "-S", "-c"]
RUN = """
import json, sys, traceback
sys.path.append({numpy!r})
class Only:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        # Private modules are Python's own: some are made when it is installed, and are on no list.
        if top not in sys.stdlib_module_names and top != "numpy" and not top.startswith("_"):
            raise ModuleNotFoundError(f"a reader has NumPy only, not {{name}}")
sys.meta_path.insert(0, Only())
import numpy
faults = []
for ways in json.load(sys.stdin):
    for code in ways:
        try:
            exec(compile(code, "<clipboard>", "exec"), {{"__name__": "__main__"}})
        except NameError:
            fault = code + "\\n" + traceback.format_exc()
            continue
        except Exception:
            fault = code + "\\n" + traceback.format_exc()
        else:
            fault = ""
        break
    if fault:
        faults.append(fault)
sys.stdout = sys.__stdout__
print("\\x1e" + json.dumps(faults))
"""
# Presses the buttons one after another, as fast as the page answers.
PRESS = """
async () => {
  const copied = [];
  for (const block of document.querySelectorAll(".language-python.highlight")) {
    for (let details = block.closest("details"); details; details = details.parentElement.closest("details"))
      details.open = true;
    const button = block.querySelector("button[data-md-type=copy], button[data-clipboard-target]");
    if (!button) { copied.push([block.textContent, null]); continue; }
    await navigator.clipboard.writeText("nothing was copied");
    button.click();
    for (let wait = 0; wait < 50 && await navigator.clipboard.readText() == "nothing was copied"; wait++)
      await new Promise(done => setTimeout(done, 10));
    copied.push([block.querySelector("code").textContent, await navigator.clipboard.readText()]);
  }
  return copied;
}
"""


def run_alone(blocks):
    """What each block that fails says; every block has an empty namespace of its own.

    A block may be a list of ways to run it: where a name is missing, the next one is tried.
    """
    blocks = [[block] if isinstance(block, str) else block for block in blocks]
    code = RUN.format(numpy=str(Path(numpy.__file__).parent.parent))
    run = subprocess.run([*BARE, code], input=json.dumps(blocks), capture_output=True, text=True, timeout=300)
    assert 0 == run.returncode, run.stderr
    return json.loads(run.stdout.rpartition("\x1e")[2])


@pytest.fixture(scope="module")
def copied(chromium, address):
    """Page → what each of its copy buttons gives."""
    context = chromium.new_context(viewport=DESK)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address.rstrip("/"))
    found = {}
    for path in PAGES:
        page = open_page(context, address, path)
        found[path] = page.evaluate(PRESS)
        page.close()
    context.close()
    return found


def test_the_clipboard_holds_the_block_as_it_is_shown(copied):
    """Whole, without prompts, numbers or printed output; the last newline may go."""
    for path, blocks in copied.items():
        for shown, clipboard in blocks:
            assert clipboard is not None, f"{path}: a block without a copy button\n{shown}"
            assert shown.rstrip("\n") == clipboard.rstrip("\n"), path
    assert sum(map(len, copied.values())) >= 20


def test_what_was_copied_runs_with_numpy_and_nothing_else(copied):
    """Each different block once, alone; one that goes on from the blocks above it, behind up to two of them."""
    every = {clipboard: found[:place] for found in copied.values() for place, (_, clipboard) in enumerate(found)}
    blocks = []
    for block in sorted(every):
        if not MORE.search(block):
            above = [other for _, other in every[block] if not MORE.search(other)]
            blocks.append(["\n".join([*above[len(above) - count :], block]) for count in range(min(2, len(above)) + 1)])
    assert len(blocks) >= 0.8 * len(every)
    assert len(run_alone([ways[0] for ways in blocks])) <= 0.2 * len(blocks)
    halves = [blocks[0::2], blocks[1::2]]
    with ThreadPoolExecutor(2) as pool:
        faults = [fault for half in pool.map(run_alone, halves) for fault in half]
    assert not faults, "\n\n".join(faults)
    print(f"{len(blocks)} different blocks of {sum(map(len, copied.values()))} buttons ran")


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("import jax", "a reader has NumPy only, not jax"),
        ("import texecute", "a reader has NumPy only, not texecute"),
        ("np.zeros(3)", "name 'np' is not defined"),
        ("assert 1 == 2", "AssertionError"),
    ],
)
def test_a_block_that_needs_more_is_noticed(block, said):
    """The interpreter has nothing that a reader has not."""
    assert said in run_alone(["a = 1", block])[0]


def test_a_block_finds_nothing_of_the_one_before():
    """No name is left behind."""
    assert "name 'a' is not defined" in run_alone(["a = 1", textwrap.dedent("b = a")])[0]
