"""The only way in which outputs get into the notebooks: run them and store what they show."""

import contextlib
import hashlib
import time
from typing import Any

from course_tools.authoring.recording import remember_seconds
from course_tools.chapter_file import read_chapter
from course_tools.execution.kernel import NativeKernelManager
from course_tools.jobs.fingerprint import chapter_hashes, chapters_behind, package_hash
from course_tools.jobs.notebook_code import code_hash
from course_utils.chapter_head import head
from course_utils.claims.record import record_path
from course_utils.display import DATASET_MIME
from course_utils.errors import CourseError
from course_utils.files import write_text
from course_utils.syllabus import Chapter, Course

CELL_TIMEOUT_S = 600
# As a kernel reports it, without the version: `jupyter nbconvert --to script` needs it to write Python.
LANGUAGE = {
    "name": "python",
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "nbconvert_exporter": "python",
}


def store(course: Course, chapters: list[Chapter], *, force: bool = False) -> list[str]:
    """Run notebooks with their own parameters in fresh ordinary kernels, and store their outputs.

    A notebook is skipped if nothing that it depends on has changed: its code, the shared part of `course_utils`, its
    chapter's folder, its record, and those of other chapters whose claims it shows.

    Args:
        course: The course.
        chapters: Which chapters; each has a notebook.
        force: Also run unchanged ones.

    Returns:
        One line per chapter that says what was done.

    Raises:
        CourseError: A cell failed, the real data are missing, or an output cannot be stored. The file is unchanged.
    """
    lines = []
    for chapter in chapters:
        import nbformat

        code, depends = code_hash(chapter.notebook), dependencies_hash(course, chapter)
        mark = {"number": chapter.number, "code": code, "depends": depends}
        notebook = read_chapter(chapter)
        if not force and notebook.metadata.get("course") == mark:
            lines.append(f"{chapter.file_stem}: unchanged")
            continue
        seconds = _execute(notebook, chapter)
        _refuse_what_cannot_be_stored(notebook, chapter)
        _tell_the_time(notebook, course, chapter, seconds)
        _strip(notebook)
        notebook.metadata["course"] = mark
        write_text(chapter.notebook, nbformat.writes(notebook) + "\n")
        lines.append(f"{chapter.file_stem}: stored, {seconds:.0f} s")
    return lines


def dependencies_hash(course: Course, chapter: Chapter) -> str:
    """Return the hash of everything but its own code that a notebook's outputs depend on."""
    digest = hashlib.sha256()
    for shown in chapters_behind(course, chapter.notebook):
        record = record_path(course, shown)
        digest.update(record.read_bytes() if record.exists() else b"")
    for part in (package_hash(), *chapter_hashes(chapter.notebook).values()):
        digest.update(part.encode())
    return digest.hexdigest()[:16]


def _execute(notebook: Any, chapter: Chapter) -> float:
    from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    client = NotebookClient(
        notebook,
        kernel_name=NATIVE_KERNEL_NAME,
        kernel_manager_class=NativeKernelManager,
        timeout=CELL_TIMEOUT_S,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(chapter.notebook.parent)}},
        coalesce_streams=True,  # lines printed one after the other are one block on the page, not one for each flush
    )
    started = time.perf_counter()
    try:
        client.execute()
    except CellExecutionError as error:
        raise CourseError(
            f"{chapter.file_stem} is not stored: a cell failed with {error.ename}: {error.evalue}; "
            f"for the partial run with its traceback: course run {chapter.number}"
        ) from error
    except DeadKernelError as error:
        raise CourseError(
            f"{chapter.file_stem} is not stored: its kernel died; was there too little memory?"
        ) from error
    except CellTimeoutError as error:
        raise CourseError(f"{chapter.file_stem} is not stored: a cell took more than {CELL_TIMEOUT_S} s") from error
    return time.perf_counter() - started


def _tell_the_time(notebook: Any, course: Course, chapter: Chapter, seconds: float) -> None:
    """Store how long the notebook took, and update the time that its head shows."""
    with contextlib.chdir(chapter.notebook.parent):  # as the notebook itself sees it
        shown = head(course, chapter.number, {})
        remember_seconds(course, chapter, "quick", seconds)
        now = head(course, chapter.number, {})
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("data", {}).get("text/plain") == shown["text/plain"]:
                output.data.update(now)


def _refuse_what_cannot_be_stored(notebook: Any, chapter: Chapter) -> None:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if output.output_type == "error":
                raise CourseError(f"{chapter.file_stem} is not stored: cell {cell.id} ends in an error")
            if any(kind.startswith("application/vnd.jupyter.widget") for kind in data):
                raise CourseError(f"{chapter.file_stem} is not stored: cell {cell.id} has a widget; no export shows it")
            used = data.get(DATASET_MIME)
            if used and used["name"] != used["requested"]:
                raise CourseError(
                    f"{chapter.file_stem} is not stored: it used {used['name']} instead of {used['requested']}; "
                    "put the data file where datasets/README.md says"
                )


def _strip(notebook: Any) -> None:
    """Remove metadata that differ between runs or machines."""
    for cell in notebook.cells:
        for key in ("execution", "papermill", "ExecuteTime"):
            cell.metadata.pop(key, None)
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("widgets", None)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = LANGUAGE
