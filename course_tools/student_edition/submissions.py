"""Repair of submissions, so that nbgrader can grade them whatever students did to their cells."""

from typing import Any

from course_tools.chapter_file import complete

from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook, Notebook
from nbgrader.preprocessors import NbGraderPreprocessor


class RepairSubmission(NbGraderPreprocessor):
    """Gives the cells of a submission the gradebook's metadata, and restores deleted checks.

    It replaces nbgrader's `DeduplicateIds`, which leaves copied cells with metadata that stop grading for everybody.
    nbgrader's own way to restore cells fails if the cell before the deleted one is missing too.
    """

    def preprocess(self, notebook: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Change the notebook in place.

        It uses only the names of cells (`grade_id`) from the submission. If several cells have one name, the last one
        keeps it, as in nbgrader: a kernel keeps the last definitions.
        """
        about = resources["nbgrader"]
        complete(notebook, about["notebook"])
        with Gradebook(about["db_url"]) as gradebook:
            source = gradebook.find_notebook(about["notebook"], about["assignment"])
            metadata = _metadata(source)
            originals = {cell.name: (cell.cell_type, cell.source) for cell in source.source_cells}
        missing = set(metadata)
        for cell in reversed(notebook.cells):
            claimed = cell.metadata.pop("nbgrader", None)
            name = claimed.get("grade_id") if isinstance(claimed, dict) else None
            if isinstance(name, str) and name in missing:
                cell.metadata["nbgrader"] = metadata[name]
                missing.remove(name)
        for name in sorted(missing):
            if metadata[name]["grade"]:
                self.log.warning("The graded cell %s was deleted; it is restored", name)
                kind, text = originals[name]
                new_cell = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
                cell = new_cell(text, metadata={"nbgrader": metadata[name]})
                notebook.cells.insert(_place(notebook, name), cell)
        return notebook, resources


def _metadata(source: Notebook) -> dict[str, dict[str, Any]]:
    """Return nbgrader's metadata of an assignment's notebook by the names of its cells."""
    points = {cell.name: cell.max_score for cell in [*source.grade_cells, *source.task_cells]}
    grades, solutions, tasks = (
        {cell.name for cell in cells} for cells in (source.grade_cells, source.solution_cells, source.task_cells)
    )
    return {
        cell.name: {
            "schema_version": 3,
            "grade_id": cell.name,
            "grade": cell.name in grades,
            "solution": cell.name in solutions,
            "task": cell.name in tasks,
            "locked": cell.locked,
            "checksum": cell.checksum,
            "cell_type": cell.cell_type,
            **({"points": points[cell.name]} if cell.name in points else {}),
        }
        for cell in source.source_cells
    }


def _place(notebook: NotebookNode, name: str) -> int:
    """Return the position for a deleted check: after its exercise, or at the end if that is deleted too."""
    for index, cell in enumerate(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") == name.removesuffix("-check"):
            return index + 1
    return len(notebook.cells)
