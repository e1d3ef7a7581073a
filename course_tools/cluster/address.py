"""Connecting to the cluster that an address on the command line names."""

import logging
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from course_tools import HOW_TO_INSTALL
from course_tools.execution.runner import Site
from course_tools.jobs.outcome import Job
from course_utils.errors import CourseError

if TYPE_CHECKING:
    from distributed import Client

_ADDRESS = re.compile(r"local:(?P<workers>[1-9]\d{0,2})|(?:tcp|tls)://(?:[^\s:/\[\]]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")
_CONNECT_S = 10.0
_FIRST_WORKER_S = 10.0


def check_address(address: str) -> None:
    """Check an address before anything else is done.

    Raises:
        CourseError: It is not an address, or dask.distributed is not installed.
    """
    if not _ADDRESS.fullmatch(address):
        raise CourseError(
            f"--cluster takes the address of a scheduler, such as tcp://host:8786, or local:4 for four workers on this "
            f"machine; got {address!r}"
        )
    try:
        import distributed  # noqa: F401
    except ModuleNotFoundError as error:
        raise CourseError(f"--cluster needs dask.distributed ({error}); {HOW_TO_INSTALL}") from error


@contextmanager
def cluster_site(address: str, at_most: int | None, say: Callable[[str], None], jobs: Sequence[Job]) -> Iterator[Site]:
    """Connect to a cluster and check that its workers can run some jobs.

    Args:
        address: See `check_address`.
        at_most: How many jobs at a time; None for as many as the workers have threads.
        say: Shows the user a line.
        jobs: The jobs, with their inputs.

    Raises:
        CourseError: No scheduler answers, it has no worker, or a worker does not match this machine.
    """
    from course_tools.cluster.cluster import Cluster

    with _silence(), ExitStack() as stack:
        client = stack.enter_context(_client(address, stack))
        cluster = Cluster(client, address, jobs, at_most, say)
        stack.callback(cluster.stop)
        cluster.check()
        workers = len(cluster.workers())
        say(f"cluster {address}: {workers} worker{'s'[: workers > 1]}, {cluster.capacity} at a time")
        executor = stack.enter_context(ThreadPoolExecutor(min(len(jobs), 256)))
        yield Site(executor, cluster.run, cluster.stop)


def _client(address: str, stack: ExitStack) -> "Client":
    from distributed import Client, LocalCluster

    place = address
    if workers := _ADDRESS.fullmatch(address)["workers"]:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="course-cluster-", ignore_cleanup_errors=True))
        place = stack.enter_context(
            LocalCluster(
                n_workers=int(workers),
                threads_per_worker=1,
                dashboard_address=None,
                local_directory=folder,
                silence_logs=logging.CRITICAL + 1,
                preload=["course_tools.cluster.preload"],
            )
        )
    try:
        client = Client(place, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # TypeError if TLS is not set up
        raise CourseError(
            f"no scheduler answers at {address} ({_first_line(error)}); start one with `dask scheduler`, "
            "or use --cluster local:4"
        ) from error
    try:
        client.wait_for_workers(1, timeout=_FIRST_WORKER_S)
    except TimeoutError:
        client.close()
        raise CourseError(f"the scheduler at {address} has no worker; start some with: dask worker {address}") from None
    return client


@contextmanager
def _silence() -> Iterator[None]:
    """Silence the loggers of dask.distributed; the course reports errors itself, in one line."""
    import distributed  # noqa: F401 - the import sets the levels of its loggers

    its_own = re.compile(r"(distributed|tornado|asyncio)(\..*)?")
    loggers = [logging.getLogger(name) for name in [*logging.root.manager.loggerDict] if its_own.fullmatch(name)]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
