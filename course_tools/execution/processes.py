"""The processes of jobs: the worker that drives a notebook, its kernel, and their children."""

import contextlib
import os
import subprocess
import sysconfig
from pathlib import Path

import course_utils
from course_tools.jobs.outcome import Job

# The job's directory, in the environment of the job's processes: it identifies them when their parents are gone.
MARK = "COURSE_JOB"
GRACE_S = 2.0  # from asking processes to end, or from killing them, until they are given up
# TensorFlow and NumPy's BLAS read these; a value that the user has set stays.
_THREADS = ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS")

_workers: dict[subprocess.Popen, Path] = {}  # with the directories of their jobs
_stopped: set[subprocess.Popen] = set()


def environment(job: Job | None) -> dict[str, str]:
    """Return the environment of a worker, or of a helper without a job; it finds this package, installed or not."""
    home = str(Path(course_utils.__file__).parent.parent)
    # The server of its warm kernel (see `course_tools.warm`) outlives the job, since the next job needs it too.
    variables = {"COURSE_WARM_OWNER": str(os.getpid())} | dict(os.environ)
    if job:
        variables[MARK] = str(job.folder)
        if job.threads:
            variables = dict.fromkeys(_THREADS, str(job.threads)) | variables
    if home not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    return variables


@contextlib.contextmanager
def watched(worker: subprocess.Popen, folder: Path):
    """Register a worker and its job's directory for `stop_workers` as long as it runs."""
    _workers[worker] = folder
    try:
        yield
    finally:
        _workers.pop(worker, None)
        _stopped.discard(worker)


def was_stopped(worker: subprocess.Popen) -> bool:
    """Return whether `stop_workers` ended a watched worker."""
    return worker in _stopped


def worker_of(folder: Path) -> int | None:
    """Return the PID of the worker of a job, by the job's directory; None if there is none."""
    return next((worker.pid for worker, of in list(_workers.items()) if of == folder), None)


def stop_workers(folder: Path | None = None) -> None:
    """End all workers of this process with their kernels; their jobs' outcomes become `interrupted`.

    Args:
        folder: End only the worker whose job has this directory.
    """
    found = [worker for worker, of in list(_workers.items()) if folder in (None, of)]
    workers = [worker for worker in found if worker.poll() is None]
    _stopped.update(workers)
    end_trees([worker.pid for worker in workers])


def end_trees(pids: list[int], *, at_once: bool = False) -> None:
    """End processes and all of their descendants.

    Args:
        pids: The processes.
        at_once: Kill them without asking them to end first.
    """
    import psutil

    processes = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
            parent = psutil.Process(pid)
            processes += [parent, *parent.children(recursive=True)]
    for end in (psutil.Process.kill,) if at_once else (psutil.Process.terminate, psutil.Process.kill):
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                end(process)
        _, processes = psutil.wait_procs(processes, timeout=GRACE_S)


def end_leftovers(folder: Path) -> None:
    """Kill the processes of jobs whose worker ended without ending its kernel.

    Args:
        folder: A job's directory, or a batch's folder for all of its jobs.
    """
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):  # it has ended, or belongs to another user
            mark = process.environ().get(MARK)
            if mark and folder in (Path(mark), Path(mark).parent) and process.pid != os.getpid():
                process.kill()
