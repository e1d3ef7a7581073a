"""A chapter as a deck, opened from disk in a browser with the network cut: `course_tools/slides/README.md`."""

import html
import re

from course_tools.slides.slides import SUFFIX, export_slides

import nbformat
import pytest
from decks import measure

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def deck(course, chapter, has_outputs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    export_slides(course, [chapter], folder)
    return folder / f"{chapter.file_stem}{SUFFIX}"


@pytest.fixture(scope="module")
def measured(deck, browser):
    return measure(browser, deck)


def test_it_opens_without_a_network(measured):
    assert measured.outside == []
    assert measured.complaints == []


def test_every_slide_can_be_read_and_holds_what_is_on_it(measured):
    assert measured.slides >= 5
    assert not measured.faults, "\n" + "\n".join(measured.faults)


def test_no_solution_and_no_answer_is_in_it(chapter, deck):
    notebook = nbformat.read(chapter.notebook, as_version=4)
    page = re.sub(r"data:image/png;base64,[^\"]*", "", deck.read_text(encoding="utf-8"))
    shown = " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
    exercises = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    lecture = "\n".join(cell.source for cell in notebook.cells if "nbgrader" not in cell.metadata)
    assert exercises
    for cell in exercises:
        said = [output.get("data", {}).get("text/markdown", "") for output in cell.outputs]
        for line in [*cell.source.splitlines(), *said]:
            line = " ".join(line.split())
            if len(line) > 12 and line not in " ".join(lecture.split()):
                assert line not in shown, f"cell {cell.id} is on a slide: {line}"


def test_the_title_slide_says_what_it_is_about_and_where_it_comes_from(course, chapter, deck):
    title = deck.read_text(encoding="utf-8").partition("</section>")[0]
    shown = " ".join(html.unescape(re.sub(r"<[^>]+>", "", title)).split())
    assert f"Chapter {chapter.number} {chapter.title}" in shown
    for document in chapter.sources:
        assert course.documents[document]["author"] in shown
