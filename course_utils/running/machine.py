"""What this machine has to share out among jobs that run side by side: cores, memory, GPUs."""

import importlib.util
import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_utils.warm.obstacles import gpu_is_visible

# The largest that a chapter has used so far, with some room (`course list` and the reports say what each uses).
MEMORY_OF_A_JOB = 1_500_000_000

_lock = threading.Lock()
_in_use: Counter[str] = Counter()


def side_by_side(jobs: int) -> int:
    """How many jobs to run at a time, if nobody says: one for each GPU, or for each core that has the memory for one.

    Args:
        jobs: How many there are.
    """
    import psutil

    places = len(gpus()) or min(cores(), int(psutil.virtual_memory().available / MEMORY_OF_A_JOB))
    return max(1, min(places, jobs))


def cores() -> int:
    """How many cores this process may use, of those that the machine has."""
    if not hasattr(os, "sched_getaffinity"):
        return os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0))
    quota = _quota()
    return max(1, min(allowed, round(quota))) if quota else allowed


def _quota() -> float | None:
    """How many cores a container may keep busy; None without a limit."""
    try:
        share, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    return None if share == "max" else int(share) / int(period)


def gpus() -> list[str]:
    """The GPUs that jobs may use, as CUDA_VISIBLE_DEVICES names them; none if the backend has no way to use one."""
    if not gpu_is_visible(os.environ) or not _has_cuda():
        return []
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named:
        return named.split(",")
    return sorted(path.name.removeprefix("nvidia") for path in Path("/dev").glob("nvidia[0-9]*")) or ["0"]


def _has_cuda() -> bool:
    try:
        return importlib.util.find_spec("nvidia.cudnn") is not None  # comes with tensorflow[and-cuda] and jax[cuda]
    except ModuleNotFoundError:
        return False


@contextmanager
def gpu_for_a_job() -> Iterator[dict[str, str]]:
    """Give a job the GPU that the fewest others use, as a variable of its environment; nothing where there is none."""
    found = gpus()
    if not found:
        yield {}
        return
    with _lock:
        chosen = min(found, key=lambda gpu: _in_use[gpu])
        _in_use[chosen] += 1
    try:
        yield {"CUDA_VISIBLE_DEVICES": chosen}
    finally:
        with _lock:
            _in_use[chosen] -= 1
