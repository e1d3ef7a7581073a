"""The server's imports, and the check that it may still fork."""

import gc
import importlib
import os
import sys
import time
from pathlib import Path

# The imports of a starting kernel and of the course's notebooks, except the course's own package, which may change
# while a server runs, and matplotlib's inline backend, which sets up figures in the kernel that imports it.
MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "sqlite3",
    "tornado.platform.asyncio",
    "tensorflow",
    "keras",
    "matplotlib.backends.backend_agg",
    "matplotlib.pyplot",
    "numpy",
    "PIL.PngImagePlugin",
    "scipy.ndimage",
    "scipy.optimize",
    "sklearn.linear_model",
    "yaml",
)
_THREADS_END_S = 10


def preload() -> dict[str, str]:
    """Import everything, and wait until no thread is left.

    Returns:
        The environment variables that imports have set (TensorFlow sets some).
    """
    before = dict(os.environ)
    gc.disable()
    for name in MODULES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # otherwise a collection in a child would write to, and so copy, every page that holds an object
    gc.enable()
    # OpenBLAS starts threads on import, and ends them itself before a fork, until it computes again.
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    deadline = time.monotonic() + _THREADS_END_S  # matplotlib's timer may still run after its search for fonts
    while _threads() > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    return {name: value for name, value in os.environ.items() if before.get(name) != value}


def why_not_fork() -> str | None:
    """Return why a child would fail or differ from an ordinary kernel; None if it would not.

    Any computation in this process (an operation of TensorFlow, a product of NumPy) leaves threads, and a child would
    never get a lock that one of them holds.
    """
    if _threads() > 1:
        return "something has run in the server: it has threads, so it must not be forked"
    backend = sys.modules["keras"].backend.backend()
    if backend != "tensorflow" or "jax" in sys.modules:
        return f"a process that has imported Keras' backend {backend}, or JAX, must not be forked"
    return None


def _threads() -> int:
    return sum(1 for _ in Path("/proc/self/task").iterdir())
