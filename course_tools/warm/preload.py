"""What the server imports, and how it knows that it may still be forked."""

import gc
import importlib
import os
import sys
import time
from pathlib import Path

# What a kernel imports when it starts, and what notebooks of the course import. Not the course's own package, which may
# change while a server lives, nor matplotlib's inline backend, which prepares the kernel that imports it for figures.
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
_SETTLE_LIMIT_S = 10


def preload() -> dict[str, str]:
    """Import everything and come to rest.

    Returns:
        The environment variables that imports have set (TensorFlow sets some).
    """
    before = dict(os.environ)
    gc.disable()
    for name in MODULES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a collection in a child would otherwise write to, and so copy, every page that holds an object
    gc.enable()
    # OpenBLAS starts threads when it is imported, and ends them itself before a fork, until it next computes.
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    deadline = time.monotonic() + _SETTLE_LIMIT_S  # matplotlib's timer may have to end, after it looked for fonts
    while _threads() > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    return {name: value for name, value in os.environ.items() if before.get(name) != value}


def why_not_fork() -> str | None:
    """Why a child could not work or would differ from an ordinary kernel; None if all is well.

    Whatever has run in this process (an operation of TensorFlow, a product of NumPy) has left threads, and a lock that
    one of them holds is never released in a child.
    """
    if _threads() > 1:
        return "something has run in the server: it has threads, so it must not be forked"
    backend = sys.modules["keras"].backend.backend()
    if backend != "tensorflow" or "jax" in sys.modules:
        return f"a process that has imported Keras' backend {backend}, or JAX, must not be forked"
    return None


def _threads() -> int:
    return sum(1 for _ in Path("/proc/self/task").iterdir())
