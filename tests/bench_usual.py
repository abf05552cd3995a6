"""The book's pages built the usual way, side by side with ours, for `make bench`.

The same sources, without what only our checker reads: Material with MathJax and with KaTeX in the
browser (their files come from npm into a temporary directory), and with `--others` Sphinx with MyST
and MathJax in Jupyter Book's theme (in a temporary virtual environment).  None of these ways checks a
formula, runs code, draws a figure (they get ours) or makes a PDF.

Not one of them fetches anything from another host while it is measured: what would come from a CDN
comes from the same server as the page, so the ways look better here than on the web.
"""

from __future__ import annotations

import math
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench_tables import Row, columns, load
from tests.bench_visit import DELAY, MEGABITS, SLOWER, Visit, hosted, visit
from tests.browsing import CHROMIUM, browser
from texecute.mkdocs_plugin.fences import section
from texecute.mkdocs_plugin.figures import HELPERS, draw, paper_svg
from texecute.mkdocs_plugin.running import Kept
from texecute.pages import read_page

PAGES = ("losses/softmax-cross-entropy", "networks/recurrence")
ROUNDS = 3
PACKAGES = ("mathjax@3.2.2", "mathjax@4.1.3", "@mathjax/mathjax-newcm-font@4.1.3", "katex@0.19.1")
SPHINX = ("sphinx", "myst-parser", "sphinx-design", "sphinx-book-theme")
IN_MATERIAL, IN_SPHINX = "article .arithmatex", "article .math.notranslate"
OURS = "article :is(.tx-box, .tx-inline) > math"


class Missing(Exception):
    """Something that this machine lacks; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Way:
    """A built site: its address below the server's, where its formulas are, and how long it took."""

    name: str
    address: str
    formulas: str
    cold: str = "?"
    again: str = "?"


# --- sources --------------------------------------------------------------------------------------


def usual_markdown(text: str, path: str) -> str:
    """A page of ours for Material: no attributes behind formulas, plain references."""
    parts, position = [], 0
    for formula in read_page(text, path).formulas:
        parts.append(text[position : formula.start])
        whole = text[formula.start : formula.end]
        # The source ends with the last dollar; behind it there is what only the checker reads.
        parts.append(whole[: whole.rindex("$") + 1] if "$" in whole else whole)
        position = formula.end
    text = "".join(parts) + text[position:]
    text = re.sub(r"(?<![\w@/.`])@eq-([\w-]+)", r"(\1)", text)
    return re.sub(r"^( *`{3,}) *\{\.(\w+)[^}]*\}", r"\1\2", text, flags=re.M)


def myst_markdown(text: str, path: str, root: Path) -> str:
    """A page of ours for MyST: tabs and boxes as directives, included code in its place."""
    text = usual_markdown(text, path)
    front, text = re.match(r"(---\n.*?\n---\n)?(.*)", text, re.S).groups()
    text = re.sub(r"^(#+ .*?) *\{[^}]*\}$", r"\1", text, flags=re.M)
    text = re.sub(r"^ *\{[^}]*\}\n", "", text, flags=re.M)
    return (front or "") + "\n".join(_directives(_included(text, root).split("\n"), 10)) + "\n"


def _included(text: str, root: Path) -> str:
    def whole(found: re.Match) -> str:
        code = section((root / found[2]).read_text("utf-8"), found[3] or "")[0]
        return textwrap.indent(code.rstrip(), found[1])

    return re.sub(r'^( *)--8<-- "([^":]+)(?::([\w-]+))?"$', whole, text, flags=re.M)


_BLOCK = re.compile(r'(===|!!!|\?\?\?\+?) *(\w+)? *(?:"(.*)")?$')


