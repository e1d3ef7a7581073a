"""Loaded by the workers of `--cluster local:N`: Ctrl-C in a terminal reaches them too, and is not theirs to heed."""

import logging
import signal


def dask_setup(worker: object) -> None:
    """Called by dask.distributed when a worker has started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
