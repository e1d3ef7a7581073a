"""Fixtures for tests of every notebook of the course."""

from pathlib import Path

from course_utils.syllabus import find_course

import nbformat
import pytest

COURSE = find_course(Path(__file__).parents[2])
READY = [chapter for chapter in COURSE.chapters if chapter.notebook]


@pytest.fixture(params=READY, ids=lambda chapter: chapter.file_stem)
def chapter(request):
    return request.param


@pytest.fixture
def notebook(chapter):
    return nbformat.read(chapter.notebook, as_version=4)


@pytest.fixture
def course():
    return COURSE