def _directives(lines: list[str], colons: int) -> Iterator[str]:
    """Material's indented blocks as colon fences; the outer ones have more colons."""
    row, tabs, fence = 0, False, ""
    while row < len(lines):
        line = lines[row]
        mark = re.match(r" *(`{3,}|~{3,})", line)
        if mark and (not fence or line.strip() == fence):
            fence = "" if fence else mark[1]
        block = None if fence else _BLOCK.match(line)
        if tabs and line.strip() and not (block and block[1] == "==="):
            yield ":" * colons
            tabs = False
        row += 1
        if not block:
            yield line
            continue
        begin = row
        while row < len(lines) and (not lines[row].strip() or lines[row].startswith("    ")):
            row += 1
        if block[1] == "===" and not tabs:
            yield from ("", ":" * colons + "{tab-set}")
            tabs = True
        kind = "tab-item" if block[1] == "===" else "admonition" if block[1] == "!!!" else "dropdown"
        title = block[3] or (block[2] or "note").capitalize()
        yield ":" * (colons - 1) + f"{{{kind}}} {title}"
        if kind == "tab-item":
            yield f":sync: {title}"
        yield ""
        yield from _directives(textwrap.dedent("\n".join(lines[begin:row])).split("\n"), colons - 2)
        yield from (":" * (colons - 1), "")
    if tabs:
        yield ":" * colons


def write_sources(book: Path, target: Path, convert: Callable[[str, str], str]) -> None:
    """All pages of the book, converted, with its figures as files; no notebooks."""
    for page in (book / "docs").rglob("*.md"):
        file = target / page.relative_to(book / "docs")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(convert(page.read_text("utf-8-sig"), page.as_posix()), "utf-8")
    (target / "figures").mkdir(exist_ok=True)
    for script in sorted((book / "docs" / "figures").glob("*.py")):
        if script.name not in HELPERS:
            svg = paper_svg(draw(script, book, Kept(book / ".cache" / "texecute")))
            (target / "figures" / f"{script.stem}.svg").write_text(svg, "utf-8")


# --- Material ---------------------------------------------------------------------------------------


# As each project's own documentation says, with the files from our server.
_MATHJAX = """window.MathJax = {
  tex: {inlineMath: [["\\\\(", "\\\\)"]], displayMath: [["\\\\[", "\\\\]"]], processEscapes: true, processEnvironments: true},
  options: {ignoreHtmlClass: ".*|", processHtmlClass: "arithmatex"},%s
};
"""
_KATEX = """document.addEventListener("DOMContentLoaded", () => renderMathInElement(document.body, {delimiters: [
  {left: "\\\\(", right: "\\\\)", display: false}, {left: "\\\\[", right: "\\\\]", display: true}]}));
"""


def material(book: Path, folder: Path, renderer: str, address: str) -> Path:
    """The folder of a Material project like ours, its formulas left to a renderer in the browser."""
    project = folder / renderer
    write_sources(book, project / "docs", usual_markdown)
    if (book / "snippets").is_dir():
        shutil.copytree(book / "snippets", project / "snippets")
    npm, styles = f"{address}npm", []
    if renderer == "katex":
        starter, styles = _KATEX, [f"{npm}/katex/dist/katex.min.css"]
        scripts = [f"{npm}/katex/dist/katex.min.js", f"{npm}/katex/dist/contrib/auto-render.min.js", "start.js"]
    elif renderer == "mathjax3":
        starter, scripts = _MATHJAX % "", ["start.js", f"{npm}/mathjax3/es5/tex-mml-chtml.js"]
    else:
        starter = _MATHJAX % f'\n  output: {{fontPath: "{npm}/%%FONT%%-font"}},'
        scripts = ["start.js", f"{npm}/mathjax4/tex-mml-chtml.js"]
    (project / "docs" / "start.js").write_text(starter, "utf-8")
    config = (book / "mkdocs.yml").read_text("utf-8")
    parts = [_block(config, name) for name in ("theme", "nav", "markdown_extensions")]
    # Its icon is one of our files.
    parts[0] = re.sub(r"^ *favicon:.*\n", "", parts[0], flags=re.M)
    lines = ["site_name: The usual way", "use_directory_urls: false", "plugins: [search]", "".join(parts).rstrip()]
    lines += ["  - pymdownx.arithmatex:", "      generic: true", f"extra_css: {styles}", f"extra_javascript: {scripts}"]
    (project / "mkdocs.yml").write_text("\n".join(lines) + "\n", "utf-8")
    return project


