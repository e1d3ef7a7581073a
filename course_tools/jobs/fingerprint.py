"""What a job's result depends on: with the same inputs it need not be computed again.

A chapter depends on its notebook, its parameters, its data, the part of `course_utils` that every notebook can import,
and its own folder in `course_utils/chapters` (and the folder of each chapter whose claims it shows). Nothing in
`course_tools`, in a test or in another chapter's folder makes a result stale.
"""

import contextlib
import functools
import hashlib
import importlib.metadata
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import course_utils
from course_tools.jobs.notebook_code import code_hash, code_of
from course_tools.jobs.outcome import Job, Outcome
from course_utils.errors import CourseError
from course_utils.syllabus import chapter_folder, packaged_course

PACKAGE = Path(course_utils.__file__).parent
PARTS = {  # the parts of the inputs, and what is said of one that has changed
    "code": "its code",
    "parameters": "its parameters",
    "package": "the package course_utils",
    "chapters": "its chapter's folder",
    "data": "its data",
    "versions": "the versions of Keras or its backend",
}


class Fingerprints:
    """Takes the inputs of jobs. What jobs share (the package, the data) is read once."""

    def __init__(self) -> None:
        self._data: dict[tuple[str, Path], str] = {}
        self._code = functools.cache(code_hash)
        self._chapters = functools.cache(chapter_hashes)

    @functools.cached_property
    def _shared(self) -> dict[str, Any]:
        return software()

    def of(self, job: Job, names: Iterable[str] | None = None) -> dict[str, Any]:
        """The inputs of a job as they are now.

        Args:
            job: The job.
            names: The data sets that it loads; what its chapter and its parameter `dataset` say if None.

        Returns:
            `code`, `parameters`, `package`, `chapters` (folder to hash), `data` (name to hash of the content),
            `versions`, and a `hash` of it all.
        """
        data = {name: self.data_hash(name, job.notebook.parent) for name in names or _expected(job)}
        own = {"code": self._code(job.notebook), "chapters": self._chapters(job.notebook)}
        return _with_hash({**own, "parameters": job.values, "data": data, **self._shared})

    def data_hash(self, name: str, folder: Path) -> str:
        """Hash of the content that a data set's name stands for, seen from a notebook in a folder."""
        key = (name, folder)
        if key not in self._data:
            with contextlib.chdir(folder):  # a notebook's folder is among the places that are searched
                self._data[key] = _content_of(name)
        return self._data[key]

    def changes(self, job: Job, outcome: Outcome) -> list[str]:
        """The keys of `PARTS` in which an outcome's inputs differ from what the job has now."""
        now = self.of(job, outcome.inputs.get("data"))
        return [part for part in PARTS if _canonical(outcome.inputs.get(part)) != _canonical(now[part])]


def renewed(job: Job) -> dict[str, Any]:
    """A job's inputs when it begins: in a long batch, somebody may have edited the code after it was planned."""
    own = {"code": code_hash(job.notebook), "chapters": chapter_hashes(job.notebook)}
    return _with_hash(job.inputs | own | software())


def with_data_used(inputs: dict[str, Any], datasets: list[dict[str, Any]]) -> dict[str, Any]:
    """Inputs with the data that a run really loaded in place of those that it was expected to.

    Args:
        inputs: See `Fingerprints.of`.
        datasets: What the notebook said of the data, which may be anything.
    """
    from course_utils.datasets.manifest import names

    used = {
        row["requested"]: row["sha256"]
        for row in datasets
        if row.get("requested") in names() and isinstance(row.get("sha256"), str)
    }
    return _with_hash(inputs | {"data": used}) if used else inputs


def software() -> dict[str, Any]:
    """Return what every notebook here would run with: `package`, a hash, and `versions`."""
    return {"package": package_hash(), "versions": backend_versions()}


def package_hash() -> str:
    """Return the hash of the part of `course_utils` that every notebook can import: all but the chapters' folders."""
    # In a wheel `checkout` holds what travels of a course.
    return _hash_of(PACKAGE, [path for path in _sources(PACKAGE) if path.parts[0] not in ("chapters", "checkout")])


def chapter_hashes(notebook: Path) -> dict[str, str]:
    """Return the hash of each chapter's folder that a notebook depends on, by the folder's name.

    That is its own folder (by the number in the file's name), and that of each chapter whose claims its code names.

    Raises:
        CourseError: There is no notebook at the path.
    """
    code = code_of(notebook)
    chapters = {
        chapter_folder(chapter.number)
        for chapter in packaged_course().chapters
        if notebook.name.startswith(f"{chapter.number:02d}_") or re.search(rf"""["']{chapter.name}\.\w""", code)
    }
    return {folder.name: _hash_of(folder, _sources(folder)) for folder in sorted(chapters)}


def all_chapter_hashes() -> dict[str, str]:
    """Return the hash of every chapter's folder, by its name."""
    folders = sorted(path for path in (PACKAGE / "chapters").glob("ch*") if path.is_dir())
    return {folder.name: _hash_of(folder, _sources(folder)) for folder in folders}


def tools_hash() -> str:
    """Return the hash of what executes jobs: two sides that exchange jobs and outcomes must have the same."""
    tools = Path(__file__).parent.parent
    rooms = ("jobs", "execution", "cluster")
    return _hash_of(tools, [path for path in _sources(tools) if path.parts[0] in rooms])


def _sources(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for suffix in ("py", "yaml") for path in folder.rglob(f"*.{suffix}"))


def _hash_of(folder: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.as_posix()}\0".encode())
        digest.update((folder / path).read_bytes())
    return digest.hexdigest()[:16]


def backend_versions() -> dict[str, str]:
    """The Keras backend that a kernel started now would have, with versions; nothing is imported to learn it."""
    backend = os.environ.get("KERAS_BACKEND") or _configured_backend() or "tensorflow"
    found = {"backend": backend}
    for name in dict.fromkeys(("keras", "tensorflow", backend)):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _configured_backend() -> str | None:
    home = os.environ.get("KERAS_HOME")
    path = (Path(home) if home else Path.home() / ".keras") / "keras.json"
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return json.loads(path.read_text(encoding="utf-8")).get("backend")
    return None


def _expected(job: Job) -> list[str]:
    """The data sets that a job's chapter names, with what the parameter `dataset` says in the place of its default."""
    from course_utils.datasets.manifest import names

    asked = {job.values.get("dataset")} & {*names()}
    return sorted(({*job.data} - {job.defaults.get("dataset")} if asked else {*job.data}) | asked)


def _content_of(name: str) -> str:
    """Hash of the content of a data set, or of what would stand in for it if it were not downloaded.

    A run says itself which data it used, so a download is seen after it.
    """
    from course_utils.datasets.embedded import MAKERS
    from course_utils.datasets.formats import content_hash
    from course_utils.datasets.manifest import describe
    from course_utils.datasets.places import WrongFile, in_cache, in_user_folders

    try:
        entry = describe(name)
        if entry.files:
            content = in_user_folders(entry)
            if content is None:
                with contextlib.suppress(WrongFile):
                    content = in_cache(entry)
            if content is not None:
                return entry.sha256 or content_hash(content)
            name = entry.stand_in
        return content_hash(MAKERS[name]())
    except CourseError as error:  # a damaged file: the notebook that needs it says so, the others can run
        return f"unusable: {error}"


def _with_hash(inputs: dict[str, Any]) -> dict[str, Any]:
    parts = {part: inputs[part] for part in PARTS}
    return {"hash": hashlib.sha256(_canonical(parts).encode()).hexdigest()[:16], **parts}


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
