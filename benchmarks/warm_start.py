"""What a loop of papermill over a chapter with figures spends beside the cells' own work: ordinary kernels, warm ones.

Both sides take turns in one process, which runs the same chapter again and again, as a loop over chapters would. The
start-up of a run is all the time until its first working cell begins (that is the one after the cell tagged `setup`,
which imports). Shown apart are the time from the end of its last cell, in which the kernel ends; that between the
cells, in which papermill saves the notebook, with either kernel; and the first run, in which a warm kernel waits for
its server. Beside them is `course sweep` over as many seeds, which has a process for each notebook, as it measured
itself.
Run from the repository: `python benchmarks/warm_start.py [ROUNDS [CHAPTER]]` (3, and chapter 15 in its smoke profile).
The exit code is 1 if the median start-up after the first is over 1.2 s with warm kernels, or if figures are missing.
"""

import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from course_utils.syllabus import Chapter, find_course

import nbformat
import papermill

LIMIT = 1.2
ROOT = Path(__file__).parents[1]
SIDES = {"papermill": "python3", "papermill, warm": "course-warm"}


class Run(NamedTuple):
    seconds: float
    start_up: float
    between: float
    ending: float
    figures: int


def measured(executed: nbformat.NotebookNode, seconds: float, before: float) -> Run:
    """What a run was spent on that took so long, and so long before its first cell, by papermill's notes on cells."""
    times = [cell.metadata.papermill for cell in executed.cells]
    code = [index for index, cell in enumerate(executed.cells) if cell.cell_type == "code"]
    [imports] = [index for index in code if "setup" in executed.cells[index].metadata.get("tags", [])]
    working = [index for index in code if index > imports]
    ends = (times[working[0]].start_time, times[-1].end_time)
    begin, end = (before + moment(time) - began(executed) for time in ends)
    own_work = sum(times[index].duration for index in working)
    return Run(seconds, begin, end - begin - own_work, seconds - end, figures(executed))


def began(executed: nbformat.NotebookNode) -> float:
    """When the first cell did."""
    return moment(executed.cells[0].metadata.papermill.start_time)


def moment(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def figures(executed: nbformat.NotebookNode) -> int:
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    return sum("image/png" in output.get("data", {}) for output in outputs)


def run(chapter: Chapter, kernel: str, out: Path) -> Run:
    """One run with papermill itself."""
    started = time.time()
    executed = papermill.execute_notebook(
        chapter.notebook,
        out,
        parameters=chapter.profiles["smoke"],
        kernel_name=kernel,
        cwd=chapter.notebook.parent,
        progress_bar=False,
    )
    return measured(executed, time.time() - started, began(executed) - started)


def swept(chapter: Chapter, rounds: int, folder: Path) -> list[Run]:
    """The runs of a sweep, one after the other."""
    words = ["sweep", str(chapter.number), "--seeds", f"0:{rounds}", "--profile", "smoke", "--jobs", "1"]
    command = [sys.executable, "-m", "course_tools", *words, "--out", str(folder)]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    found = []
    for path in sorted(folder.glob("*/finished.json"), key=lambda path: path.stat().st_mtime):
        [notebook] = path.parent.glob("*.ipynb")
        outcome = json.loads(path.read_text())
        found.append(measured(nbformat.read(notebook, as_version=4), outcome["seconds"], outcome["start_seconds"]))
    return found


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    [chapter] = find_course(ROOT).select(sys.argv[2:3] or ["15"])
    logging.disable(logging.WARNING)
    runs = {name: [] for name in SIDES}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds + 1):
            for name, kernel in SIDES.items():
                runs[name].append(run(chapter, kernel, Path(folder) / "out.ipynb"))
        runs["course sweep, warm"] = swept(chapter, rounds + 1, Path(folder) / "swept")
    print(f"\n{chapter.file_stem}, smoke profile, seconds")
    print("| | start-up, first | median after | between cells | ending | in all | figures |")
    print("|---|---|---|---|---|---|---|")
    failed = False
    for name, (first, *others) in runs.items():
        seconds, start_up, between, ending, _ = (statistics.median(values) for values in zip(*others, strict=True))
        shown = {one.figures for one in runs[name]}
        figures_shown = ", ".join(map(str, shown))
        parts = " | ".join(f"{part:.2f}" for part in (first.start_up, start_up, between, ending))
        print(f"| {name} | {parts} | {seconds:.1f} | {figures_shown} |")
        failed |= shown != {runs["papermill"][0].figures} or ("warm" in name and start_up > LIMIT)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
