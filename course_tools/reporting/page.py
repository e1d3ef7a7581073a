"""Filling in the templates of pages, which escape everything, and writing the pages."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_tools.jobs.outcome import duration
from course_utils.claims.judging import VERDICTS
from course_utils.display import value_text
from course_utils.errors import CourseError
from course_utils.files import write_text

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, **values: Any) -> str:
    """Fill in one of the templates of this package."""
    return _environment().get_template(template).render(verdicts=VERDICTS, **values)


def write_page(path: Path, text: str) -> Path:
    """Write a page whole or not at all.

    Returns:
        Its path.

    Raises:
        CourseError: It cannot be written.
    """
    try:
        write_text(path, text)
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}") from error
    return path


@cache
def _environment() -> "Environment":
    from course_tools.reporting.safe import with_formulas

    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("course_tools.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "duration": duration,
        "megabytes": lambda size: f"{size / 1e6:.0f} MB",
        "measured": value_text,
        "formulas": lambda value: with_formulas(str(value)),
    }
    return environment
