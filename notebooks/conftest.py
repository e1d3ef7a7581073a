"""How nbval runs the notebooks: all cells on real data, else those true on any data."""

from functools import cache
from pathlib import Path

from course_utils import datasets
from course_utils.display import METRIC_MIME
from course_utils.files import read_json
from course_utils.syllabus import find_course

import pytest
from nbval.plugin import IPyNbFile


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    # A notebook's kernel starts here. A cell whose figures vary is held by the band of
    # its claims: one that differs is an error; in the notebooks only, not in the tests
    # that run in the same process.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_CLAIMS", "assert")
        return (yield)


@cache
def at_hand(name: str) -> bool:
    return datasets.is_at_hand(name)


def has_outputs(notebook: Path) -> bool:
    """Whether outputs were stored, to compare with; a new chapter has none."""
    return any(cell.get("outputs") for cell in read_json(notebook, "cells")["cells"])


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    collected = yield
    for file in collected:
        if isinstance(file, IPyNbFile):
            chapters = [
                chapter
                for chapter in find_course(file_path.parent).chapters
                if chapter.notebook == file_path
            ]
            real = all(at_hand(name) for chapter in chapters for name in chapter.data)
            # never with --nbval-lax
            file.compare_outputs &= real and has_outputs(file_path)
            # The last digits differ between processors; the number's text has four.
            file.skip_compare += (METRIC_MIME,)
    return collected