def _block(config: str, name: str) -> str:
    """A part of mkdocs.yml, without notebooks."""
    found = re.search(rf"^{name}:\n(?:(?: .*)?\n|#.*\n)*", config, re.M)
    return re.sub(r"^ *- .*\.ipynb\n", "", found[0].rstrip() + "\n", flags=re.M) if found else ""


def npm_packages(target: Path, packages: tuple[str, ...] = PACKAGES) -> None:
    """MathJax and KaTeX as npm has them, each unpacked into a folder of its name and first number."""
    if not shutil.which("npm"):
        raise Missing("MathJax and KaTeX come from npm, which is not installed: apt-get install npm")
    target.mkdir(parents=True, exist_ok=True)
    run = subprocess.run(["npm", "pack", "--silent", *packages], cwd=target, capture_output=True, text=True)
    if run.returncode:
        raise Missing(f"npm could not fetch {', '.join(packages)}; it needs a network: {run.stderr.strip()[-500:]}")
    for package in packages:
        name, _, version = package.rpartition("@")
        (archive,) = target.glob(f"{name.lstrip('@').replace('/', '-')}-{version}.tgz")
        folder = name.rpartition("/")[2] + (version[0] if name == "mathjax" else "")
        with tarfile.open(archive) as packed:
            packed.extractall(target / "unpacked", filter="data")
        (target / "unpacked" / "package").rename(target / folder)


# --- Sphinx -----------------------------------------------------------------------------------------


def sphinx(book: Path, folder: Path, address: str) -> tuple[Path, list[str]]:
    """The folder of a Sphinx project, and the command that builds it; installs Sphinx into `folder`."""
    python = folder / "sphinx-venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *SPHINX]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise Missing(f"Sphinx cannot be installed here: {run.stderr.strip()[-500:]}")
    project = folder / "sphinx"
    write_sources(book, project, lambda text, path: myst_markdown(text, path, book))
    with (project / "index.md").open("a", encoding="utf-8") as index:
        index.write("\n```{toctree}\n:hidden:\n:glob:\n\n**\n```\n")
    (project / "conf.py").write_text(
        'project = "The usual way"\nextensions = ["myst_parser", "sphinx_design", "sphinx.ext.mathjax"]\n'
        'myst_enable_extensions = ["dollarmath", "colon_fence", "deflist", "html_admonition"]\n'
        'html_theme = "sphinx_book_theme"\nmyst_heading_anchors = 6\nexclude_patterns = ["site"]\n'
        f'mathjax_path = "{address}npm/mathjax4/tex-mml-chtml.js"\n'
        f'mathjax4_config = {{"output": {{"fontPath": "{address}npm/%%FONT%%-font"}}}}\n',
        "utf-8",
    )
    # As many processes as MkDocs has: one.
    return project, [str(python), "-m", "sphinx", "--quiet", "--builder", "html", ".", "site"]


# --- building ---------------------------------------------------------------------------------------


