"""The check that a worker matches the instructor's machine: package, chapters' folders, Keras, its backend, data.

`python -m course_tools.cluster.worker_check NAMES` writes the installation as JSON. A worker runs it in a separate
process, like the kernels, so that both find the same.
"""

import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from course_tools.execution import processes
from course_tools.jobs.fingerprint import Fingerprints, all_chapter_hashes, software, tools_hash
from course_tools.jobs.outcome import Job
from course_utils.errors import CourseError

_found: dict[tuple[str, ...], dict[str, Any]] = {}


class Unfit(Exception):
    """A worker that does not match; the arguments are its address and the message for the user."""


def expected(jobs: Sequence[Job]) -> dict[str, Any]:
    """Return what workers must have: the Python, the tools, and the inputs of all jobs together."""
    inputs = [job.inputs for job in jobs]
    together = {
        part: {name: content for one in inputs for name, content in one[part].items()} for part in ("chapters", "data")
    }
    return {**_installed(), "package": inputs[0]["package"], "versions": inputs[0]["versions"], **together}


def minor(version: str) -> str:
    """Return `3.12` for Python `3.12.4`; pickled objects may not be readable in another minor version."""
    return ".".join(version.split(".")[:2])


def _installed() -> dict[str, str]:
    # Each side unpickles with its own modules of `course_tools` what the other side has pickled.
    return {"python": minor(platform.python_version()), "tools": tools_hash()}


def found_here(folder: str, batch: str, names: Sequence[str]) -> dict[str, Any]:
    """Return this worker's installation; it is looked up once for each batch.

    Args:
        folder: The parent of the jobs' temporary courses.
        batch: The batch's name.
        names: The data sets to look up.

    Raises:
        CourseError: The package does not work here.
    """
    if (batch, *names) not in _found:
        with tempfile.TemporaryDirectory(dir=folder) as course:
            notebooks = Path(course, "notebooks")  # the search for data begins in a course
            notebooks.mkdir()
            (notebooks / "course.yaml").touch()
            asked = subprocess.run(
                [sys.executable, "-m", "course_tools.cluster.worker_check", *names],
                cwd=notebooks,
                env=processes.environment(None),
                capture_output=True,
                text=True,
                check=False,
            )
        if asked.returncode:
            reason = asked.stderr.strip() or f"exit code {asked.returncode}"
            raise CourseError(f"the course's package does not work there: {reason.splitlines()[-1]}")
        _found[(batch, *names)] = json.loads(asked.stdout.splitlines()[-1])
    return _found[(batch, *names)]


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """Return the differences of a worker (`there`) from the instructor (`here`), one phrase each."""
    phrases = []
    if there["python"] != here["python"]:
        phrases.append(f"another Python ({there['python']} there, {here['python']} here)")
    for name, package in (("package", "course_utils"), ("tools", "course_tools")):
        if there[name] != here[name]:
            phrases.append(f"another version of the package {package} ({there[name]} there, {here[name]} here)")
    for name, wanted in sorted(here["chapters"].items()):
        has = there["chapters"].get(name)
        if has != wanted:
            phrases.append(f"another folder course_utils/chapters/{name} ({has} there, {wanted} here)")
    for name in sorted({*there["versions"], *here["versions"]}):
        has, wanted = (versions.get(name, "none") for versions in (there["versions"], here["versions"]))
        if has != wanted:
            phrases.append(f"another {name} ({has} there, {wanted} here)")
    for name, wanted in sorted(here["data"].items()):
        has = there["data"].get(name)
        if has != wanted:
            phrases.append(f"other data under the name {name} ({_short(has)} there, {_short(wanted)} here)")
    return phrases


def mismatch(worker: str, there: Mapping[str, Any] | Exception, here: Mapping[str, Any]) -> str | None:
    """Return the message about a worker that does not match or cannot be checked; None if it matches."""
    if isinstance(there, Exception):
        reason = str(there) or type(there).__name__
        return f"worker {worker} cannot run the course ({reason}); install the same version of it there"
    phrases = differences(there, here)
    if not phrases:
        return None
    return (
        f"worker {worker} does not match this machine: it has {'; '.join(phrases)}; install the same versions there, "
        "put the same files into its COURSE_DATASETS folder, and restart that worker"
    )


def _short(content: str | None) -> str:
    return "none" if content is None else content if content.startswith("unusable") else content[:12]


if __name__ == "__main__":
    fingerprints = Fingerprints()
    data = {name: fingerprints.data_hash(name, Path.cwd()) for name in sys.argv[1:]}
    print(json.dumps({**_installed(), **software(), "chapters": all_chapter_hashes(), "data": data}))
