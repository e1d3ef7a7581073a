"""Storing outputs: only from a fresh run on real data, only if something changed, and never half a file."""

import json

from course_tools.authoring.recording import remember_seconds
from course_tools.authoring.stored_outputs import store
from course_tools.jobs.notebook_code import code_hash
from course_utils.display import DATASET_MIME
from course_utils.errors import CourseError

import nbformat
import pytest
from nbconvert.exporters import ScriptExporter
from tiny_course import notebook

pytestmark = pytest.mark.slow

SHOW = "from IPython.display import display\ndisplay({{'text/plain': 'x', {mime!r}: {data!r}}}, raw=True)"


def stored(course):
    return nbformat.read(course.chapters[0].notebook, as_version=4)


def test_outputs_counts_and_the_mark_are_stored_and_nothing_of_the_machine(make_course):
    course = make_course(one=notebook("print(epochs + 1, flush=True)\nimport time; time.sleep(0.5)\nprint('next')"))
    (line,) = store(course, course.chapters)
    assert line.startswith("01_one: stored")
    result = stored(course)
    code = [cell for cell in result.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3]
    assert [output.text for output in code[-1].outputs] == ["3\nnext\n"], "one block, however often it was flushed"
    assert result.metadata.course.code == code_hash(result) and result.metadata.course.number == 1
    assert result.metadata.kernelspec.name == "python3"
    written, about = ScriptExporter().from_filename(str(course.chapters[0].notebook))
    assert about["output_extension"] == ".py" and "print(epochs + 1" in written
    assert all("execution" not in cell.metadata for cell in result.cells)
    assert json.loads((course.root / "results" / "times.json").read_text())["1"]["quick"] > 0


def test_the_stored_head_shows_the_time_of_this_run(make_course):
    course = make_course(one=notebook("from course_utils import chapter; chapter(1)"))
    for seconds in (None, 4000.0):  # never measured, and measured as something else
        if seconds:
            remember_seconds(course, course.chapters[0], "quick", seconds)
        store(course, course.chapters, force=True)
        shown = stored(course).cells[-1].outputs[0].data
        took = course.minutes(course.chapters[0], "quick")
        assert took and f"quick {took}" in shown["text/plain"] and f"quick {took}" in shown["text/html"]


def test_only_what_changed_is_run_again(make_course):
    course = make_course(one=notebook("import random; print(random.random())"))
    store(course, course.chapters)
    first = stored(course)
    assert store(course, course.chapters) == ["01_one: unchanged"]
    assert stored(course) == first
    assert "stored" in store(course, course.chapters, force=True)[0]
    assert stored(course) != first
    changed = stored(course)
    changed.cells[-1].source += "\nprint('more')"
    nbformat.write(changed, course.chapters[0].notebook)
    assert "stored" in store(course, course.chapters)[0]
    assert "more" in stored(course).cells[-1].outputs[0].text


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("1 / 0", "a cell failed with ZeroDivisionError: division by zero; for the partial run .*: course run 1"),
        ("import os; os._exit(1)", "its kernel died"),
        (SHOW.format(mime="application/vnd.jupyter.widget-view+json", data={"model_id": "1"}), "has a widget"),
        (
            SHOW.format(mime=DATASET_MIME, data={"name": "digits", "requested": "mnist"}),
            "it used digits instead of mnist",
        ),
    ],
)
def test_outputs_that_must_not_be_stored_are_refused_and_the_file_stays(make_course, code, reason):
    course = make_course(one=notebook(code))
    before = course.chapters[0].notebook.read_bytes()
    with pytest.raises(CourseError, match=f"01_one is not stored.*{reason}"):
        store(course, course.chapters)
    assert course.chapters[0].notebook.read_bytes() == before
    assert [path.name for path in course.chapters[0].notebook.parent.glob("*one*")] == ["01_one.ipynb"]


def test_an_error_shown_on_purpose_must_be_caught(make_course):
    failing = notebook("1 / 0")
    failing.cells[-1].metadata.tags = ["raises-exception"]
    course = make_course(one=failing)
    with pytest.raises(CourseError, match="ends in an error"):
        store(course, course.chapters)
