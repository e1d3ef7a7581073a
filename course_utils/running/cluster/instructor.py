"""The instructor's side of a cluster: sends jobs, follows them, brings back what they leave."""

import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_utils.errors import CourseError
from course_utils.running import failures, state
from course_utils.running.cluster import fitness, remote
from course_utils.running.outcome import Failure, Job, Outcome
from course_utils.running.runner import OnCell, run_job

if TYPE_CHECKING:
    from distributed import Client, Future

# Workers may offer it (`dask worker --resources course=1`): then a job takes one, and only such workers get jobs.
RESOURCE = "course"
# So long a batch waits for another worker when all are gone. Whoever started them may be starting them again.
WITHOUT_WORKERS_S = 120.0
_POLL_S = 0.2


class Cluster:
    """A connected cluster that runs the jobs of one batch.

    Args:
        client: The connection.
        name: The address as a person gave it.
        jobs: The batch, with inputs.
        at_most: How many jobs at a time; None for as many as the workers have threads.
    """

    def __init__(self, client: "Client", name: str, jobs: Sequence[Job], at_most: int | None) -> None:
        self.client = client
        self.name = name
        self.topic = f"course-{uuid.uuid4().hex}"
        self._needs = fitness.expected(jobs)
        self._at_most = at_most
        self._on_cell: dict[str, Any] = {}
        self._workers_of: dict[str, list[str]] = defaultdict(list)
        self._stopping = threading.Event()
        self._broken: str | None = None
        self._room = threading.Condition()
        self._running = 0
        self._capacity, self._limited = self._look()
        client.subscribe_topic(self.topic, self._on_event)
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def capacity(self) -> int:
        """How many jobs run at a time with the workers that there are."""
        return min(self._capacity, self._at_most or self._capacity)

    def check(self) -> None:
        """Compare what the workers have with what there is here.

        Raises:
            CourseError: One would not compute the same.
        """
        names = sorted(self._needs["data"])
        answers = self.client.run(remote.examine, self.topic, names, on_error="return")
        complaints = []
        for worker, answer in answers.items():
            if isinstance(answer, Exception):
                said = str(answer) or type(answer).__name__
                complaints.append(
                    f"worker {worker} cannot run the course ({said}); install the same version of it there"
                )
            elif phrases := fitness.differences(answer, self._needs):
                complaints.append(fitness.complaint(worker, phrases))
        if complaints:
            more = f" ({len(complaints) - 1} more of {len(answers)} workers differ)" if complaints[1:] else ""
            raise CourseError(complaints[0] + more)

    def run(self, job: Job, on_cell: OnCell | None = None) -> Outcome:
        """Run a job when there is room for it, and store what came out here, as `runner.run_job` does.

        Raises:
            CourseError: The cluster is of no use any more.
        """
        with self._slot():
            return state.blank(job, "interrupted") if self._stopping.is_set() else run_job(job, on_cell, self.attempt)

    def stop(self) -> None:
        """End all jobs; their outcomes become `interrupted`."""
        self._stopping.set()

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
        for name, content in (result.logs or {}).items():
            path = state.logs_path(partial) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if result.notebook is not None:
            partial.write_bytes(result.notebook)
        return result.outcome

    def _send(self, parcel: remote.Parcel) -> remote.Result:
        from distributed import KilledWorker

        for again in range(remote.TRIES):
            key = f"{parcel.begun}-{again}"
            resources = {RESOURCE: 1} if self._limited else None
            future = self.client.submit(remote.run_here, parcel, key=key, pure=False, resources=resources)
            while not future.done():
                if self._stopping.wait(_POLL_S):
                    future.cancel()
                    return remote.Result(state.blank(parcel.job, "interrupted"))
                self._require_connection()
            try:
                return self._result(parcel.job, future)
            except KilledWorker:
                # The scheduler counts workers that ended while the job waited for its turn there, too. We do not.
                if len(self._workers_of[parcel.job.stem]) >= remote.TRIES:
                    break
        failure = remote.gave_up(self._workers_of[parcel.job.stem])
        return remote.Result(replace(state.blank(parcel.job, "failed"), error=failure))

    def _result(self, job: Job, future: "Future") -> remote.Result:
        from distributed import KilledWorker

        if future.status == "cancelled":  # not by us
            self._require_connection()
            raise CourseError(f"the scheduler at {self.name} has dropped the batch; the same command goes on from here")
        error = future.exception()
        if error is None:
            return future.result()
        if isinstance(error, KilledWorker):
            raise error
        if isinstance(error, fitness.Unfit):
            raise CourseError(str(error))
        if isinstance(error, OSError):
            failure = failures.of_storing(error)
        else:
            failure = Failure(type(error).__name__, str(error), "", "worker_died")
        return remote.Result(replace(state.blank(job, "failed"), error=failure))

    def _on_event(self, event: tuple[float, dict[str, Any]]) -> None:
        """Called in the client's thread with what a worker says of a job."""
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
            raise CourseError(f"{self._broken}; what had ended is kept, and the same command goes on from here")

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """Hold one of the cluster's places, which become more or fewer with its workers."""
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

    def _look(self) -> tuple[int, bool]:
        """How many jobs the workers can run at a time, and whether that is by the resource that they offer."""
        workers = self.workers()
        offered = [min(int(worker["resources"].get(RESOURCE, 0)), worker["nthreads"]) for worker in workers]
        return (sum(offered), True) if any(offered) else (sum(worker["nthreads"] for worker in workers), False)

    def workers(self) -> list[dict[str, Any]]:
        """What the scheduler knows of its workers now; the client's own copy names some of them only, or none."""
        return list(self.client.sync(self.client.scheduler.identity, n_workers=-1)["workers"].values())

    def _watch(self) -> None:
        seen = time.monotonic()
        while self.client.status == "running" and not self._stopping.wait(1.0):
            try:
                self._capacity, limited = self._look()
            except Exception:  # the connection broke just now, which the jobs see for themselves
                return
            self._limited |= limited
            if self._capacity:
                seen = time.monotonic()
            elif time.monotonic() - seen > WITHOUT_WORKERS_S:
                self._broken = f"the scheduler at {self.name} has had no worker for {WITHOUT_WORKERS_S:.0f} s"
                return
