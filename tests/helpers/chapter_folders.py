"""The chapter that a test was collected for, and the files in its folder."""

import importlib.util
from pathlib import Path

from course_utils.syllabus import find_course

FOLDERS = Path(__file__).parents[1] / "chapters"
COURSE = find_course(FOLDERS)


def folder_of(chapter):
    """Return the folder with a chapter's own tests."""
    return FOLDERS / f"ch{chapter.number:02d}"


def chapter_of(node):
    """Return the chapter in whose folder a test was collected."""
    folder = next(one.path.parent for one in node.listchain() if one.path.parent.parent == FOLDERS)
    return COURSE.chapter(int(folder.name.removeprefix("ch")))


def answers_of(chapter):
    """Return the module `answers.py` of a chapter, which has

    - RIGHT: the answer to each piece of code and each experiment;
    - WRONG: for each of them, wrong answers with their hints, at least two of them different;
    - PREDICTIONS: for each prediction, measurements, the choice that they support (or None), and the reply.
    """
    path = folder_of(chapter) / "answers.py"
    spec = importlib.util.spec_from_file_location(f"answers_{chapter.number:02d}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
