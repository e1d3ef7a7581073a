"""Turn a fork of the server into a kernel that behaves like an ordinary one."""

import atexit
import ctypes
import gc
import importlib.util
import io
import logging
import os
import signal
import sys
import threading
from contextlib import suppress

from course_tools.warm.wire import Request

PR_SET_PDEATHSIG = 1


def detach(server: int, streams: list[int]) -> None:
    """Become an independent process with its own session and streams, which ends with the server.

    Args:
        server: The server's process.
        streams: Descriptors for standard output and standard error.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as ipykernel does between cells: an early interrupt has no effect
    os.setsid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:  # the server died before that
        os._exit(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in enumerate((nothing, *streams)):
        os.dup2(descriptor, number)
        os.close(descriptor)


def become_kernel(request: Request, set_by_imports: dict[str, str]) -> None:
    """Run ipykernel until the kernel ends, and end the process.

    Args:
        request: The kernel to become.
        set_by_imports: Environment variables that the imports would set.
    """
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update(request.env | set_by_imports)
    # ipykernel ends with its parent, but reads this variable on import, which happened in the server.
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    parent = f"--IPKernelApp.parent_handle={os.getppid()}"
    launcher = importlib.util.find_spec("ipykernel_launcher").origin
    sys.argv = [launcher, *request.arguments]
    for name in [name for name in sys.modules if name.partition(".")[0] == "course_utils"]:
        del sys.modules[name]  # the kernel imports the present version of the package
    _reseed()
    _reset_logging()
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance([*request.arguments, parent])
    _end()


def _end() -> None:
    """Do what an interpreter does at its end, except freeing its memory.

    Freeing would write to, and so first copy, every page that this process shares with the server: half a second.
    """
    threading._shutdown()
    atexit._run_exitfuncs()  # IPython's empties the notebook's namespace
    gc.collect()  # objects in reference cycles write their buffers now
    for stream in gc.get_objects():
        # It may be a pipe without a reader, a part of another stream, a dead proxy: nobody can read the error.
        with suppress(Exception):
            if isinstance(stream, io.IOBase) and not stream.closed:
                stream.flush()
    os._exit(0)


def _reseed() -> None:
    """Give NumPy a new random state; Python does so itself, Keras and TensorFlow have none before their first use."""
    import numpy as np

    np.random.seed()


def _reset_logging() -> None:
    """Let TensorFlow set up its log as in an ordinary kernel, where it goes to the notebook."""
    from tensorflow.python.platform import tf_logging

    logger = logging.getLogger("tensorflow")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)
    tf_logging._logger = None
