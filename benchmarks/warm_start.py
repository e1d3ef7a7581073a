"""What papermill adds to the cells' own work in a loop over a chapter with figures: ordinary kernels, warm ones.

Both sides take turns in one process, which runs the same chapter again and again, as a loop over chapters would. The
start-up of a run is everything but its cells' own work: its wall time less the durations of all cells after the one
tagged `setup`, which imports. The first run with a warm kernel starts the server and is shown apart. Beside them is
`course sweep` over as many seeds, which has a process for each notebook, as it measured itself.
Run from the repository: `python benchmarks/warm_start.py [ROUNDS [CHAPTER]]` (3, and chapter 15 in its smoke profile).
The exit code is 1 if the median after the first is over 1.2 s on a warm side, or if its figures are not as many.
"""

import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from course_utils.chapters import Chapter, find_course

import nbformat
import papermill

LIMIT = 1.2
ROOT = Path(__file__).parents[1]
SIDES = {"papermill": "python3", "papermill, warm": "course-warm"}


def own_work(executed: nbformat.NotebookNode) -> float:
    """Seconds in the cells after the one that imports."""
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    [imports] = [index for index, cell in enumerate(code) if "setup" in cell.metadata.get("tags", [])]
    return sum(cell.metadata.papermill.duration for cell in code[imports + 1 :])


def figures(executed: nbformat.NotebookNode) -> int:
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    return sum("image/png" in output.get("data", {}) for output in outputs)


def run(chapter: Chapter, kernel: str, out: Path) -> tuple[float, float, int]:
    """Seconds in all, seconds of start-up, figures."""
    started = time.perf_counter()
    executed = papermill.execute_notebook(
        chapter.notebook,
        out,
        parameters=chapter.profiles["smoke"],
        kernel_name=kernel,
        cwd=chapter.notebook.parent,
        progress_bar=False,
    )
    seconds = time.perf_counter() - started
    return seconds, seconds - own_work(executed), figures(executed)


def swept(chapter: Chapter, rounds: int, folder: Path) -> list[tuple[float, float, int]]:
    """The same of `course sweep`, one run after the other."""
    words = ["sweep", str(chapter.number), "--seeds", f"0:{rounds}", "--profile", "smoke", "--jobs", "1"]
    command = [sys.executable, "-m", "course_utils", *words, "--out", str(folder)]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    found = []
    for path in sorted(folder.glob("*/finished.json"), key=lambda path: json.loads(path.read_text())["started"]):
        seconds = json.loads(path.read_text())["seconds"]
        [notebook] = path.parent.glob("*.ipynb")
        executed = nbformat.read(notebook, as_version=4)
        found.append((seconds, seconds - own_work(executed), figures(executed)))
    return found


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    [chapter] = find_course(ROOT).select(sys.argv[2:3] or ["15"])
    logging.disable(logging.WARNING)
    measured = {name: [] for name in SIDES}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds + 1):
            for name, kernel in SIDES.items():
                measured[name].append(run(chapter, kernel, Path(folder) / "out.ipynb"))
        measured["course sweep, warm"] = swept(chapter, rounds + 1, Path(folder) / "swept")
    print(f"\n| {chapter.file_stem}, smoke | first run, s | start-up, s | runs after it, s | start-up, s | figures |")
    print("|---|---|---|---|---|---|")
    failed = False
    expected = measured["papermill"][0][2]
    for name, ((first, first_start, _), *others) in measured.items():
        seconds, start = (statistics.median(values) for values in list(zip(*others, strict=True))[:2])
        shown = {count for _, _, count in measured[name]}
        print(
            f"| {name} | {first:.1f} | {first_start:.2f} | {seconds:.1f} | {start:.2f} | {', '.join(map(str, shown))} |"
        )
        failed |= shown != {expected} or ("warm" in name and start > LIMIT)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
