"""Loaded by the workers of `--cluster local:N`, so that they ignore Ctrl-C, which a terminal sends to them too."""

import logging
import signal


def dask_setup(worker: object) -> None:
    """Ignore SIGINT and logging; dask.distributed calls this when a worker has started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
