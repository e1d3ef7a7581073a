"""The student edition of a notebook: stubs instead of solutions, and no output that gives an answer away.

It is made by nbgrader's preprocessors, two of them adapted to the course's notebooks. Therefore an nbgrader course can
be built from either edition (see `grading`).
"""

import copy
import re
from typing import Any

from course_tools import HOW_TO_INSTALL
from course_tools.chapter_file import in_short
from course_tools.student_edition.answers import outputs_that_answer
from course_utils.errors import CourseError

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

try:
    from nbgrader import utils
    from nbgrader.nbgraderformat import MetadataValidator, SchemaTooNewError, SchemaTooOldError, ValidationError
    from nbgrader.preprocessors import ClearSolutions, ComputeChecksums, LockCells
except ModuleNotFoundError as error:
    raise CourseError(
        f"the student edition needs nbgrader, but {error.name} is not installed; {HOW_TO_INSTALL}"
    ) from error

SOLVED_EDITION = "solved-edition"  # tag of the cell about the solved edition, which exports leave out
STUB_OF_FUNCTION = "...  # write {name} here, in place of the dots; end it with return"
STUB_OF_VALUE = "# {name} is your answer: put it in place of the dots, or compute it here"
IN_EVERY_STUB = "in place of the dots"


class WriteStubs(ClearSolutions):
    """Replaces each solution by a stub that says what to write, and that runs without an error.

    A cell that is already a stub stays as it is. nbgrader's checksum of the student edition identifies it: a solution
    without marks may have kept the stub's comment.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace the solution of one cell."""
        marks = re.findall(f"{self.begin_solution_delimeter}|{self.end_solution_delimeter}", cell.source)
        name = f"cell {cell.get('id', index)}"
        if not utils.is_solution(cell):
            if marks:
                raise CourseError(f"{name} holds a solution but is not an exercise: give it nbgrader's metadata")
            return cell, resources
        if marks == [self.begin_solution_delimeter, self.end_solution_delimeter]:
            self.code_stub = {"python": self._stub(cell.source, name)}
            return super().preprocess_cell(cell, resources, index)
        untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
        if marks or IN_EVERY_STUB not in cell.source or not untouched:
            raise CourseError(
                f"{name} is an exercise, so its solution must be between one line ### BEGIN SOLUTION and one line "
                f"### END SOLUTION; it has {', '.join(marks) or 'neither'}"
            )
        return cell, resources

    def _stub(self, source: str, cell: str) -> str:
        before, _, _ = source.partition(self.begin_solution_delimeter)
        in_function = before.splitlines()[-1].startswith((" ", "\t"))
        stub, names = (STUB_OF_FUNCTION, r"def (\w+)") if in_function else (STUB_OF_VALUE, r"(?m)^(\w+) = \.\.\.")
        found = re.findall(names, before)
        if not found:
            raise CourseError(
                f"{cell} is an exercise, so the part that the student completes must precede its solution: "
                "the line `name = ...`, or `def name():` with the solution in its body"
            )
        return stub.format(name=found[-1])


class HideAnswers(Preprocessor):
    """Removes the outputs that give answers away and all that belongs only to the solved edition, and lets checks fail.

    A check that fails must not end *Run All*: Jupyter continues after a cell with the tag `raises-exception`.
    """

    def preprocess(self, notebook: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Change the notebook in place."""
        notebook.cells = [cell for cell in notebook.cells if SOLVED_EDITION not in cell.metadata.get("tags", [])]
        for cell in outputs_that_answer(notebook.cells):
            cell.outputs, cell.execution_count = [], None
        for cell in notebook.cells:
            tags = cell.metadata.get("tags", [])
            if utils.is_solution(cell):
                cell.pop("attachments", None)
            elif utils.is_locked(cell) and cell.cell_type == "code" and "raises-exception" not in tags:
                cell.metadata["tags"] = [*tags, "raises-exception"]
        for of_solved_edition in ("code", "depends"):  # hashes of its code and of its outputs' dependencies
            notebook.metadata.get("course", {}).pop(of_solved_edition, None)
        return notebook, resources


def student_edition(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook as students get it.

    Args:
        notebook: A chapter of the solved edition, as nbformat reads it; it is not changed.

    Returns:
        The same notebook with stubs instead of solutions, without the outputs that give an answer away, and with locked
        checks that do not stop *Run All*.

    Raises:
        CourseError: An exercise has no solution between its marks, a solution is outside an exercise, or nbgrader's
            metadata of a cell are missing or occur twice.
    """
    edition, resources = copy.deepcopy(notebook), {}
    try:
        MetadataValidator().validate_nb(edition)
    except (ValidationError, SchemaTooOldError, SchemaTooNewError) as error:
        raise CourseError(f"nbgrader's metadata of its cells are invalid: {in_short(error)}") from error
    for step in (HideAnswers, WriteStubs, LockCells, ComputeChecksums):
        edition, resources = step().preprocess(edition, resources)
    return edition
