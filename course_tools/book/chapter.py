"""A chapter for readers: solutions after their exercises, and code that only draws folded."""

import copy
import re
from collections.abc import Iterator

from course_tools.book.glossary import with_anchors
from course_tools.chapter_file import read_chapter
from course_tools.jobs.notebook_code import LIVE_TAG
from course_tools.student_edition.student import SOLVED_EDITION, student_edition
from course_utils.syllabus import Chapter

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

FOLDED_TAGS = {"hide-input", "parameters", "setup", LIVE_TAG}
# Calls that show what the course says of a chapter: there is no code to unfold.
ONLY_SHOWN = re.compile(r"documents_checked\(\d+\)")
MARK = re.compile(r"^\s*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


def chapter_to_read(chapter: Chapter) -> NotebookNode:
    """Return a chapter's notebook as the book shows it.

    Each code cell carries what myst-nb needs: the tags `hide-input` and `hide-cell` for folded parts, the prompt on the
    fold (`mystnb`), and the descriptions of its figures (`alts`, in order).

    Args:
        chapter: A chapter that has a notebook.

    Returns:
        A new notebook. Its title begins with the chapter's number. An exercise has the student's stub, and the folded
        solution follows the exercise's check, with its own output and that of the check.

    Raises:
        CourseError: The notebook cannot be read, or an exercise lacks the marks around its solution.
    """
    notebook = read_chapter(chapter)
    stubs = {cell.id: cell.source for cell in student_edition(notebook).cells}
    cells = list(_with_solutions_last(notebook.cells, stubs))
    cells[0].source = re.sub(r"^# ", f"# {chapter.number:02d} ", cells[0].source)
    for cell in cells:
        if cell.cell_type == "code":
            _prepare(cell)
        else:
            cell.source = with_anchors(cell.source)
    kept = ("kernelspec", "language_info")
    return new_notebook(cells=cells, metadata={key: notebook.metadata[key] for key in kept if key in notebook.metadata})


def _with_solutions_last(cells: list[NotebookNode], stubs: dict[str, str]) -> Iterator[NotebookNode]:
    """Yield the cells in order, but each solution after the check that asks for it."""
    solutions = {}
    for cell in cells:
        exercise = cell.metadata.get("nbgrader", {})
        if exercise.get("solution") and cell.cell_type == "code":
            solutions[f"{exercise.grade_id}-check"] = _solution(cell)
            cell.source, cell.outputs = stubs[cell.id], []
        if SOLVED_EDITION in cell.metadata.get("tags", []):
            continue
        yield cell
        if solution := solutions.pop(exercise.get("grade_id"), None):
            solution.outputs += cell.outputs
            cell.outputs = []
            yield solution
    yield from solutions.values()


def _solution(cell: NotebookNode) -> NotebookNode:
    solution = copy.deepcopy(cell)
    solution.id = f"{cell.id}-solution"
    solution.source = MARK.sub("", cell.source).rstrip()
    solution.metadata.tags = ["hide-cell"]
    solution.metadata.mystnb = {"code_prompt_show": "Solution", "code_prompt_hide": "Solution"}
    return solution


def _prepare(cell: NotebookNode) -> None:
    """Fold the cell if it only sets up or draws, and keep only outputs that a page can show."""
    tags = set(cell.metadata.get("tags", []))
    hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    if ONLY_SHOWN.fullmatch(cell.source.strip()):
        cell.metadata.tags = ["remove-input"]
    elif hidden or tags & FOLDED_TAGS or re.search(r"^\s*show\(", cell.source, re.MULTILINE):
        cell.metadata.tags = sorted(tags | {"hide-input"})
    if LIVE_TAG in tags:
        prompt = "A slider, which moves in JupyterLab only: show its code"
        cell.metadata.mystnb = {"code_prompt_show": prompt, "code_prompt_hide": "Hide the slider's code"}
    cell.metadata.alts = []
    for output in cell.outputs:
        data = output.get("data", {})
        for mime in [mime for mime in data if mime.startswith("application/vnd.course.")]:
            del data[mime]
        if "text/html" in data:
            data["text/html"] = re.sub(r"(href=['\"]\d\d_\w+)\.ipynb", r"\1.html", data["text/html"])
        images = [mime for mime in data if mime.startswith("image/")]
        cell.metadata.alts += [output.metadata.get(mime, {}).get("alt", "") for mime in images]
    cell.outputs = [output for output in cell.outputs if output.get("data", True)]
