"""A scheduler and workers in separate processes, started as a user starts them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import course_tools
import course_utils
from course_utils.syllabus import Course, packaged_course

import psutil
from processes import runs, wait_for

COMMAND_S = 400
# A job notes its start in a side file of the test, since its worker's folder is temporary.
NOTE = "import os, pathlib, psutil\npathlib.Path({folder!r}, f'{name}.{{os.getpid()}}').touch()\n'{name} has begun'"
KILL_WORKER = "psutil.Process().parents()[1].kill()\ntime.sleep(300)"
DEAF = (
    "import signal\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "time.sleep(300)"
)


def begun(folder: Path, name: str) -> list[int]:
    """Return the PIDs of the kernels in which a notebook has begun."""
    return [int(path.suffix[1:]) for path in folder.glob(f"{name}.*")]


def copy_package(to: Path) -> Path:
    """Copy both packages, so that edits during a test do not matter; return the folder for PYTHONPATH."""
    for package in (course_utils, course_tools):
        folder = Path(package.__file__).parent
        shutil.copytree(folder, to / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    syllabus = packaged_course().root / "notebooks" / "course.yaml"  # `course_utils` searches for it around itself
    (to / "notebooks").mkdir()
    shutil.copy(syllabus, to / "notebooks")
    return to


class DaskProcesses:
    """A scheduler with its workers; `close` ends them.

    Args:
        folder: Folder for their files.
        home: Folder with the packages.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        folder.mkdir()
        self.folder, self.home = folder, home
        self.processes: list[subprocess.Popen] = []
        file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        self.address = wait_for(lambda: _address(file), "the start of the scheduler", 180)

    def add_worker(self, *words: str, home: Path | None = None, **variables: str) -> subprocess.Popen:
        """Start a worker with one thread and its own folder, and wait until it is registered."""
        own = self.folder / f"worker{len(self.processes)}"
        own.mkdir()
        options = ("--nthreads", "1", "--local-directory", str(own), *words)
        log = self.folder / f"worker{len(self.processes)}.log"
        worker = self._start("worker", self.address, *options, cwd=own, home=home, **variables)
        wait_for(lambda: "Registered to" in log.read_text(), "the arrival of the worker", 180)
        return worker

    def command(self, course: Course, *words: str) -> subprocess.Popen:
        """Start `course` with this cluster."""
        return start_course(self.home, course, *words, "--cluster", self.address)

    def close(self) -> None:
        """Kill all processes."""
        found = [process for one in self.processes if one.poll() is None for process in _tree(one.pid)]
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        for one in self.processes:
            one.wait()

    def _start(
        self, what: str, *words: str, cwd: Path | None = None, home: Path | None = None, **variables: str
    ) -> subprocess.Popen:
        log = (self.folder / f"{what}{len(self.processes)}.log").open("w")
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + what, *words, "--no-dashboard"],
            cwd=cwd or self.folder,
            env=os.environ | {"PYTHONPATH": str(home or self.home)} | variables,
            stdout=log,
            stderr=log,
        )
        log.close()
        self.processes.append(process)
        return process


def start_course(home: Path, course: Course, *words: str) -> subprocess.Popen:
    """Start `course` in its own process group, as a terminal does."""
    return subprocess.Popen(
        [sys.executable, "-m", "course_tools", *words],
        cwd=course.root,
        env=os.environ | {"PYTHONPATH": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def end_of(process: subprocess.Popen) -> tuple[int, str, str]:
    """Return exit code, standard output and standard error of a process that ends by itself."""
    with process:
        try:
            output, errors = process.communicate(timeout=COMMAND_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, output, errors


def gone(pids: Sequence[int], seconds: float = 20) -> bool:
    """Return whether processes end in time; the limit is generous for a busy machine."""
    deadline = time.monotonic() + seconds
    while any(map(runs, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(runs, pids))


def _address(file: Path) -> str | None:
    try:
        return json.loads(file.read_text())["address"]
    except (OSError, ValueError):
        return None


def _tree(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]
