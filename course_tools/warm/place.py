"""The place where a server listens: a private folder per user, with a socket per environment of its imports."""

import fcntl
import hashlib
import json
import os
import stat
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Variables that may differ between starts, since no import of the server reads them (it does not import the course's
# package, which reads COURSE_). All others count: in doubt there is one more server.
_HARMLESS = {"_", "PWD", "OLDPWD", "SHLVL", "COLUMNS", "LINES"}
_HARMLESS_PREFIXES = ("COURSE_", "JPY_", "PYTEST_")
# Attributes that a child inherits besides variables; a kernel must not have more rights than its owner.
_INHERITED = ("Umask", "Uid", "Gid", "Groups", "Cap", "NoNewPrivs", "Seccomp:", "Cpus_allowed:", "Mems_allowed:")


class NoServer(Exception):
    """No server can fork a kernel; the message is the reason."""


@dataclass(frozen=True)
class Place:
    """The files of one server: `socket` to reach it, and `log` for its errors."""

    folder: Path
    key: str

    @property
    def socket(self) -> Path:
        """The path of its socket."""
        return self.folder / f"{self.key}.sock"

    @property
    def log(self) -> Path:
        """The path of its log, which outlives the server only if it contains errors."""
        return self.folder / f"{self.key}.log"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Allow one process at a time to look for a server and start one."""
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)


def place_for(python: list[str], env: Mapping[str, str]) -> Place:
    """Return the place of the server whose forks equal kernels started the ordinary way; it may not run yet.

    Args:
        python: The interpreter with its options.
        env: The kernel's environment.

    Raises:
        NoServer: The folder cannot be created, or other users have access to it.
    """
    parts = [python, sorted(relevant(env).items()), _inherited(), _installed(env)]
    return Place(_private_folder(), hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16])


def relevant(env: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that an import might read."""
    return {
        name: value for name, value in env.items() if name not in _HARMLESS and not name.startswith(_HARMLESS_PREFIXES)
    }


def is_private(path: Path) -> bool:
    """Return whether this is a folder (not a link to one) that only this user can access."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _private_folder() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and is_private(Path(runtime)):
        folder = Path(runtime) / "course-warm"
    else:
        folder = Path(tempfile.gettempdir()) / f"course-warm-{os.geteuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise NoServer(f"{folder} cannot be created ({error.strerror})") from error
    if not is_private(folder):
        raise NoServer(f"{folder} is open to other users, or not this user's")
    return folder


def _inherited() -> list[str]:
    own = Path("/proc/self")
    status = [line for line in (own / "status").read_text().splitlines() if line.startswith(_INHERITED)]
    namespaces = sorted(str(link.readlink()) for link in (own / "ns").iterdir())
    files = [(own / name).read_text() for name in ("limits", "cgroup", "oom_score_adj")]
    return [*status, *namespaces, *files, str(os.getpriority(os.PRIO_PROCESS, 0))]


def _installed(env: Mapping[str, str]) -> list[int]:
    """Return the times of the last changes to installed packages, Keras' settings and this package."""
    home = Path(env.get("KERAS_HOME") or Path(env.get("HOME", "/")) / ".keras")
    paths = [Path(sysconfig.get_path("purelib")), home / "keras.json", *sorted(Path(__file__).parent.glob("*.py"))]
    return [path.stat().st_mtime_ns if path.exists() else 0 for path in paths]
