"""The outputs of a notebook that give an answer away."""

from nbformat import NotebookNode

SHOWS_ANSWER = "shows-answer"  # tag of a cell whose output answers an exercise


def outputs_that_answer(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Return the code cells whose outputs students must not see before they have answered.

    These are the exercises, their checks, the cells between a prediction and its check, and cells elsewhere (such as
    in the summary) with the tag `shows-answer`.

    Args:
        cells: All cells of a notebook, in order.

    Returns:
        Those cells, in order.
    """
    found, waiting_for = [], None
    for cell in cells:
        exercise = cell.metadata.get("nbgrader", {})
        if exercise.get("solution"):
            waiting_for = f"{exercise.grade_id}-check"
        if exercise or waiting_for or SHOWS_ANSWER in cell.metadata.get("tags", []):
            found.append(cell)
        if exercise.get("grade_id") == waiting_for:
            waiting_for = None
    return [cell for cell in found if cell.cell_type == "code"]
