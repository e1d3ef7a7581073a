"""What tests in several folders share."""

import subprocess
import sys
from pathlib import Path

from course_tools.slides.browser import open_browser
from course_utils.errors import CourseError

import pytest


@pytest.fixture(scope="module")
def browser():
    """A browser of the kind that exports use; tests that need it skip, and say so, where none is."""
    try:
        with open_browser() as browser:
            yield browser
    except CourseError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """A folder outside the checkout into which the wheel was installed, in `site`, without what it requires."""
    folder = tmp_path_factory.mktemp("wheel")
    root = Path(__file__).parents[1]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, root], check=True, timeout=300)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True, timeout=300)
    return folder
