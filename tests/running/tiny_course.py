"""Tiny courses with notebooks that need no TensorFlow: a kernel starts in about a second."""

import os
import subprocess
import sys
from pathlib import Path

from course_utils.chapters import Course

import nbformat

REPOSITORY = Path(__file__).parents[2]
PARAMETERS = (
    "epochs: int = 2  # passes over the training set\n"
    "rate: float = 0.1  # learning rate\n"
    "dataset: str = 'mnist'  # which data\n"
    "sizes: list[int] = [3, 4]  # units per layer\n"
    "shuffle: bool = True  # new order in each epoch\n"
    "seed: int = 0  # of everything random\n"
)


def notebook(*code: str, parameters: str = PARAMETERS) -> nbformat.NotebookNode:
    """A notebook with a title, a parameters cell, a cell tagged `setup` and the given cells."""
    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell("# Title"),
        v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        v4.new_code_cell("import sys, time", metadata={"tags": ["setup"]}),
        v4.new_markdown_cell("## The work"),
        *(v4.new_code_cell(source) for source in code),
    ]
    kernelspec = {"name": "someone_elses_kernel", "display_name": "?", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec})


def start(course: Course, *words: str) -> subprocess.Popen:
    """Start `python -m course_utils` in a course's folder, as a person does."""
    return subprocess.Popen(
        [sys.executable, "-m", "course_utils", *words],
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def command(course: Course, *words: str) -> tuple[int, str, str]:
    """Run `python -m course_utils` to its end: exit code, standard output, standard error."""
    with start(course, *words) as process:
        output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors
