"""Configuration of nbgrader for the course's notebooks, so that it keeps their stubs and teaching outputs.

The instructor's `nbgrader_config.py` contains

    from course_tools.student_edition.grading import configure

    configure(get_config())

and `source/ASSIGNMENT/` holds the chapters of an assignment, from the student edition.
"""

from course_tools.student_edition.student import HideAnswers, WriteStubs
from course_tools.student_edition.submissions import RepairSubmission

from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.preprocessors import ClearOutput, ClearSolutions, DeduplicateIds
from traitlets.config import Config

CELL_TIMEOUT_S = 600  # nbgrader's default of 30 is too short for a training


def configure(config: Config) -> None:
    """Set the options of nbgrader that the course needs; leave all others to the instructor.

    `nbgrader generate_assignment` then writes the course's stubs instead of ones that raise, and clears only the
    outputs that give an answer away. `nbgrader autograde` restores checks that a student deleted, ignores copies of
    cells, and waits longer for a cell.

    Args:
        config: nbgrader's configuration, which `get_config()` returns in `nbgrader_config.py`.
    """
    ours = {ClearSolutions: WriteStubs, ClearOutput: HideAnswers}
    steps = GenerateAssignment.class_traits()["preprocessors"].default()
    config.GenerateAssignment.preprocessors = [ours.get(step, step) for step in steps]
    steps = Autograde.class_traits()["sanitize_preprocessors"].default()
    config.Autograde.sanitize_preprocessors = [RepairSubmission if step is DeduplicateIds else step for step in steps]
    config.HideAnswers.enabled = True
    config.Execute.timeout = CELL_TIMEOUT_S
