from course_tools.jobs import fingerprint

import pytest
from tiny_course import course_in


@pytest.fixture
def make_course(tmp_path):
    """Makes a course of chapters 1, 2, … in `tmp_path / "course"` from notebooks by name; None is a planned chapter."""
    return lambda **notebooks: course_in(tmp_path / "course", notebooks)


@pytest.fixture
def same_package(monkeypatch):
    """The package as it is now for the length of a test, which may run while somebody edits it."""
    monkeypatch.setattr(fingerprint, "package_hash", lambda: "as it is now")
