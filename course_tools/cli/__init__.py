"""The command `course`: reads the arguments, calls the package, prints the results.

Commands import slow modules only when they run, so that `course --help` answers at once.
"""

import sys
from pathlib import Path
from typing import NoReturn

from course_tools.cli import authoring, exporting, reporting, running, sweeping
from course_utils.errors import CourseError

import typer

app = typer.Typer(
    name="course",
    help="Deep Learning, Executed: run the course's notebooks and see what came out.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("list")(running.list_chapters)
app.command()(running.run)
app.command()(sweeping.sweep)
app.command()(sweeping.results)
app.command()(reporting.report)
app.command()(exporting.student)
app.command()(exporting.slides)
app.command()(authoring.new)
app.command()(authoring.store)
app.command()(authoring.docs)


def main() -> NoReturn:
    """Run the command in `sys.argv`; an error that the user can fix is one line with exit code 2."""
    sys.stdout.reconfigure(errors="replace")  # a character that cp1252 or ASCII lacks must not end the command
    try:
        _require_home()
        arguments = _join_parameters(sys.argv[1:]) or ["--help"]
        sys.exit(app(arguments, prog_name="course", standalone_mode=False))
    except typer.TyperException as error:  # an unknown command or option, an invalid value
        _refuse(f"{error.format_message().rstrip('.')}; see --help for what is allowed")
    except CourseError as error:
        _refuse(str(error))


def _require_home() -> None:
    """Refuse to start without a home folder, which Jupyter needs: in a container under a bare user number."""
    try:
        Path.home()
    except RuntimeError as error:
        raise CourseError("your home folder is unknown; set HOME to a folder that you can write to") from error


def _refuse(reason: str) -> NoReturn:
    print(f"course: {' '.join(reason.split())}", file=sys.stderr)
    sys.exit(2)


def _join_parameters(arguments: list[str]) -> list[str]:
    """Turn papermill's `-p NAME VALUE` into `-p NAME=VALUE`: Typer allows one argument for a repeated option."""
    joined, rest = [], list(arguments)
    while rest:
        joined.append(rest.pop(0))
        if joined[-1] in ("-p", "--param") and len(rest) >= 2 and "=" not in rest[0]:
            joined.append(f"{rest.pop(0)}={rest.pop(0)}")
    return joined