def mkdocs_command() -> list[str]:
    """Builds what stands in the working directory into `site`; its warnings are about our links to what is not there."""
    return [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", "site"]


def built(name: str, project: Path, command: list[str], formulas: str, base: Path) -> Way:
    """Builds a project twice."""
    spent = []
    for _ in range(2):
        started = time.perf_counter()
        run = subprocess.run(command, cwd=project, capture_output=True, text=True)
        spent.append(f"{time.perf_counter() - started:.1f} s")
        if run.returncode:
            raise Missing(f"{name}: the build failed: {run.stderr.strip()[-1500:]}")
    return Way(name, (project / "site").relative_to(base).as_posix() + "/", formulas, *spent)


def ways(folder: Path, address: str, ours: Way, others: bool) -> Iterator[Way]:
    """Ours first; what cannot be had here is named and left out."""
    yield ours
    book, usual = folder / "book", folder / "usual"
    makers = [
        (name, IN_MATERIAL, lambda renderer=renderer: (material(book, usual, renderer, address), mkdocs_command()))
        for name, renderer in (("Material, MathJax 3", "mathjax3"), ("Material, MathJax 4", "mathjax4"), ("Material, KaTeX", "katex"))
    ]
    if others:
        makers.append(("Sphinx with MyST, MathJax 4", IN_SPHINX, lambda: sphinx(book, usual, address)))
    try:
        npm_packages(folder / "npm")
    except Missing as missing:
        print(f"Not compared with the usual ways: {missing}", flush=True)
        return
    for name, formulas, make in makers:
        try:
            yield built(name, *make(), formulas, folder)
        except Missing as missing:
            print(f"Left out: {missing}", flush=True)


# --- side by side -----------------------------------------------------------------------------------


def visits(address: str, compared: list[Way], page: str, slow_network: bool, rounds: int = ROUNDS) -> dict[str, list[Visit]]:
    """Visits to one page of every way; the ways take turns, so that a busy machine slows all of them."""
    found: dict[str, list[Visit]] = {way.name: [] for way in compared}
    with browser() as chromium:
        for _ in range(rounds):
            for way in compared:
                url = f"{address}{way.address}{page}.html"
                found[way.name].append(visit(chromium, url, way.formulas, slow_network=slow_network))
    return found


def rows(fast: dict[str, list[Visit]], slow: dict[str, list[Visit]]) -> Iterator[Row]:
    """A row for each way; the first one is ours."""
    first = [statistics.median(one.seconds for one in next(iter(found.values()))) for found in (fast, slow)]
    for name, seen in fast.items():
        cells = [f"{seen[0].bytes / 1000:,.0f} kB", str(seen[0].requests)]
        for found, ours in zip((seen, slow[name]), first):
            seconds = statistics.median(one.seconds for one in found)
            cells += [f"{seconds:.2f} s", f"{seconds / ours:.1f}"] if seconds < math.inf else ["never", ""]
        cells.append(f"{max(one.shift for one in [*seen, *slow[name]]):.3f}")
        yield name, *cells


def notes(seen: dict[str, list[Visit]]) -> Iterator[str]:
    """What was not as it should be: formulas that are not there or not drawn, files that did not come."""
    expected = next(iter(seen.values()))[0].formulas
    for name, found in seen.items():
        last = found[-1]
        if last.formulas != expected:
            yield f"{name}: {last.formulas} formulas on the page, not {expected}"
        if last.errors:
            yield f"{name}: {last.errors} formulas could not be drawn"
        if last.failed:
            yield f"{name}: did not arrive: {', '.join(last.failed[:3])}"


def main(folder: Path, ours: Way, others: bool = False, pages: tuple[str, ...] = PAGES) -> None:
    """Prints how long each way builds, then for each page a table of visits."""
    with hosted(folder) as address:
        compared = list(ways(folder, address, ours, others))
        table = [(way.name, way.cold, way.again) for way in compared]
        print("\n" + columns(table, ("the same pages built", "cold", "again")))
        print("Ours checks every formula with all variants, runs the code and makes the PDF; the others do none of this.", flush=True)
        if not CHROMIUM:
            print("Not visited: Chromium is not installed: apt-get install chromium, or CHROMIUM=/path/to/chromium", flush=True)
            return
        for page in pages:
            fast, slow = (visits(address, compared, page, slow_network) for slow_network in (False, True))
            count = fast[ours.name][0].formulas
            heads = (f"{page}, {count} formulas", "first visit", "requests", "last formula", "times ours", "slow network", "times ours", "layout shift")
            print("\n" + columns(rows(fast, slow), heads))
            print(f"After these: {load()}", flush=True)
            print(*notes(fast), sep="\n", end="\n" * any(notes(fast)), flush=True)
    print(
        f"\nFirst visit: all that is downloaded, the theme's own files too, compressed as a host does.  Last formula: from the\n"
        f"beginning of the visit until it stands (tests/bench_visit.py says how this is measured), Chromium slowed {SLOWER} times,\n"
        f"median of {ROUNDS}; slow network: besides {MEGABITS:g} Mbit/s and {DELAY} ms there and back.  All files from one host on\n"
        f"this machine, none from a CDN."
    )
