"""An nbgrader course out of the notebooks: what nbgrader has to know to leave stubs and teaching outputs as they are.

The instructor's own `nbgrader_config.py` says

    from course_tools.student_edition.grading import configure

    configure(get_config())

and the chapters of an assignment, of the student edition, lie in `source/ASSIGNMENT/`.
"""

from course_tools.student_edition.student import HideAnswers, WriteStubs
from course_tools.student_edition.submissions import RepairSubmission

from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearOutput, ClearSolutions, DeduplicateIds
from traitlets.config import Config

CELL_TIMEOUT_S = 600  # of nbgrader's own 30 a training would take too many


def configure(config: Config) -> None:
    """Set what nbgrader must do otherwise for this course; all else is left to the instructor.

    `nbgrader generate_assignment` writes the course's stubs instead of ones that raise, and clears only the outputs
    that give an answer away. `nbgrader autograde` puts checks back that a student deleted, takes no copy of a cell for
    the cell, and waits longer for a cell.

    Args:
        config: nbgrader's configuration, as `get_config()` gives it to `nbgrader_config.py`.
    """
    ours = {ClearSolutions: WriteStubs, ClearOutput: HideAnswers}
    steps = GenerateAssignment.class_traits()["preprocessors"].default()
    config.GenerateAssignment.preprocessors = [ours.get(step, step) for step in steps]
    steps = Autograde.class_traits()["sanitize_preprocessors"].default()
    config.Autograde.sanitize_preprocessors = [RepairSubmission if step is DeduplicateIds else step for step in steps]
    config.HideAnswers.enabled = True
    config.Execute.timeout = CELL_TIMEOUT_S
