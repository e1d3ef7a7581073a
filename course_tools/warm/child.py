"""What a fork of the server does to become a kernel that nobody can tell from an ordinary one."""

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
    """Become a process like one that was started: a session of its own, its own streams, no life without the server.

    Args:
        server: The server's process.
        streams: Descriptors for standard output and standard error.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as ipykernel will, between cells: an early interrupt ends nothing
    os.setsid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:  # it died before that
        os._exit(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in enumerate((nothing, *streams)):
        os.dup2(descriptor, number)
        os.close(descriptor)


def become_kernel(request: Request, set_by_imports: dict[str, str]) -> None:
    """Run ipykernel until the kernel ends, and end the process.

    Args:
        request: What is wanted.
        set_by_imports: Environment variables that imports would set.
    """
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update(request.env | set_by_imports)
    # ipykernel ends when its parent does, and asks this variable while it is imported, which is long ago.
    os.environ["JPY_PARENT_PID"] = str(os.getppid())
    parent = f"--IPKernelApp.parent_handle={os.getppid()}"
    launcher = importlib.util.find_spec("ipykernel_launcher").origin
    sys.argv = [launcher, *request.arguments]
    for name in [name for name in sys.modules if name.partition(".")[0] == "course_utils"]:
        del sys.modules[name]  # the kernel imports the package as it is by then
    _reseed()
    _reset_logging()
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance([*request.arguments, parent])
    _end()


def _end() -> None:
    """Do what an interpreter does at its end, but for taking itself apart.

    That would write to every page that this process shares with the server, and so copy them all first: half a second.
    """
    threading._shutdown()
    atexit._run_exitfuncs()  # IPython's empties the notebook's namespace
    gc.collect()  # what stood there in a circle, and has something to write, does so now
    for stream in gc.get_objects():
        # A pipe that nobody reads, a part of another stream, a proxy of what is no more: nobody is left to tell.
        with suppress(Exception):
            if isinstance(stream, io.IOBase) and not stream.closed:
                stream.flush()
    os._exit(0)


def _reseed() -> None:
    """Give NumPy a state of its own; Python does so itself, Keras and TensorFlow have none until they are used."""
    import numpy as np

    np.random.seed()


def _reset_logging() -> None:
    """Have TensorFlow set up its log as it does in a kernel, where it goes to the notebook."""
    from tensorflow.python.platform import tf_logging

    logger = logging.getLogger("tensorflow")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)
    tf_logging._logger = None
