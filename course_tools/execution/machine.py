"""This machine's cores, memory and GPUs, divided among jobs that run side by side."""

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

# The most that a chapter has used so far (chapter 15, full: 2.47 GB; the reports show what each run used).
MEMORY_OF_A_JOB = 2_500_000_000

_CGROUP = Path("/sys/fs/cgroup")
_DEVICES = Path("/dev")


def side_by_side(jobs: int) -> int:
    """Return how many jobs to run at a time by default: one per GPU, or per core as far as the memory allows.

    Args:
        jobs: Number of jobs.
    """
    places = len(gpus()) or min(cores(), int(free_memory() / MEMORY_OF_A_JOB))
    return max(1, min(places, jobs))


def cores() -> int:
    """Return how many cores this process may use, by its affinity and the limit of its container."""
    import joblib

    return joblib.cpu_count()


def threads_for_each(side_by_side: int) -> int | None:
    """Return a job's share of the cores, for the threads of its libraries; None (no limit) for a single job.

    With as many threads per job as cores, a batch takes a tenth longer (see `benchmarks/workers.py`).
    """
    return max(1, cores() // side_by_side) if side_by_side > 1 else None


def free_memory() -> int:
    """Return how many bytes of the machine's free memory this process may use."""
    import psutil

    available = psutil.virtual_memory().available
    quota = _memory_quota()
    return available if quota is None else min(available, quota)


def _memory_quota() -> int | None:
    """Return how many more bytes this container may use; None without a limit."""
    try:
        most, now = ((_CGROUP / name).read_text(encoding="ascii").strip() for name in ("memory.max", "memory.current"))
        # The cache of files counts too, but the system frees it on demand.
        statistics = dict(line.split() for line in (_CGROUP / "memory.stat").read_text(encoding="ascii").splitlines())
        return None if most == "max" else int(most) - int(now) + int(statistics["inactive_file"])
    except (OSError, ValueError, KeyError):
        return None


def gpus() -> list[str]:
    """Return the GPUs that jobs may use, as CUDA_VISIBLE_DEVICES names them; none if the backend cannot use one."""
    if not gpu_is_visible(os.environ) or not _has_cuda():
        return []
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named:
        return named.split(",")
    # CUDA numbers the visible ones from 0; in a container the only one may be /dev/nvidia3.
    return [str(number) for number in range(len([*_DEVICES.glob("nvidia[0-9]*")]) or 1)]


def _has_cuda() -> bool:
    """Return whether cuDNN is installed: with tensorflow[and-cuda] or jax[cuda], or with the system."""
    with suppress(ModuleNotFoundError):
        if importlib.util.find_spec("nvidia.cudnn"):
            return True
    return ctypes.util.find_library("cudnn") is not None


@contextmanager
def gpu_for_a_job() -> Iterator[dict[str, str]]:
    """Yield the environment variable that gives a job the GPU with the fewest other jobs; nothing without a GPU.

    A place on a GPU is a locked file. All processes of this user see it (a cluster has several workers), and it is free
    again when the process that holds it has ended.
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
