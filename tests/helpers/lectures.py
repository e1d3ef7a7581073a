"""Small courses with one chapter for tests of slides; they need not run."""

from pathlib import Path

from course_utils.syllabus import Course, find_course

import nbformat
import yaml
from batch_folder import png

v4 = nbformat.v4


PNG = png((800, 400))


def prose(source: str, slide_type: str | None = None, **metadata) -> nbformat.NotebookNode:
    return v4.new_markdown_cell(source, metadata=_with_slide_type(slide_type, metadata))


def code(source: str, *outputs, slide_type: str | None = None, **metadata) -> nbformat.NotebookNode:
    metadata = _with_slide_type(slide_type, metadata)
    return v4.new_code_cell(source, metadata=metadata, outputs=list(outputs), execution_count=1)


def _with_slide_type(slide_type: str | None, metadata: dict) -> dict:
    return metadata | ({"slideshow": {"slide_type": slide_type}} if slide_type else {})


def figure(alt: str | None = "A grey rectangle and nothing else", size=(800, 400)) -> nbformat.NotebookNode:
    metadata = {"image/png": {"alt": alt}} if alt else {}
    return v4.new_output("display_data", {"image/png": png(size)}, metadata=metadata)


def output(data: dict[str, str]) -> nbformat.NotebookNode:
    return v4.new_output("display_data", data)


def printed(text: str) -> nbformat.NotebookNode:
    return v4.new_output("stream", name="stdout", text=text)


def notebook(*cells) -> nbformat.NotebookNode:
    """Return a chapter with title, setup, and these cells; a string becomes a Markdown cell."""
    begin = [
        prose("# A chapter\n\nOn something. After it you can\n\n- do this;\n- do that."),
        code("import this", tags=["setup"]),
    ]
    rest = [prose(cell) if isinstance(cell, str) else cell for cell in cells]
    return v4.new_notebook(cells=begin + rest, metadata={"course": {"number": 1}})


def lecture(root: Path, *cells) -> Course:
    """Make a course with one chapter of these cells."""
    (root / "notebooks").mkdir(parents=True)
    nbformat.write(notebook(*cells), root / "notebooks" / "01_lecture.ipynb")
    facts = {
        "title": "Tiny",
        "documents": {"book": {"title": "A book", "author": "Somebody", "year": 1998}},
        "chapters": [{"number": 1, "name": "lecture", "title": "A chapter", "sources": {"book": ["First words"]}}],
    }
    (root / "notebooks" / "course.yaml").write_text(yaml.safe_dump(facts))
    return find_course(root)
