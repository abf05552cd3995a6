"""What the README shows is what the checker says."""

from __future__ import annotations

import re
from pathlib import Path

import texecute

README = Path(__file__).resolve().parent.parent / "README.md"


def test_the_output_in_the_readme_is_the_checkers():
    """The README's page with a mistake gets the very message that stands below it."""
    text = README.read_text("utf-8")
    page = re.search(r"```markdown\n(.*?)```", text, re.S)[1]
    shown = re.search(r"```text\n\$ [^\n]*\n(.*?)```", text, re.S)[1]
    assert shown.strip() == texecute.check(page, "notes.md").text().strip()
