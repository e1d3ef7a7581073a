"""How long a batch takes with 1, 2, 3 notebooks side by side, with all threads or fewer to each, cold and warm.

Each row is one `course run` of the whole course, or of the chapters named, into a new folder; the last is what `course
run` chooses by itself, which should be within 5 % of the best. Threads are TensorFlow's and OpenMP's; `all` leaves them
alone. Before the first row the notebooks run once, so that no row pays for files that nobody has read before.
Run from the repository, on a machine that does nothing else: `python benchmarks/workers.py --help`. The exit code is 1
if what `course run` chooses is more than 5 % over the best row.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT = 1.05
ROOT = Path(__file__).parents[1]
STARTS = {"cold": {"COURSE_WARM": "0"}, "warm": {}}


def seconds(chapters: list[str], profile: str, workers: str | None, threads: str, variables: dict[str, str]) -> float:
    """How long one batch takes; ends the program if a notebook fails."""
    environment = os.environ | variables
    if threads != "all":
        environment |= {"TF_NUM_INTRAOP_THREADS": threads, "OMP_NUM_THREADS": threads}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "course_utils", "run", *chapters, "--profile", profile, "--out", folder]
        command += ["--jobs", workers] if workers else []
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
    parser.add_argument("--threads", default="all,1,2", help="threads for each (%(default)s)")
    parser.add_argument("--starts", default="cold,warm", help="(%(default)s)")
    options = parser.parse_args()
    seconds(options.chapters, "smoke", None, "all", {})
    rows = [
        (start, workers, threads)
        for start in options.starts.split(",")
        for workers in options.workers.split(",")
        for threads in options.threads.split(",")
    ]
    print("| start | side by side | threads | s |\n|---|---|---|---|")
    measured = []
    for start, workers, threads in rows:
        measured.append(seconds(options.chapters, options.profile, workers, threads, STARTS[start]))
        print(f"| {start} | {workers} | {threads} | {measured[-1]:.1f} |", flush=True)
    chosen = seconds(options.chapters, options.profile, None, "all", {})
    print(f"| by itself | | | {chosen:.1f} ({chosen / min(measured) - 1:+.0%} on the best) |")
    return int(chosen > LIMIT * min(measured))


if __name__ == "__main__":
    sys.exit(main())
