"""Whether a worker has what the instructor has: the package, the chapters' folders, Keras and its backend, the data.

`python -m course_tools.cluster.worker_check NAMES` writes what there is as JSON. A worker asks in a process of its
own, as kernels are: what that finds is what they will find.
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
    """A worker lacks something; the arguments are its address and the line that a person reads."""


def expected(jobs: Sequence[Job]) -> dict[str, Any]:
    """Return what workers must have: the Python, the tools, and what the inputs of all jobs together name."""
    inputs = [job.inputs for job in jobs]
    together = {
        part: {name: content for one in inputs for name, content in one[part].items()} for part in ("chapters", "data")
    }
    return {**_installed(), "package": inputs[0]["package"], "versions": inputs[0]["versions"], **together}


def minor(version: str) -> str:
    """`3.12` of Python `3.12.4`: objects that one of them has packed, another may not unpack."""
    return ".".join(version.split(".")[:2])


def _installed() -> dict[str, str]:
    # What one side packs with the modules of `course_tools`, the other unpacks with its own.
    return {"python": minor(platform.python_version()), "tools": tools_hash()}


def found_here(folder: str, batch: str, names: Sequence[str]) -> dict[str, Any]:
    """What this worker has; looked up once for each batch.

    Args:
        folder: Below which the jobs' courses will lie.
        batch: The batch's name.
        names: The data sets to look up.

    Raises:
        CourseError: The package does not work here.
    """
    if (batch, *names) not in _found:
        with tempfile.TemporaryDirectory(dir=folder) as course:
            notebooks = Path(course, "notebooks")  # data are looked for around a course
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
            said = asked.stderr.strip() or f"exit code {asked.returncode}"
            raise CourseError(f"the course's package does not work there: {said.splitlines()[-1]}")
        _found[(batch, *names)] = json.loads(asked.stdout.splitlines()[-1])
    return _found[(batch, *names)]


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """In what a worker (`there`) differs from the instructor (`here`), a phrase each; empty if in nothing."""
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


def objection(worker: str, there: Mapping[str, Any] | Exception, here: Mapping[str, Any]) -> str | None:
    """The line about a worker that would not compute the same, or cannot say what it has; None about a fit one."""
    if isinstance(there, Exception):
        said = str(there) or type(there).__name__
        return f"worker {worker} cannot run the course ({said}); install the same version of it there"
    phrases = differences(there, here)
    if not phrases:
        return None
    return (
        f"worker {worker} would not compute the same: it has {'; '.join(phrases)}; install the same there, put the "
        "same files into the folder that COURSE_DATASETS names there, and start that worker again"
    )


def _short(content: str | None) -> str:
    return "none" if content is None else content if content.startswith("unusable") else content[:12]


if __name__ == "__main__":
    fingerprints = Fingerprints()
    data = {name: fingerprints.data_hash(name, Path.cwd()) for name in sys.argv[1:]}
    print(json.dumps({**_installed(), **software(), "chapters": all_chapter_hashes(), "data": data}))
