"""How long `course --help` and `course list` take, each in fresh processes; limit: 0.7 s.

Beside them the two things that the command avoids: starting Python alone cannot be avoided, importing papermill can.
Run from the repository: `python benchmarks/command_start.py [RUNS]`. The exit code is 1 if a median is over the limit.
"""

import statistics
import subprocess
import sys
import time

LIMIT = 0.7
COMMANDS = {
    "course --help": ["-m", "course_tools", "--help"],
    "course list": ["-m", "course_tools", "list"],
    "python alone": ["-c", "pass"],
    "import papermill": ["-c", "import papermill"],
}


def seconds(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    measured = {name: [] for name in COMMANDS}
    for number in range(runs + 1):  # in turns, so that a busy moment of the machine hits all alike
        for name, arguments in COMMANDS.items():
            elapsed = seconds(arguments)
            if number:  # the first one compiles and fills caches
                measured[name].append(elapsed)
    print(f"| command | median of {runs}, s | smallest | largest |\n|---|---|---|---|")
    for name, values in measured.items():
        print(f"| `{name}` | {statistics.median(values):.2f} | {min(values):.2f} | {max(values):.2f} |")
    return int(any(statistics.median(measured[name]) > LIMIT for name in ("course --help", "course list")))


if __name__ == "__main__":
    sys.exit(main())
