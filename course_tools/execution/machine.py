"""What this machine has to share out among jobs that run side by side: cores, memory, GPUs."""

import ctypes.util
import getpass
import importlib.util
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from course_tools.warm.obstacles import gpu_is_visible

from filelock import FileLock, Timeout

# The largest that a chapter has used so far (chapter 15, full: 2.47 GB; the reports say what each run used).
MEMORY_OF_A_JOB = 2_500_000_000

_CGROUP = Path("/sys/fs/cgroup")
_DEVICES = Path("/dev")


def side_by_side(jobs: int) -> int:
    """How many jobs to run at a time, if nobody says: one for each GPU, or for each core that has the memory for one.

    Args:
        jobs: How many there are.
    """
    places = len(gpus()) or min(cores(), int(free_memory() / MEMORY_OF_A_JOB))
    return max(1, min(places, jobs))


def cores() -> int:
    """How many cores this process may use, of those that the machine has."""
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0))
    quota = _quota()
    return max(1, min(allowed, round(quota))) if quota else allowed


def threads_for_each(side_by_side: int) -> int | None:
    """How many threads a job's libraries should use among others: its share of the cores. None, as they like, if alone.

    As many threads for each job as there are cores cost a tenth of the time (see `benchmarks/workers.py`).
    """
    return max(1, cores() // side_by_side) if side_by_side > 1 else None


def _quota() -> float | None:
    """How many cores a container may keep busy; None without a limit."""
    try:
        share, period = (_CGROUP / "cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    return None if share == "max" else int(share) / int(period)


def free_memory() -> int:
    """How many bytes this process may take, of those that the machine has left."""
    import psutil

    available = psutil.virtual_memory().available
    quota = _memory_quota()
    return available if quota is None else min(available, quota)


def _memory_quota() -> int | None:
    """How many bytes a container may take besides what it has; None without a limit."""
    try:
        most, now = ((_CGROUP / name).read_text(encoding="ascii").strip() for name in ("memory.max", "memory.current"))
        # What it has read from disk counts too, and is given up when memory is wanted.
        statistics = dict(line.split() for line in (_CGROUP / "memory.stat").read_text(encoding="ascii").splitlines())
        return None if most == "max" else int(most) - int(now) + int(statistics["inactive_file"])
    except (OSError, ValueError, KeyError):
        return None


def gpus() -> list[str]:
    """The GPUs that jobs may use, as CUDA_VISIBLE_DEVICES names them; none if the backend has no way to use one."""
    if not gpu_is_visible(os.environ) or not _has_cuda():
        return []
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named:
        return named.split(",")
    # CUDA counts those that it is given from 0; in a container the only one may be /dev/nvidia3.
    return [str(number) for number in range(len([*_DEVICES.glob("nvidia[0-9]*")]) or 1)]


def _has_cuda() -> bool:
    """Whether cuDNN is there: from tensorflow[and-cuda] or jax[cuda], or installed with the system."""
    with suppress(ModuleNotFoundError):
        if importlib.util.find_spec("nvidia.cudnn"):
            return True
    return ctypes.util.find_library("cudnn") is not None


@contextmanager
def gpu_for_a_job() -> Iterator[dict[str, str]]:
    """Give a job the GPU that the fewest others use, as a variable of its environment; nothing where there is none.

    A place on a GPU is a locked file, which all processes of this user see (the workers of a cluster are several) and
    which is free again when the process that holds it is gone.
    """
    found = gpus()
    if not found:
        yield {}
        return
    gpu, lock = _free_place(found)
    try:
        yield {"CUDA_VISIBLE_DEVICES": gpu}
    finally:
        lock.release()


def _free_place(gpus: list[str]) -> tuple[str, FileLock]:
    folder = Path(tempfile.gettempdir(), f"course-gpus-{getpass.getuser()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    others = 0
    while True:
        for gpu in gpus:
            lock = FileLock(folder / f"{gpu.replace('/', '-')}.{others}.lock", timeout=0)
            with suppress(Timeout):
                lock.acquire()
                return gpu, lock
        others += 1
