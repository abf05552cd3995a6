"""Notebooks as pages: run while the site is built, and set by the same Markdown as every other page.

The repository has them without outputs.  Code and outputs become fences, a plot becomes a figure of the
page, and what the reader downloads holds the snippets that it imports.
"""

from __future__ import annotations

import copy
import json
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File

from texecute.mkdocs_plugin.figures import Drawing
from texecute.mkdocs_plugin.problems import Problem
from texecute.mkdocs_plugin.running import Kept, environment, fingerprint

SUFFIX = ".ipynb"
SECONDS = 300
"""For one cell."""
SNIPPETS = "snippets"
"""Tag of the cell that makes the book's snippets importable; it is not shown."""
_IMPORT = re.compile(r"^\s*(?:from|import)\s+(\w+)", re.M)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# Before the first cell: plots in the book's style, as SVG.  In a reader's Jupyter they look as they do there.
_PRELUDE = """
def _prelude():
    import sys
    sys.path.insert(0, {folder!r})
    import kit
    sys.path.pop(0)
    import matplotlib
    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    from IPython.display import display
    matplotlib.rcParams.update(kit.style() | {{"figure.constrained_layout.use": True, "figure.figsize": (6.2, 3.6)}})

    def show(*_, **__):
        for number in plt.get_fignums():
            display({{"image/svg+xml": kit.svg(plt.figure(number)), "text/plain": "a plot"}}, raw=True)
            plt.close(number)

    plt.show = show

_prelude()
del _prelude
"""

log = logging.getLogger("mkdocs.plugins.texecute")


class NotebookFile(File):
    """A notebook that MkDocs takes for a page."""

    def is_documentation_page(self) -> bool:
        """Yes, unlike what the name's end says."""
        return True


def as_page(file: File, config: MkDocsConfig) -> NotebookFile:
    """The file as a page."""
    return NotebookFile(
        file.src_uri, file.src_dir, config.site_dir, config.use_directory_urls, inclusion=file.inclusion
    )


