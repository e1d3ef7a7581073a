"""Change one constant in a copy of a chapter; run nbval and the chapter's own tests on it: something must fail.

usage: python tests/mutate.py [CHAPTER ...]     (numbers or names; none: every chapter that has changes)
The changes are in chapters/chNN/mutations.yaml. The exit code is 1 if a change went unnoticed, or if an unchanged copy
fails: then the failures of the others prove nothing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.files import read_yaml
from course_utils.syllabus import Chapter, find_course

import nbformat

ROOT = Path(__file__).parents[1]
UNCHANGED = {"change": "nothing", "find": "", "replace": ""}


def mutated(notebook: nbformat.NotebookNode, find: str, replace: str) -> nbformat.NotebookNode:
    """Return the notebook with one place of its code changed, or unchanged if there is nothing to find."""
    if not find:
        return notebook
    places = [cell for cell in notebook.cells if cell.cell_type == "code" and find in cell.source]
    if sum(cell.source.count(find) for cell in places) != 1:
        raise SystemExit(f"{find!r} must occur exactly once in the chapter's code")
    places[0].source = places[0].source.replace(find, replace)
    return notebook


def failing(chapter, mutation: dict[str, str]) -> list[str]:
    """Return the cells and tests that fail in a copy of the course with this change."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "notebooks", copy / "notebooks", ignore=shutil.ignore_patterns("*.ipynb"))
        shutil.copytree(ROOT / "results", copy / "results")
        shutil.copytree(ROOT / "tests", copy / "tests")  # they run the cells of the notebook beside them
        shutil.copy(ROOT / "pyproject.toml", copy)
        (copy / "datasets").symlink_to(ROOT / "datasets")
        notebook = nbformat.read(chapter.notebook, as_version=4)
        target = copy / "notebooks" / chapter.notebook.name
        nbformat.write(mutated(notebook, mutation["find"], mutation["replace"]), target)
        own_tests = sorted((copy / "tests" / "chapters" / f"ch{chapter.number:02d}").glob("test_*.py"))
        options = ["-q", "-rfE", "--tb=no", "-p", "no:cacheprovider", "-n", "2", "--dist", "loadfile"]
        environment = os.environ | {"COURSE_WARM_OWNER": str(os.getpid())}  # one server for all of them
        command = [sys.executable, "-m", "pytest", *options, str(target), *map(str, own_tests)]
        ended = subprocess.run(command, cwd=copy, capture_output=True, text=True, env=environment)
        if ended.returncode not in (0, 1):
            raise SystemExit(f"pytest could not run the mutated chapter:\n{ended.stdout}{ended.stderr}")
        names = (line.split("::")[-1] for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR")))
        return list(dict.fromkeys(name.partition(" - ")[0].partition("[")[0] for name in names))


def mutations_of(chapter: Chapter) -> list[dict[str, str]]:
    """Return the changes for a chapter; none if it has no mutations.yaml."""
    path = ROOT / "tests" / "chapters" / f"ch{chapter.number:02d}" / "mutations.yaml"
    return read_yaml(path) if path.exists() else []


def chosen(wanted: list[str]) -> list[Chapter]:
    """Return the named chapters, or all that have mutations.

    Raises:
        CourseError: There is no such chapter, or it has no mutations.
    """
    chapters = find_course(ROOT).select(wanted)
    if not wanted:
        return [chapter for chapter in chapters if mutations_of(chapter)]
    for chapter in chapters:
        if not mutations_of(chapter):
            raise CourseError(f"tests/chapters has no changes for {chapter.file_stem}: write its mutations.yaml")
    return chapters


def main(wanted: list[str]) -> int:
    """Run the mutations of the named chapters."""
    failed = False
    for chapter in chosen(wanted):
        for mutation in [UNCHANGED, *mutations_of(chapter)]:
            red = failing(chapter, mutation)
            failed |= bool(red) is (mutation is UNCHANGED)
            result = f"{', '.join(red)} red" if red else "green" if mutation is UNCHANGED else "UNNOTICED"
            print(f"{chapter.number}: {mutation['change']}: {result}", flush=True)
    return int(failed)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CourseError as error:
        sys.exit(f"mutate.py: {error}")
