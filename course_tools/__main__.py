"""`python -m course_tools` is the same as `course`."""

import sys
from typing import NoReturn

from course_tools import HOW_TO_INSTALL


def main() -> NoReturn:
    """Run the command, or say in one line which package is missing if only the notebook side is installed."""
    try:
        from course_tools.cli import main as run
    except ModuleNotFoundError as error:
        sys.exit(f"course: {error.name} is not installed; {HOW_TO_INSTALL}")
    run()


if __name__ == "__main__":
    main()
