"""What tests in several folders share."""

from course_utils.errors import CourseError
from course_utils.exporting.browser import open_browser

import pytest


@pytest.fixture(scope="module")
def browser():
    """A browser of the kind that exports use; tests that need it skip, and say so, where none is."""
    try:
        with open_browser() as browser:
            yield browser
    except CourseError as error:
        pytest.skip(str(error))
