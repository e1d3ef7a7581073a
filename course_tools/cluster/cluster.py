"""The instructor's side of a cluster: sends jobs, follows them, fetches their results."""

import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_tools.cluster import remote, worker_check
from course_tools.execution.runner import OnCell, run_job
from course_tools.jobs import failures
from course_tools.jobs.outcome import Failure, Job, Outcome
from course_utils.errors import CourseError

if TYPE_CHECKING:
    from distributed import Client, Future

# How long to wait for a worker after the last one has gone: the workers may be restarting.
WITHOUT_WORKERS_S = 120.0
# Grace period in which a job that was told to end can send its partial results.
GRACE_S = 5.0
_POLL_S = 0.2
_FETCH_S = 30.0


class Cluster:
    """A connected cluster that runs the jobs of one batch.

    Args:
        client: The connection.
        name: The address as the user gave it.
        jobs: The batch, with inputs.
        at_most: How many jobs at a time; None for as many as the workers have threads.
        say: Shows the user a line.
    """

    def __init__(
        self, client: "Client", name: str, jobs: Sequence[Job], at_most: int | None, say: Callable[[str], None]
    ) -> None:
        self.client = client
        self.name = name
        self.say = say
        self.topic = f"course-{uuid.uuid4().hex}"
        self._needs = worker_check.expected(jobs)
        self._at_most = at_most
        self._on_cell: dict[str, Any] = {}
        self._workers_of: dict[str, list[str]] = defaultdict(list)
        self._unfit: set[str] = set()
        self._stopping = threading.Event()
        self._broken: str | None = None
        self._room = threading.Condition()
        self._running = 0
        self._capacity = self._look()
        client.subscribe_topic(self.topic, self._on_event)
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def capacity(self) -> int:
        """How many jobs run at a time on the present workers."""
        return min(self._capacity, self._at_most or self._capacity)

    def check(self) -> None:
        """Compare the installations of the workers and the scheduler with this one.

        Raises:
            CourseError: A worker does not match, or the scheduler has another Python.
        """
        there, here = (
            worker_check.minor(self.client.get_versions()["scheduler"]["host"]["python"]),
            self._needs["python"],
        )
        if there != here:
            raise CourseError(
                f"the scheduler at {self.name} runs Python {there}, but this is Python {here}, and they may not read "
                f"each other's messages; start the scheduler with Python {here}"
            )
        names = sorted(self._needs["data"])
        answers = self.client.run(remote.examine, self.topic, names, on_error="return")
        lines = [worker_check.mismatch(worker, answer, self._needs) for worker, answer in answers.items()]
        mismatches = [line for line in lines if line]
        if mismatches:
            more = f" ({len(mismatches) - 1} more of {len(answers)} workers differ)" if mismatches[1:] else ""
            raise CourseError(mismatches[0] + more)

    def run(self, job: Job, on_cell: OnCell | None = None) -> Outcome:
        """Run a job when there is room for it, and store its results here, as `runner.run_job` does.

        Raises:
            CourseError: The cluster cannot be used any more.
        """
        with self._slot():
            if self._stopping.is_set():
                return Outcome.blank(job, "interrupted")
            return run_job(job, on_cell, self.attempt)

    def stop(self) -> None:
        """End all jobs; their outcomes become `interrupted`."""
        if not self._stopping.is_set():
            self._stopping.set()
            if self._running:
                threading.Thread(target=self._tell_to_end, daemon=True).start()

    def attempt(self, job: Job, partial: Path, on_cell: OnCell | None = None) -> Outcome:
        """Run a job on a worker; see `runner.attempt`."""
        if on_cell:
            on_cell(job, {"cell": 0, "cells": 0, "heading": "waiting for a worker"})
            self._on_cell[job.stem] = lambda progress: on_cell(job, progress)
        parcel = remote.Parcel.of(job, self.topic, self._needs)
        try:
            result = self._send(parcel)
        finally:
            self._on_cell.pop(job.stem, None)
        try:
            result.unpack(partial)
        except OSError as error:
            return replace(result.outcome, status="failed", error=failures.of_storing(error))
        return result.outcome

    def _send(self, parcel: remote.Parcel) -> remote.Result:
        from distributed import KilledWorker

        job = parcel.job
        killed = 0
        while killed < remote.TRIES:
            while not self._capacity and not self._stopping.wait(_POLL_S):
                self._require_connection()
            # These workers may be gone when the job begins; then another one will do.
            chosen = {"workers": self._fit(self.workers()), "allow_other_workers": True} if self._unfit else {}
            key = f"{parcel.begun}-{uuid.uuid4().hex}"
            future = self.client.submit(remote.run_here, parcel, key=key, pure=False, **chosen)
            try:
                return self._follow(job, future)
            except worker_check.Unfit as unfit:
                self._leave_out(unfit)
            except KilledWorker:
                # The scheduler also counts workers that ended while the job waited; these do not count here.
                killed += 1
                if len(self._workers_of[job.stem]) >= remote.TRIES:
                    break
        return remote.Result(Outcome.failed(job, remote.gave_up(self._workers_of[job.stem])))

    def _follow(self, job: Job, future: "Future") -> remote.Result:
        """Wait for the result of a job.

        Raises:
            KilledWorker, Unfit: The job has not run.
            CourseError: The cluster cannot be used any more.
        """
        while not self._stopping.wait(_POLL_S):
            self._require_connection()
            if future.done():
                # If its worker ends before the result is here, the scheduler runs the job once more.
                with suppress(TimeoutError, CancelledError):
                    return self._result(job, future)
        deadline = time.monotonic() + GRACE_S
        while not future.done() and self.client.status == "running" and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        if future.status == "finished":
            with suppress(TimeoutError, CancelledError):
                return future.result(timeout=GRACE_S)
        future.cancel()
        return remote.Result(Outcome.blank(job, "interrupted"))

    def _result(self, job: Job, future: "Future") -> remote.Result:
        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        if future.status == "cancelled":  # not by us
            self._require_connection()
            raise CourseError(f"the scheduler at {self.name} dropped the batch; the same command continues it")
        error = future.exception(timeout=_FETCH_S)
        if error is None:
            return future.result(timeout=_FETCH_S)
        if isinstance(error, KilledWorker | worker_check.Unfit):
            raise error
        if isinstance(error, OSError) and not isinstance(error, CommClosedError | TimeoutError):
            failure = failures.of_storing(error)
        else:
            failure = Failure(type(error).__name__, f"the worker could not run it: {error}", "", "cluster_failed")
        return remote.Result(Outcome.failed(job, failure))

    def _leave_out(self, unfit: worker_check.Unfit) -> None:
        """Give no more jobs to a worker that joined later and does not match."""
        worker, line = unfit.args
        if worker not in self._unfit:
            self._unfit.add(worker)
            self.say(f"{line}; the batch continues without it")
        self._capacity = self._look()

    def _tell_to_end(self) -> None:
        with suppress(Exception):  # the connection may be broken; jobs that are not told are cancelled
            self.client.run(remote.end_batch, self.topic, on_error="ignore")

    def _on_event(self, event: tuple[float, dict[str, Any]]) -> None:
        """Handle a worker's message about a job; called in the client's thread."""
        _, message = event
        stem = message["stem"]
        if "began_on" in message:
            self._workers_of[stem].append(message["began_on"])
        elif on_cell := self._on_cell.get(stem):
            on_cell({name: message[name] for name in ("cell", "cells", "heading")})

    def _require_connection(self) -> None:
        if self.client.status != "running":
            self._broken = f"the scheduler at {self.name} is gone"
        if self._broken:
            raise CourseError(f"{self._broken}; finished runs are kept, and the same command continues the batch")

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """Hold one of the cluster's places, whose number changes with its workers."""
        with self._room:
            while self._running >= self.capacity and not self._stopping.is_set():
                self._require_connection()
                self._room.wait(_POLL_S)
            self._running += 1
        try:
            yield
        finally:
            with self._room:
                self._running -= 1
                self._room.notify()

    def _look(self) -> int:
        """Return how many jobs the workers can run at a time."""
        workers = self.workers()
        return sum(workers[address]["nthreads"] for address in self._fit(workers))

    def _fit(self, workers: Iterable[str]) -> list[str]:
        return [address for address in workers if address not in self._unfit]

    def workers(self) -> dict[str, dict[str, Any]]:
        """Return the scheduler's facts about its workers, by address; the client's own copy lacks some of them."""
        return self.client.sync(self.client.scheduler.identity, n_workers=-1)["workers"]

    def _watch(self) -> None:
        seen = time.monotonic()
        while self.client.status == "running" and not self._stopping.wait(1.0):
            try:
                self._capacity = self._look()
            except Exception:  # the connection has just broken, which the jobs notice themselves
                return
            if self._capacity:
                seen = time.monotonic()
            elif time.monotonic() - seen > WITHOUT_WORKERS_S:
                none = "no matching worker" if self._unfit else "no worker"
                self._broken = f"the scheduler at {self.name} has had {none} for {WITHOUT_WORKERS_S:.0f} s"
                return
