"""The inputs that a job's result depends on: if they are the same, the job need not run again.

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
from course_utils.syllabus import Chapter, Course, chapter_folder, packaged_course

PACKAGE = Path(course_utils.__file__).parent
PARTS = {  # the parts of the inputs, and their names in messages
    "code": "its code",
    "parameters": "its parameters",
    "package": "the package course_utils",
    "chapters": "its chapter's folder",
    "data": "its data",
    "versions": "the versions of Keras or its backend",
}


class Fingerprints:
    """Hashes the inputs of jobs; shared ones (the package, the data) are read once."""

    def __init__(self) -> None:
        self._data: dict[tuple[str, Path], str] = {}
        self._code = functools.cache(code_hash)
        self._chapters = functools.cache(chapter_hashes)

    @functools.cached_property
    def _shared(self) -> dict[str, Any]:
        return software()

    def of(self, job: Job, names: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the present inputs of a job.

        Args:
            job: The job.
            names: The data sets that it loads; if None, those that its chapter and its parameter `dataset` name.

        Returns:
            `code`, `parameters`, `package`, `chapters` (folder to hash), `data` (name to hash of the content),
            `versions`, and a `hash` of it all.
        """
        data = {name: self.data_hash(name, job.notebook.parent) for name in names or _expected(job)}
        own = {"code": self._code(job.notebook), "chapters": self._chapters(job.notebook)}
        return _with_hash({**own, "parameters": job.values, "data": data, **self._shared})

    def data_hash(self, name: str, folder: Path) -> str:
        """Return the hash of a data set's content, as a notebook in a folder would find it."""
        key = (name, folder)
        if key not in self._data:
            with contextlib.chdir(folder):  # the search includes the notebook's folder
                self._data[key] = _content_of(name)
        return self._data[key]

    def changes(self, job: Job, outcome: Outcome) -> list[str]:
        """Return the keys of `PARTS` in which an outcome's inputs differ from the job's present ones."""
        now = self.of(job, outcome.inputs.get("data"))
        return [part for part in PARTS if _canonical(outcome.inputs.get(part)) != _canonical(now[part])]


def renewed(job: Job) -> dict[str, Any]:
    """Return a job's inputs when it begins: the code may have been edited since the batch was planned."""
    own = {"code": code_hash(job.notebook), "chapters": chapter_hashes(job.notebook)}
    return _with_hash(job.inputs | own | software())


def with_data_used(inputs: dict[str, Any], datasets: list[dict[str, Any]]) -> dict[str, Any]:
    """Return inputs with the data that a run really loaded in place of the expected ones.

    Args:
        inputs: See `Fingerprints.of`.
        datasets: The notebook's outputs about data, which may be anything.
    """
    from course_utils.datasets.manifest import names

    used = {
        row["requested"]: row["sha256"]
        for row in datasets
        if row.get("requested") in names() and isinstance(row.get("sha256"), str)
    }
    return _with_hash(inputs | {"data": used}) if used else inputs


def software() -> dict[str, Any]:
    """Return the software that every notebook runs with here: `package`, a hash, and `versions`."""
    return {"package": package_hash(), "versions": backend_versions()}


def package_hash() -> str:
    """Return the hash of the part of `course_utils` that every notebook can import: all but the chapters' folders."""
    # In a wheel `checkout` holds the files of the course.
    return _hash_of(PACKAGE, [path for path in _sources(PACKAGE) if path.parts[0] not in ("chapters", "checkout")])


def chapters_behind(course: Course, notebook: Path) -> list[Chapter]:
    """Return the chapters of a course whose claims a notebook shows: its own, by its file's name, and any it names.

    Raises:
        CourseError: There is no notebook at the path.
    """
    code = code_of(notebook)
    return [
        chapter
        for chapter in course.chapters
        if notebook.name.startswith(f"{chapter.number:02d}_") or re.search(rf"""["']{chapter.name}\.\w""", code)
    ]


def chapter_hashes(notebook: Path) -> dict[str, str]:
    """Return the hash of each chapter's folder that a notebook depends on, by the folder's name.

    Raises:
        CourseError: There is no notebook at the path.
    """
    folders = [chapter_folder(chapter.number) for chapter in chapters_behind(packaged_course(), notebook)]
    return {folder.name: _hash_of(folder, _sources(folder)) for folder in folders}


def all_chapter_hashes() -> dict[str, str]:
    """Return the hash of every chapter's folder, by its name."""
    folders = sorted(path for path in (PACKAGE / "chapters").glob("ch*") if path.is_dir())
    return {folder.name: _hash_of(folder, _sources(folder)) for folder in folders}


def tools_hash() -> str:
    """Return the hash of the code that executes jobs; it must be the same on both sides of a cluster."""
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
    """Return the Keras backend that a kernel would have now, with versions, without importing it."""
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
    """Return the data sets that a job's chapter names, with the parameter `dataset` in place of its default."""
    from course_utils.datasets.manifest import names

    asked = {job.values.get("dataset")} & {*names()}
    return sorted(({*job.data} - {job.defaults.get("dataset")} if asked else {*job.data}) | asked)


def _content_of(name: str) -> str:
    """Return the hash of a data set's content, or of its substitute if it is not on this machine.

    A run reports which data it used, so that a download is noticed after it.
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
    except CourseError as error:  # a damaged file: the notebook that needs it reports it, the others can run
        return f"unusable: {error}"


def _with_hash(inputs: dict[str, Any]) -> dict[str, Any]:
    parts = {part: inputs[part] for part in PARTS}
    return {"hash": hashlib.sha256(_canonical(parts).encode()).hexdigest()[:16], **parts}


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
