"""The lock that allows one batch at a time in a folder.

It is a lock of the operating system: it ends with the process that holds it, and never goes stale.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from course_tools.jobs.batch_file import read_batch_facts
from course_utils.errors import CourseError

from filelock import FileLock, Timeout

_LOCK = ".lock"
# Longer than `is_held` holds the lock, so that looking at a folder never stops a batch.
_PATIENCE_S = 1.0


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Lock a folder for a batch.

    Args:
        folder: An existing folder.

    Raises:
        CourseError: Another batch holds it, or it cannot be locked.
    """
    lock = FileLock(folder / _LOCK, timeout=_PATIENCE_S, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise CourseError(
            f"another batch{_owner(folder)} is running in {folder}; wait until it has ended, or name another folder: "
            "--out DIR"
        ) from None
    except OSError as error:
        raise CourseError(f"{folder} cannot be locked ({error.strerror}); name another folder: --out DIR") from error
    try:
        yield
    finally:
        lock.release()


def is_held(folder: Path) -> bool:
    """Return whether a batch is running in a folder, in this process or another one."""
    if not (folder / _LOCK).exists():  # looking must not leave a file behind
        return False
    lock = FileLock(folder / _LOCK, timeout=0, fallback_to_soft=False)
    try:
        with lock:
            return False
    except Timeout:
        return True
    except OSError:  # another user's folder: whether a batch runs there cannot be found out
        return False


def _owner(folder: Path) -> str:
    owner = read_batch_facts(folder).get("owner")
    return f" (process {owner.get('pid')} on {owner.get('host')})" if isinstance(owner, dict) else ""
