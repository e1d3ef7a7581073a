"""Chapters that other tools wrote can be read, in any folder."""

import json
import subprocess
import sys

from course_tools.authoring.stored_outputs import store
from course_tools.batches.parameters import inspect
from course_tools.chapter_file import read_chapter
from course_tools.jobs.notebook_code import code_hash
from course_tools.slides.slides import export_slides
from course_tools.student_edition.handing_out import hand_out
from course_utils.errors import CourseError

import nbformat
import pytest
from chapter_with_exercises import chapter_with_exercises
from lectures import code, figure, lecture
from tiny_course import command, course_in, notebook


def rewritten(chapter, minor, keep_metadata):
    """Write a chapter as Colab (without ids) or a round trip through a script (without metadata) leaves it."""
    content = json.loads(chapter.notebook.read_text(encoding="utf-8"))
    content["nbformat_minor"] = minor
    if not keep_metadata:
        content["metadata"] = {}
    for cell in content["cells"]:
        del cell["id"]
    chapter.notebook.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize("cells", [3, [1], [{"cell_type": "code"}], [{"source": "1"}]])
@pytest.mark.parametrize("read", [lambda chapter: code_hash(chapter.notebook), inspect, read_chapter])
def test_a_file_that_is_not_a_notebook_is_refused(tmp_path, read, cells):
    course = course_in(tmp_path / "course", {"one": notebook()})
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    course.chapters[0].notebook.write_text(json.dumps(content))
    with pytest.raises(CourseError, match=r"01_one.ipynb is not a valid notebook"):
        read(course.chapters[0])


@pytest.mark.parametrize(("minor", "keep_metadata"), [(0, True), (5, True), (4, False)])
def test_cells_without_ids_and_a_notebook_without_metadata_are_completed(tmp_path, minor, keep_metadata):
    course = lecture(tmp_path, "## One", code("plot()", figure()))
    chapter = course.chapters[0]
    before = code_hash(chapter.notebook)
    rewritten(chapter, minor, keep_metadata)
    assert code_hash(chapter.notebook) == before
    read = read_chapter(chapter)
    nbformat.validate(read)
    assert len({cell.id for cell in read.cells}) == 4
    assert read.metadata.course.number == 1
    assert export_slides(course, course.chapters, tmp_path / "slides")[0] == "01_lecture: 2 slides"


def test_such_a_chapter_becomes_slides_with_nbconvert_alone(tmp_path):
    course = lecture(tmp_path, "## One", code("plot()", figure()))
    rewritten(course.chapters[0], 0, False)
    words = ["--to", "course_slides", "--output-dir", str(tmp_path / "out"), str(course.chapters[0].notebook)]
    ended = subprocess.run([sys.executable, "-m", "nbconvert", *words], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "out" / "01_lecture.slides.html").exists()


def test_such_a_chapter_is_handed_out(tmp_path):
    course = course_in(tmp_path / "course", {"one": chapter_with_exercises()})
    rewritten(course.chapters[0], 0, False)
    hand_out(course, course.chapters, tmp_path / "mine")
    edition = nbformat.read(tmp_path / "mine" / "01_one.ipynb", as_version=4)
    assert edition.metadata.course.number == 1
    assert "in place of the dots" in edition.cells[2].source


def test_such_a_chapter_runs_and_is_stored_in_a_folder_with_braces_in_its_name(tmp_path):
    course = course_in(tmp_path / "{kurs} [1]" / "{0}", {"one": notebook("print(epochs + 1)")})
    rewritten(course.chapters[0], 4, False)
    code, _, errors = command(course, "run", "-p", "epochs", "5")
    assert (code, errors) == (0, "")
    executed = nbformat.read(course.root / "runs" / "quick" / "01_one" / "01_one.ipynb", as_version=4)
    assert executed.cells[-1].outputs[0].text == "6\n"
    [line] = store(course, course.chapters)
    assert line.startswith("01_one: stored")
    stored = nbformat.read(course.chapters[0].notebook, as_version=4)
    nbformat.validate(stored)
    assert stored.cells[-1].outputs[0].text == "3\n"
