"""Fixtures for tests in several folders."""

import gc
import subprocess
import sys
from pathlib import Path

from course_tools.slides.browser import open_browser
from course_utils.errors import CourseError

import pytest


def pytest_collection_finish():
    """Keep thousands of collected tests out of Python's search for garbage, which makes Keras a tenth slower."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def browser():
    """Open a browser of the kind that exports use; tests that need it are skipped without one."""
    try:
        with open_browser() as browser:
            yield browser
    except CourseError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """Install the wheel, without its dependencies, into `site` in a folder outside the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    root = Path(__file__).parents[1]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, root], check=True, timeout=300)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "site", wheel], check=True, timeout=300)
    return folder
