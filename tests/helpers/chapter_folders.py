"""Which chapter a test was collected for, and what its folder holds."""

import importlib.util
from pathlib import Path

from course_utils.syllabus import find_course

FOLDERS = Path(__file__).parents[1] / "chapters"
COURSE = find_course(FOLDERS)


def folder_of(chapter):
    """The folder with a chapter's own tests."""
    return FOLDERS / f"ch{chapter.number:02d}"


def chapter_of(node):
    """The chapter in whose folder a test was collected."""
    folder = next(one.path.parent for one in node.listchain() if one.path.parent.parent == FOLDERS)
    return COURSE.chapter(int(folder.name.removeprefix("ch")))


def answers_of(chapter):
    """The module `answers.py` of a chapter, which has

    - RIGHT: the answer to each piece of code and each experiment;
    - WRONG: to each, wrong answers and what their hint says, at least two with hints of their own;
    - PREDICTIONS: to each prediction, what a run may measure, the choice that this supports (None: none), and what is
      said.
    """
    path = folder_of(chapter) / "answers.py"
    spec = importlib.util.spec_from_file_location(f"answers_{chapter.number:02d}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
