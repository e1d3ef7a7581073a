"""The student edition as an nbgrader course: full marks for the solved copy, none for the released one."""

import os
import subprocess
import sys
from pathlib import Path

from course_tools.student_edition.student import student_edition
from course_utils.syllabus import find_course

import nbformat
import pytest
from chapter_with_exercises import chapter_with_exercises

pytestmark = pytest.mark.slow

COURSE = find_course(Path(__file__).parents[3])
CONFIG = "from course_tools.student_edition.grading import configure\n\nconfigure(get_config())\n"
WARNS = "    import warnings\n\n    warnings.warn('a set is slow')\n"
NAMES = ["tiny", "00_start_here"]


def solved_editions():
    """Return a tiny chapter, and the fastest real one with the parameters of its smoke profile."""
    start_here = COURSE.chapter(0)
    real = nbformat.read(start_here.notebook, as_version=4)
    parameters = next(cell for cell in real.cells if "parameters" in cell.metadata.get("tags", []))
    parameters.source += "".join(f"\n{name} = {value!r}" for name, value in start_here.profiles["smoke"].items())
    return {"tiny": chapter_with_exercises(), start_here.file_stem: real}


def as_if_done(student, solved):
    """Write the right answers into a student's copy, also in places that students should not change.

    One of the answers gives a warning, which nbgrader counts as a failure if it sees it.
    """
    done, answers = nbformat.from_dict(student), {cell.id: cell.source for cell in solved.cells}
    for cell in done.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.id].replace("    distinct = ", f"{WARNS}    distinct = ")
    return done


def exercise_cells(notebook):
    return [cell for cell in notebook.cells if "nbgrader" in cell.metadata]


def without_checks(done):
    """Delete one exercise and its check, and put the answer into a new cell."""
    done.cells = [cell for cell in done.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
    del exercise_cells(done)[-1].metadata["nbgrader"]
    return done


def with_copies(done):
    copies = nbformat.from_dict(done).cells
    done.cells = [twin for pair in zip(done.cells, copies, strict=True) for twin in pair]
    for cell in copies:
        cell.id += "-copy"
    return done


def from_another_tool(done):
    """Remove the ids, and change the metadata."""
    done.nbformat_minor = 0
    for cell in done.cells:
        del cell["id"]
    for cell in exercise_cells(done):
        cell.metadata.nbgrader.update(schema_version=1, grade=False, points="many")
    done.cells[0].metadata["nbgrader"] = {"grade_id": ["no name"]}
    return done


# Students with the right answers to the tiny chapter, and their changes to its cells.
UNTIDY = {"anna": with_copies, "bert": without_checks, "carl": from_another_tool}


@pytest.fixture(scope="module")
def editions():
    """Return the solved and the student edition by the name of the notebook."""
    return {name: (solved, student_edition(solved)) for name, solved in solved_editions().items()}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, editions):
    """Release, collect and grade one assignment of two chapters in an nbgrader course.

    The tiny chapter is in `source` as the solved edition, as nbgrader's users usually do it; that must not give
    anything away either.
    """
    root = tmp_path_factory.mktemp("nbgrader_course")
    (root / "nbgrader_config.py").write_text(CONFIG)
    for name, (solved, student) in editions.items():
        source = solved if name == "tiny" else student
        copies = {"source": source, "submitted/idle": student, "submitted/diligent": as_if_done(student, solved)}
        for folder, copy in copies.items():
            (root / folder / "week1").mkdir(parents=True, exist_ok=True)
            nbformat.write(copy, root / folder / "week1" / f"{name}.ipynb")
    for name, untidy in UNTIDY.items():
        (root / "submitted" / name / "week1").mkdir(parents=True)
        done = untidy(as_if_done(editions["tiny"][1], editions["tiny"][0]))
        nbformat.write(done, root / "submitted" / name / "week1" / "tiny.ipynb")
    # nbgrader calls `alembic` by its name, as in an activated environment.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {
        "PATH": path,
        "PYTHONPATH": str(COURSE.root),
        "JUPYTER_CONFIG_DIR": str(root / "config"),
    }
    for step in ("generate_assignment", "autograde"):
        ended = subprocess.run(
            [sys.executable, "-m", "nbgrader", step, "week1"],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert ended.returncode == 0, ended.stderr
    return root


def scores(root, student):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        notebooks = gradebook.find_submission("week1", student).notebooks
        return {notebook.name: (notebook.score, notebook.max_score) for notebook in notebooks}


def test_a_solved_copy_gets_full_marks_and_the_released_one_none(graded, editions):
    points = {
        name: sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in solved.cells)
        for name, (solved, _) in editions.items()
    }
    assert min(points.values()) > 0
    assert scores(graded, "diligent") == {name: (full, full) for name, full in points.items()}
    assert scores(graded, "idle") == {name: (0, full) for name, full in points.items()}


@pytest.mark.parametrize("student", UNTIDY)
def test_deleted_and_copied_cells_are_repaired_and_do_not_stop_grading(graded, student):
    from nbgrader.api import Gradebook

    assert scores(graded, student)["tiny"] == (7, 7)
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}") as gradebook:
        assert not gradebook.find_submission_notebook("tiny", "week1", student).needs_manual_grade
    run = nbformat.read(graded / "autograded" / student / "week1" / "tiny.ipynb", as_version=4)
    names = [cell.metadata.nbgrader.grade_id for cell in exercise_cells(run)]
    assert len(names) == len(set(names))
    assert {"0-3-check", "1-2-check"} <= set(names)


@pytest.mark.parametrize("name", NAMES)
def test_nbgrader_hands_out_the_student_edition(graded, editions, name):
    released = nbformat.read(graded / "release" / "week1" / f"{name}.ipynb", as_version=4)
    assert released.cells == editions[name][1].cells


@pytest.mark.parametrize("name", NAMES)
def test_the_released_copy_runs_to_its_end(graded, name):
    run = nbformat.read(graded / "autograded" / "idle" / "week1" / f"{name}.ipynb", as_version=4)
    for cell in run.cells:
        if cell.cell_type == "code":
            assert cell.execution_count, f"{cell.id} has not run"
            failed = [output for output in cell.outputs if output.output_type == "error"]
            is_graded = cell.metadata.get("nbgrader", {}).get("grade", False)  # a missing prediction is no failure
            assert bool(failed) == is_graded, cell.source
            assert all(output.ename == "Hint" for output in failed)
