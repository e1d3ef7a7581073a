"""How long a batch takes with 1, 2, 3 notebooks side by side, with all threads or fewer to each, cold and warm.

A row is a `course run` of the whole course, or of the chapters named, into a new folder. Threads are TensorFlow's and
OpenMP's; `all` leaves them alone. Before the first row the notebooks run once, so that no row pays for files that
nobody has read before. Two runs of one and the same row differ by more than the rows do; so the rows that come near the
best then run again, in turns with what `course run` chooses by itself, which should be within 5 % of the best median.
Run from the repository, on a machine that does nothing else: `python benchmarks/workers.py --help`. The exit code is 1
if what `course run` chooses is more than 5 % over the best row.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from statistics import median
from typing import NamedTuple

LIMIT = 1.05
NEAR = 1.15
ROOT = Path(__file__).parents[1]
STARTS = {"cold": {"COURSE_WARM": "0"}, "warm": {}}


class Row(NamedTuple):
    """How a batch runs: one of STARTS, how many notebooks side by side (None: `course` chooses), threads for each."""

    start: str = "warm"
    workers: str | None = None
    threads: str = "all"

    def __str__(self) -> str:
        return f"{self.start} | {self.workers} | {self.threads}" if self.workers else "by itself | |"


def seconds(chapters: list[str], profile: str, row: Row) -> float:
    """How long one batch takes; ends the program if a notebook fails."""
    environment = os.environ | STARTS[row.start]
    if row.threads != "all":
        environment |= {"TF_NUM_INTRAOP_THREADS": row.threads, "OMP_NUM_THREADS": row.threads}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "course_tools", "run", *chapters, "--profile", profile, "--out", folder]
        command += ["--jobs", row.workers] if row.workers else []
        started = time.perf_counter()
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if ended.returncode:
            sys.exit(f"a batch failed:\n{ended.stdout}{ended.stderr}")
        return time.perf_counter() - started


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help="the whole course if none is named")
    parser.add_argument("--profile", default="quick")
    parser.add_argument("--workers", default="1,2,3", help="numbers of notebooks side by side (%(default)s)")
    parser.add_argument("--threads", default="all,1", help="threads for each (%(default)s)")
    parser.add_argument("--starts", default="cold,warm", help="(%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="how often the best rows run again (%(default)s)")
    options = parser.parse_args()
    seconds(options.chapters, "smoke", Row())
    first = {}
    print("| start | side by side | threads | s |\n|---|---|---|---|")
    choices = (options.starts.split(","), options.workers.split(","), options.threads.split(","))
    for row in map(Row._make, product(*choices)):
        first[row] = seconds(options.chapters, options.profile, row)
        print(f"| {row} | {first[row]:.1f} |", flush=True)

    chosen = Row()
    turns = [row for row, took in first.items() if took <= NEAR * min(first.values())] + [chosen]
    again: dict[Row, list[float]] = {row: [] for row in turns}
    for _ in range(options.rounds):
        for row in turns:
            again[row].append(seconds(options.chapters, options.profile, row))
        turns.reverse()  # what runs first once runs last the next time
    print("\n| start | side by side | threads | median, smallest, largest s |\n|---|---|---|---|")
    for row, times in again.items():
        print(f"| {row} | {median(times):.1f}, {min(times):.1f}, {max(times):.1f} |")
    best = min(median(times) for row, times in again.items() if row != chosen)
    print(f"\nby itself: {median(again[chosen]) / best - 1:+.1%} on the best")
    return int(median(again[chosen]) > LIMIT * best)


if __name__ == "__main__":
    sys.exit(main())
