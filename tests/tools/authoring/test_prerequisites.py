"""The map of prerequisites and the estimate of study time that README shows."""

import json
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from course_tools.authoring.prerequisites import ACROSS, DOWN, HEIGHT, WIDTH, map_of_prerequisites
from course_tools.authoring.study import study_minutes
from course_utils.syllabus import Chapter, Course, find_course

import pytest

COURSE = find_course(Path(__file__).parents[3])
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn():
    """The places of the boxes by chapter, and the ends of the lines."""
    root = ElementTree.fromstring(map_of_prerequisites(COURSE))
    boxes, words = [], []
    for element in root[1:]:
        if element.tag == f"{SVG}rect" and element.get("width") == str(WIDTH):
            boxes.append((float(element.get("x")), float(element.get("y"))))
            words.append("")
        elif element.tag == f"{SVG}text" and boxes:
            words[-1] += f"{element.text} "
    lines = [path.get("d") for path in root.iter(f"{SVG}path")]
    return dict(zip(words, boxes, strict=True)), lines


def test_each_chapter_has_a_box_with_its_title_and_no_two_overlap(drawn):
    boxes, _ = drawn
    assert set(boxes) == {f"{chapter.number:02d} {chapter.title} " for chapter in COURSE.chapters}
    places = sorted((y, x) for x, y in boxes.values())
    assert all(y != to_y or to_x - x >= ACROSS for (y, x), (to_y, to_x) in pairwise(places))


def test_a_line_runs_down_from_each_prerequisite(drawn):
    boxes, lines = drawn
    at = {int(title[:2]): place for title, place in boxes.items()}
    wanted = [(*at[n], *at[c.number]) for c in COURSE.chapters for n in c.prerequisites]
    assert all(to_y - y >= DOWN for _, y, _, to_y in wanted)
    ends = []
    for line in lines:
        *start, last = re.findall(r"[MC][\d. ]+", line)
        x, y = map(float, start[0][1:].split())
        to_x, to_y = map(float, last.split()[-2:])
        ends.append((x - WIDTH / 2, y - HEIGHT, to_x - WIDTH / 2, to_y))
    assert sorted(ends) == sorted(wanted)


def test_no_line_passes_through_a_box(drawn):
    boxes, lines = drawn
    for line in lines:
        for x, y, _ in re.findall(r"([\d.]+) ([\d.]+)V([\d.]+)", line):
            inside = [title for title, (left, top) in boxes.items() if top == float(y) and 0 < float(x) - left < WIDTH]
            assert inside == []


def test_a_title_is_text_and_a_planned_chapter_is_dashed():
    one = Chapter(0, "one", "Less < more & so on", None)
    page = map_of_prerequisites(Course(Path(), "Tiny", {}, [], [one]))
    ElementTree.fromstring(page)
    assert "Less &lt; more" in page and "stroke-dasharray" in page


def test_study_time_counts_words_open_lines_figures_and_told_minutes(tmp_path):
    def cell(kind, source, **metadata):
        return {"cell_type": kind, "source": source, "metadata": metadata}

    cells = [
        cell("markdown", "word " * 1500),  # 10 minutes
        cell("code", "x = 1\n" * 120),  # 20
        cell("code", "x = 1\n" * 600, jupyter={"source_hidden": True}),  # folded: none
        cell("code", "show(figure)\n" * 6),  # 6, and 1 for its lines
        cell("markdown", "### Exercise 1.2: by hand\n\n*(25 minutes)* In 300 minutes nobody ..."),
    ]
    path = tmp_path / "01_one.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    chapter = next(chapter for chapter in COURSE.chapters if chapter.number == 1)
    assert study_minutes(type(chapter)(**(vars(chapter) | {"notebook": path}))) == 60
