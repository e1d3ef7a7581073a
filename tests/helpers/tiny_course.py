"""Tiny courses with notebooks that need no TensorFlow: a kernel starts in about a second."""

import io
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from course_tools.batches import batch
from course_tools.batches.choosing import Again
from course_tools.cli.progress import Display
from course_tools.jobs.outcome import Job, Outcome
from course_utils.syllabus import Course, find_course

import nbformat
import psutil
import yaml
from processes import runs
from rich.console import Console

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
    """Return a notebook with a title, a parameters cell, a cell tagged `setup` and the given cells."""
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


def course_in(folder: Path, notebooks: Mapping[str, nbformat.NotebookNode | None]) -> Course:
    """Make a course of chapters 1, 2, … from notebooks by name; None is a planned chapter."""
    (folder / "notebooks").mkdir(parents=True)
    rows = []
    for number, (name, content) in enumerate(notebooks.items(), start=1):
        profiles = {"smoke": {"epochs": 1, "seed": 7}, "full": {"epochs": 5}}
        rows.append({"number": number, "name": name, "title": name.title(), "profiles": profiles, "seeds": 2})
        if content:
            nbformat.write(content, folder / "notebooks" / f"{number:02d}_{name}.ipynb")
    (folder / "notebooks" / "course.yaml").write_text(yaml.safe_dump({"title": "Tiny", "chapters": rows}))
    return find_course(folder)


def start(course: Course, *words: str) -> subprocess.Popen:
    """Start `python -m course_tools` in a course's folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "course_tools", *words],
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )


def command(course: Course, *words: str) -> tuple[int, str, str]:
    """Run `python -m course_tools`, and return exit code, standard output and standard error."""
    with start(course, *words) as process:
        output, errors = process.communicate(timeout=300)
    return process.returncode, output, errors


def counted(name: str, *code: str) -> nbformat.NotebookNode:
    """Return a notebook whose first cell notes in a side file that it is executed."""
    return notebook(f"with open('executions.txt', 'a') as file: file.write('{name}\\n')\n'{name} has begun'", *code)


def executions(course: Course) -> Counter:
    """Return how many times each notebook made by `counted` has been executed."""
    path = course.root / "notebooks" / "executions.txt"
    return Counter(path.read_text().split() if path.exists() else ())


def run_batch(jobs: Sequence[Job], again: Again = Again.UNFINISHED, workers: int = 2) -> tuple[list[Outcome], str]:
    """Run a batch in this process, and return the outcomes in the order of the jobs and the printed lines."""
    printed = io.StringIO()
    outcomes = batch.run(jobs, workers, Display(Console(file=printed, width=200)), again)
    return outcomes, printed.getvalue()


def files(job: Job) -> list[str]:
    """Return the files in a job's directory except the report's pages."""
    return sorted(path.name for path in job.folder.iterdir() if path.suffix != ".html")


def finished_files(job: Job) -> list[str]:
    """Return the files in the directory of a job whose last attempt succeeded."""
    return [f"{job.stem}.ipynb", "finished.json", "state.json"]


def alive(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Return which of some processes still run after some seconds."""
    left = psutil.wait_procs(processes, timeout=seconds)[1]
    return [one for one in left if runs(one.pid)]
