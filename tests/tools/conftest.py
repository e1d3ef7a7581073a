from course_tools.jobs import fingerprint

import pytest
from tiny_course import course_in


@pytest.fixture
def make_course(tmp_path):
    """Return a function that makes a course of chapters 1, 2, … in `tmp_path / "course"`; see `course_in`."""
    return lambda **notebooks: course_in(tmp_path / "course", notebooks)


@pytest.fixture
def same_package(monkeypatch):
    """Keep the hash of the package the same during a test, even if the package is edited meanwhile."""
    monkeypatch.setattr(fingerprint, "package_hash", lambda: "as it is now")
