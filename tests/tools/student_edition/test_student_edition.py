"""Making the student edition of a chapter, and writing it without losing a student's work."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

from course_tools.student_edition import handing_out
from course_tools.student_edition.handing_out import hand_out
from course_tools.student_edition.student import student_edition
from course_utils.errors import CourseError
from course_utils.syllabus import find_course

import nbformat
import pytest
import yaml
from chapter_with_exercises import FUNCTION, VALUE, chapter_with_exercises, exercise

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def course(tmp_path):
    """Return a course of two chapters with the same exercises, and a planned one."""
    folder = tmp_path / "course" / "notebooks"
    folder.mkdir(parents=True)
    for name in ("01_one", "02_two"):
        nbformat.write(chapter_with_exercises(), folder / f"{name}.ipynb")
    rows = [{"number": n, "name": name, "title": name} for n, name in enumerate(("one", "two", "three"), 1)]
    (folder / "course.yaml").write_text(yaml.safe_dump({"title": "Tiny", "chapters": rows}))
    return find_course(folder.parent)


def command(course, *words):
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    words = [sys.executable, "-m", "course_tools", *words]
    return subprocess.run(words, cwd=course.root, env=environment, capture_output=True, text=True, timeout=120)


def test_stubs_say_what_to_write_and_keep_the_code_around_the_solution():
    sources = [cell.source for cell in student_edition(chapter_with_exercises()).cells if "nbgrader" in cell.metadata]
    assert sources[0] == (
        "prediction = ...\n# prediction is your answer: put it in place of the dots, or compute it here"
    )
    assert sources[2] == (
        'def count_values(image):\n    """Return how many distinct values an image has."""\n'
        "    ...  # write count_values here, in place of the dots; end it with return"
    )
    assert sources[4] == "by_hand = ...\n# by_hand is your answer: put it in place of the dots, or compute it here"


def test_answers_are_hidden_and_the_rest_stays():
    edition = student_edition(chapter_with_exercises())
    outputs = {cell.source: [output.text for output in cell.outputs] for cell in edition.cells if "outputs" in cell}
    shown = [texts[0] for texts in outputs.values() if texts]
    assert shown == ["ready\n", "a lesson\n", "the end\n"]
    assert all((cell.execution_count is None) == (not cell.outputs) for cell in edition.cells if "outputs" in cell)
    assert not [cell for cell in edition.cells if "Solved edition" in cell.source]
    assert edition.metadata.course == {"number": 1}


def test_the_solved_edition_is_not_changed():
    solved = chapter_with_exercises()
    before = nbformat.writes(solved)
    student_edition(solved)
    assert nbformat.writes(solved) == before


def test_checks_are_locked_and_do_not_stop_run_all():
    for cell in student_edition(chapter_with_exercises()).cells:
        is_check = cell.source.startswith("check(")
        assert ("raises-exception" in cell.metadata.get("tags", [])) == is_check
        assert (cell.metadata.get("editable") is False) == is_check
        assert (cell.metadata.get("deletable") is False) == ("nbgrader" in cell.metadata)


def test_the_student_edition_of_a_student_edition_is_itself():
    edition = student_edition(chapter_with_exercises())
    assert student_edition(edition) == edition
    edition.cells[2].source = edition.cells[2].source.replace("...", '"the same"')
    with pytest.raises(CourseError, match="is an exercise, so its solution must be between"):
        student_edition(edition)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (FUNCTION.replace("### END SOLUTION", ""), "it has BEGIN SOLUTION$"),
        (FUNCTION.replace("### BEGIN SOLUTION", ""), "it has END SOLUTION$"),
        (f"{VALUE}\n{VALUE}", "it has BEGIN SOLUTION, END SOLUTION, BEGIN SOLUTION, END SOLUTION"),
        ("answer = 42", "one line ### END SOLUTION; it has neither"),
        ("answer = 42\n# answer is your answer: put it in place of the dots, or compute it here", "it has neither"),
        ("### BEGIN SOLUTION\nanswer = 42\n### END SOLUTION", "the line `name = ...`"),
    ],
)
def test_an_exercise_that_would_give_its_solution_away_is_refused(course, tmp_path, source, reason):
    solved = chapter_with_exercises()
    solved.cells += exercise("9-9", source, 'check("9.9", answer)')
    nbformat.write(solved, course.chapters[1].notebook)
    with pytest.raises(CourseError, match=rf"^02_two: cell \w+ is an exercise.*{reason}"):
        hand_out(course, course.chapters[:2], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_solution_outside_an_exercise_is_refused():
    solved = chapter_with_exercises()
    solved.cells[2].source = VALUE
    with pytest.raises(CourseError, match="holds a solution but is not an exercise"):
        student_edition(solved)


def test_existing_files_are_never_changed_and_a_fresh_copy_goes_beside_them(course):
    mine = course.root / "my_course"
    first = command(course, "student", "--out", "my_course")
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines() == [
        f"written: {Path('my_course') / name}" for name in ("01_one.ipynb", "02_two.ipynb")
    ]
    (mine / "01_one.ipynb").write_text("a student's work")
    (mine / "02_two.ipynb").unlink()

    again = command(course, "student", "--out", "my_course", "--fresh", "1")
    assert again.returncode == 0, again.stderr
    assert (mine / "01_one.ipynb").read_text(encoding="utf-8") == "a student's work"
    assert sorted(path.name for path in mine.iterdir()) == ["01_one.ipynb", "01_one_fresh.ipynb", "02_two.ipynb"]
    (mine / "01_one_fresh.ipynb").write_text("more of a student's work")

    lines = hand_out(course, course.chapters[:1], mine, fresh=course.chapters[:2])
    assert [line.rpartition("/")[2] for line in lines] == ["01_one_fresh_2.ipynb", "02_two_fresh.ipynb"]
    assert (mine / "01_one_fresh.ipynb").read_text(encoding="utf-8") == "more of a student's work"
    kept = hand_out(course, course.chapters[:2], mine)
    assert len(kept) == 1 and kept[0].startswith(f"not changed in {mine}: 01_one, 02_two (--fresh NN")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["student"], "Missing option '--out'"),
        (["student", "7", "--out", "new"], "no chapter '7'; chapters with a notebook: 01_one, 02_two"),
        (["student", "3", "--out", "new"], "planned only"),
        (["student", "--out", "new", "--fresh", "9"], "no chapter '9'"),
        (["student", "--out", "notebooks"], "notebooks holds the solved edition"),
        (["student", "--out", "notebooks/course.yaml"], "course.yaml cannot be written"),
    ],
)
def test_an_error_that_the_user_can_fix_is_one_line_and_nothing_is_written(course, words, told):
    before = sorted(course.root.rglob("*"))
    ended = command(course, *words)
    assert ended.returncode == 2 and ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith("course: ") and told in line
    assert sorted(course.root.rglob("*")) == before


def with_marks_of_a_merge(path):
    path.write_text("<<<<<<< HEAD\n" + path.read_text(encoding="utf-8"), encoding="utf-8")


def with_a_cell_of(change):
    """Return a function that spoils one cell of a notebook."""

    def spoil(path):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        change(notebook["cells"][-4])
        path.write_text(json.dumps(notebook), encoding="utf-8")

    return spoil


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            with_marks_of_a_merge,
            "one.ipynb is not valid JSON (Expecting value: line 1 column 1 (char 0)); if it was merged, look for lines",
        ),
        (lambda path: path.write_text("[]"), "01_one.ipynb should hold a JSON object with the keys cells"),
        (lambda path: path.write_text("{}"), "01_one.ipynb should hold a JSON object with the keys cells"),
        (with_a_cell_of(lambda cell: cell.update(outputs=3)), "01_one.ipynb is not a valid notebook"),
        (with_a_cell_of(lambda cell: cell.update(execution_count="7")), "01_one.ipynb is not a valid notebook: '7' is"),
        (with_a_cell_of(lambda cell: cell["metadata"]["nbgrader"].pop("grade_id")), "does not have a grade_id"),
        (with_a_cell_of(lambda cell: cell["metadata"]["nbgrader"].update(grade_id="0-3")), "Duplicate grade id: 0-3"),
        (with_a_cell_of(lambda cell: cell["metadata"]["nbgrader"].update(schema_version=1)), "01_one: nbgrader's"),
    ],
)
def test_an_invalid_notebook_is_one_line(course, spoil, told):
    spoil(course.chapters[0].notebook)
    ended = command(course, "student", "--out", "new")
    assert ended.returncode == 2 and not (course.root / "new").exists()
    [line] = ended.stderr.splitlines()
    assert line.startswith("course: ") and told in line


def test_a_file_that_appears_meanwhile_and_a_broken_link_stay(course, monkeypatch):
    mine, edition = course.root / "mine", handing_out._edition
    mine.mkdir()
    (mine / "02_two.ipynb").symlink_to(course.root / "a stick that is not plugged in.ipynb")

    def meanwhile(chapter):
        (mine / "01_one.ipynb").write_text("a student's work")
        return edition(chapter)

    monkeypatch.setattr(handing_out, "_edition", meanwhile)
    with pytest.raises(
        CourseError, match=r"another program has just written .*01_one.ipynb, which is not changed; run this again"
    ):
        hand_out(course, course.chapters[:2], mine)
    assert (mine / "01_one.ipynb").read_text(encoding="utf-8") == "a student's work"
    [line] = hand_out(course, course.chapters[:2], mine)
    assert line.startswith("not changed")
    assert (mine / "02_two.ipynb").is_symlink()


def test_an_incomplete_file_is_removed(course, monkeypatch):
    opened = Path.open

    def full(text):
        raise OSError(errno.ENOSPC, "No space left on device")

    def on_a_full_disk(path, *words, **named):
        file = opened(path, *words, **named)
        file.write = full
        return file

    monkeypatch.setattr(Path, "open", on_a_full_disk)
    with pytest.raises(CourseError, match="cannot be written: No space left on device"):
        handing_out.hand_out(course, course.chapters[:1], course.root / "new")
    assert list((course.root / "new").iterdir()) == []


def test_without_nbgrader_the_error_tells_how_to_install_it(course):
    program = (
        "import sys\nsys.modules['nbgrader'] = None\nfrom course_tools.cli import main\n"
        "sys.argv = ['course', 'student', '--out', 'new']\nmain()"
    )
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=course.root, env=environment, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 2 and not (course.root / "new").exists()
    [line] = ended.stderr.splitlines()
    assert "nbgrader is not installed" in line and "requirements.txt" in line