@dataclass(slots=True)
class Notebooks:
    """Runs notebooks; `kept` remembers what they gave."""

    root: Path
    kept: Kept
    problems: list[Problem] = field(default_factory=list)
    ready: dict[str, dict[int, list[dict]]] = field(default_factory=dict)

    def prepare(self, texts: Mapping[str, str]) -> None:
        """Runs the notebooks among these pages (path → text) that have changed, several at a time."""
        self.ready.clear()
        read = {path: _read(text) for path, text in texts.items() if path.endswith(SUFFIX)}
        known = {path: notebook for path, notebook in read.items() if notebook}
        with ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1))) as pool:
            found = pool.map(lambda path: self._outputs(known[path], texts[path], path), known)
            self.ready.update(zip(known, found))

    def page(self, text: str, path: str) -> tuple[str, list[Drawing]]:
        """The Markdown of a notebook (its JSON, its path from the root), and its plots."""
        notebook = _read(text)
        if notebook is None:
            return "", []  # the checker says so
        cells = notebook["cells"]
        outputs = self.ready.pop(path) if path in self.ready else self._outputs(notebook, text, path)
        parts, drawings = [], []
        for number, cell in enumerate(cells):
            source = source_of(cell)
            if cell["cell_type"] == "markdown":
                parts.append(source)
            elif cell["cell_type"] == "code" and SNIPPETS not in tags(cell):
                if "hide-input" not in tags(cell):
                    parts.append(_fence(source, ".python"))
                for output in outputs.get(number, ()):
                    parts.append(self._shown(output, cell, drawings, path, _line(text, cell)))
        return "\n\n".join(parts) + "\n", drawings

    def _outputs(self, notebook: dict, text: str, path: str) -> dict[int, list[dict]]:
        code = [source_of(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]
        if not any(part.strip() for part in code):
            return {}
        snippets = (file.read_bytes() for file in imported(code, self.root / "snippets").values())
        key = "notebook-" + fingerprint(json.dumps(code), Path(__file__).read_bytes(), self._kit(), *snippets)
        known = self.kept.find(key)
        if known is None:
            log.info("running %s", path)
            known = self._run(notebook, text, path)
            if known is None:
                return {}
            self.kept.put(key, known)
        by_place = json.loads(known)
        places = [number for number, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code"]
        return dict(zip(places, by_place))

    def _kit(self) -> bytes:
        kit = self.root / "docs" / "figures" / "kit.py"
        return kit.read_bytes() if kit.is_file() else b""

    def _run(self, notebook: dict, text: str, path: str) -> str | None:
        """The outputs of the code cells as JSON; None after a problem."""
        from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        root = self.root.resolve()
        prelude = _PRELUDE.format(folder=str(root / "docs" / "figures")) if self._kit() else ""
        try:
            ran = execute([prelude, *map(source_of, cells)], (root / path).parent, root / "snippets")
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            at = getattr(error, "number", 0)
            message = getattr(error, "ename", type(error).__name__) + ": " + str(getattr(error, "evalue", "") or error)
            cell = cells[max(at - 1, 0)]
            self.problems.append(
                Problem(path, _line(text, cell), 1, f"code cell {at} does not run: {_COLOUR.sub('', message).strip()}",
                        _fault(error), "the site is built from notebooks that run from the first cell to the last"))  # fmt: skip
            return None
        return json.dumps(ran[1:], ensure_ascii=False)

    def _shown(self, output: dict, cell: dict, drawings: list[Drawing], path: str, line: int) -> str:
        """One output as Markdown."""
        if output["output_type"] == "stream" and output["name"] == "stderr":
            first = output["text"].strip().splitlines()[-1]
            self.problems.append(Problem(path, line, 1, f"this cell writes to the error stream: {first}", "", "say it with print, or mend it"))
            return ""
        if output["output_type"] == "stream":
            return _fence(output["text"], ".text .prints .no-copy", "prints")
        data = output["data"]
        if "image/svg+xml" in data:
            words = cell["metadata"].get("alt", "").strip()
            if not words:
                self.problems.append(
                    Problem(path, line, 1, "the plot of this cell has no text alternative", "",
                            'say in the cell\'s metadata what it shows: "alt": "…"'))  # fmt: skip
            drawings.append(Drawing(data["image/svg+xml"], words))
            caption = cell["metadata"].get("caption", "")
            below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
            return f'<figure class="tx-figure"><div data-figure="{len(drawings) - 1}">{escape(words, quote=False)}</div>{below}</figure>'
        return _fence(data.get("text/plain", ""), ".text .prints .no-copy", "gives")


def execute(sources: list[str], folder: Path, snippets: Path | None = None, seconds: float = SECONDS) -> list[list[dict]]:
    """The outputs of code cells that run one after the other in a kernel of their own, in this folder.

    The kernel can import from the folder `snippets` also where the notebook is a copy at another place.

    An error of nbclient gets the place of its cell as `number`.
    """
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, CellTimeoutError, DeadKernelError

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(
        notebook, timeout=seconds, kernel_name="python3", kernel_manager_class=AsyncKernelManager,
        resources={"metadata": {"path": str(folder)}},
        # It warns of its own sockets, which nobody else can reach here.
        extra_arguments=["--log-level=ERROR"],
    )  # fmt: skip
    try:
        client.execute(env=environment({"PYTHONPATH": str(snippets)} if snippets else {}))
    except (CellControlSignal, CellTimeoutError, DeadKernelError) as error:
        error.number = sum(cell.execution_count is not None for cell in notebook.cells) - 1
        raise
    return [[_plain(output) for output in _joined(cell.outputs)] for cell in notebook.cells]


def _joined(outputs: list[dict]) -> Iterator[dict]:
    """Outputs, pieces of one stream that follow one another as one: how they are cut depends on time."""
    last = None
    for output in outputs:
        if last and output.output_type == "stream" == last.output_type and output.name == last.name:
            last.text += output.text
            continue
        if last:
            yield last
        last = output
    if last:
        yield last


def _plain(output: dict) -> dict:
    kept = ("output_type", "name", "text", "data", "ename", "evalue")
    return {name: output[name] for name in kept if name in output}


def download(text: str, snippets: Path) -> str:
    """The notebook as a reader gets it: the snippets that it imports are written by its first cells."""
    notebook = json.loads(text)
    wanted = imported((source_of(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"), snippets)
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cells.append(cell | {"source": _for_jupyter(source_of(cell)).splitlines(keepends=True)})
            continue
        if cell["cell_type"] == "raw" and not cells:
            continue  # the front matter
        if SNIPPETS not in tags(cell):
            cells.append(cell)
            continue
        for name, file in wanted.items():
            one = copy.deepcopy(cell)
            one["id"] = f"snippet-{name.replace('_', '-')}"
            one["source"] = f"%%writefile {name}.py\n{file.read_text('utf-8')}".splitlines(keepends=True)
            cells.append(one)
    return json.dumps(notebook | {"cells": cells}, indent=1, ensure_ascii=False) + "\n"


def _for_jupyter(markdown: str) -> str:
    """A Markdown cell without what only the site understands: attributes of formulas, references, page names."""
    markdown = re.sub(r"(\$)[ ]*\{[#.][^{}\n]*\}", r"\1", markdown)
    markdown = re.sub(r"@eq-([\w-]+)", lambda match: f"({match[1].replace('-', ' ')})", markdown)
    return re.sub(r"(\]\([^()\s:]*)\.(?:md|ipynb)(?=[#)])", r"\1.html", markdown)


def with_download(html: str, name: str) -> str:
    """The page with a link to the notebook itself below its title."""
    link = (
        f'<p class="tx-download no-pdf">This page is a notebook: <a href="{escape(name)}" download>download {escape(name)}</a> '
        "and run it in Jupyter.</p>"
    )
    head, end, rest = html.partition("</h1>")
    return f"{head}{end}\n{link}{rest}" if end else link + html


def imported(code: Iterable[str], snippets: Path) -> dict[str, Path]:
    """The snippets that these cells import, by name."""
    names = set(_IMPORT.findall("\n".join(code)))
    return {file.stem: file for file in sorted(snippets.glob("*.py")) if file.stem in names}


def _read(text: str) -> dict | None:
    """The notebook, or None if it is none."""
    try:
        notebook = json.loads(text)
        return notebook if isinstance(notebook["cells"], list) else None
    except (ValueError, KeyError, TypeError):
        return None


def front_of(text: str) -> str:
    """The front matter of a notebook: a raw cell before all others."""
    notebook = _read(text)
    first = notebook["cells"][0] if notebook and notebook["cells"] else {}
    return source_of(first) if first.get("cell_type") == "raw" else ""


def source_of(cell: dict) -> str:
    """A cell's source as one text."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def tags(cell: dict) -> list[str]:
    """A cell's tags."""
    return cell.get("metadata", {}).get("tags", [])


def _fence(text: str, classes: str, title: str = "") -> str:
    text = "\n".join(line.rstrip() for line in _COLOUR.sub("", text).expandtabs(8).strip("\n").split("\n"))
    if not text.strip():
        return ""
    mark = "`" * max(3, max((len(run) + 1 for run in re.findall("`+", text)), default=0))
    name = f' title="{title}"' if title else ""
    return f"{mark}{{{classes}{name}}}\n{text}\n{mark}"


def _line(text: str, cell: dict) -> int:
    """The line of the notebook's file at which a cell's code begins."""
    first = next((line for line in source_of(cell).splitlines() if line.strip()), "")
    for ascii_only in (False, True):
        at = text.find(json.dumps(first, ensure_ascii=ascii_only)[:-1])
        if first and at >= 0:
            return text.count("\n", 0, at) + 1
    return 1


def _fault(error: Exception) -> str:
    """The line of the cell that failed, from the kernel's traceback."""
    said = _COLOUR.sub("", str(getattr(error, "traceback", "")))
    marked = re.findall(r"^-+> *\d+ (.*)$", said, re.M)
    return marked[0].strip() if marked else ""
