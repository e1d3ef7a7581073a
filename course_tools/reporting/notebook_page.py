"""An executed notebook as one HTML page, to be read without Jupyter."""

import json
from pathlib import Path
from typing import Any

from course_tools.reporting import safe
from course_tools.reporting.page import render, write_page
from course_tools.reporting.pictures import data_url, description
from course_utils.display import CLAIM_MIME, DATASET_MIME

from markupsafe import Markup

FOR_MACHINES = {CLAIM_MIME, DATASET_MIME}


def write_notebook_page(notebook: Path, **about: Any) -> Path:
    """Write a notebook's page beside it.

    Args:
        notebook: The `.ipynb` file.
        **about: The content of the page's head: `title`, `status`, and `report`, the report's address from the page.

    Returns:
        The page's path: the notebook's with the suffix `.html`.

    Raises:
        ValueError, KeyError: The file is not a notebook.
        OSError: It cannot be read, or the page cannot be written.
    """
    content = json.loads(notebook.read_text(encoding="utf-8"))
    cells = [_cell(cell) for cell in content["cells"]]
    return write_page(
        notebook.with_suffix(".html"), render("notebook.html.j2", cells=cells, notebook=notebook.name, **about)
    )


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    source = _joined(cell.get("source", ""))
    tags = cell.get("metadata", {}).get("tags", [])
    shown = {"kind": cell.get("cell_type"), "count": cell.get("execution_count"), "tags": tags, "outputs": []}
    if shown["kind"] == "markdown":
        attachments = {name: _joined_values(data) for name, data in cell.get("attachments", {}).items()}
        return shown | {"source": safe.markdown(source, attachments)}
    if shown["kind"] == "code":
        return shown | {"source": safe.code(source), "outputs": [_output(one) for one in cell.get("outputs", [])]}
    return shown | {"source": safe.text(source)}


def _output(output: dict[str, Any]) -> dict[str, Any]:
    """Return one output as `kind` (its style) and `content`."""
    kind = output.get("output_type")
    if kind == "stream":
        return {"kind": "error" if output.get("name") == "stderr" else "text", "content": safe.text(_text(output))}
    if kind == "error":
        traceback = "\n".join(output.get("traceback", [])) or f"{output.get('ename')}: {output.get('evalue')}"
        return {"kind": "traceback", "content": safe.text(traceback)}
    return {"kind": "rich", "content": _richest(_joined_values(output.get("data", {})), output)}


def _richest(data: dict[str, str], output: dict[str, Any]) -> Markup:
    """Return the richest form of an output that a page without scripts can show."""
    if "text/html" in data:
        return safe.html(data["text/html"])
    if "text/markdown" in data:
        return safe.markdown(data["text/markdown"])
    for mime in data:
        address = data_url(mime, data[mime])
        if address:
            return Markup('<img src="{}" alt="{}">').format(address, description(output, mime))
    if "text/latex" in data:
        return Markup("<p>{}</p>").format(safe.with_formulas(data["text/latex"]))
    if "text/plain" in data:
        return safe.text(data["text/plain"])
    kinds = ", ".join(sorted(data.keys() - FOR_MACHINES))
    return Markup('<p class="soft">{}</p>').format(f"An output that only Jupyter can show ({kinds}).") if kinds else ""


def _text(output: dict[str, Any]) -> str:
    return _joined(output.get("text", ""))


def _joined_values(data: dict[str, Any]) -> dict[str, str]:
    return {mime: _joined(content) for mime, content in data.items()}


def _joined(content: Any) -> str:
    """Return content as a string: notebooks may hold it as a list of lines, or as JSON."""
    if isinstance(content, list) and all(isinstance(line, str) for line in content):
        return "".join(content)
    return content if isinstance(content, str) else json.dumps(content)
