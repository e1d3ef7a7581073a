"""Run each job in its own process, several side by side in the threads of an executor."""

import json
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, as_completed, wait
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from course_tools.execution import machine, processes
from course_tools.execution.limits import Overtime
from course_tools.execution.worker import WorkerReport
from course_tools.jobs import failures, job_folder
from course_tools.jobs.fingerprint import renewed, with_data_used
from course_tools.jobs.outcome import Failure, Job, Outcome, now
from course_utils import event_files
from course_utils.errors import CourseError

OnCell = Callable[[Job, dict[str, Any]], None]
Attempt = Callable[[Job, Path, OnCell | None], Outcome]


@dataclass(frozen=True)
class Site:
    """The place where a batch's jobs run: the arguments of `run_jobs` that depend on it."""

    executor: Executor
    run: Callable[[Job, OnCell | None], Outcome]
    stop: Callable[[], None]


def run_job(job: Job, on_cell: OnCell | None = None, attempt_by: Attempt | None = None) -> Outcome:
    """Execute one notebook in its own process and store the results in the job's directory (see `job_folder`).

    Args:
        job: The job to run.
        on_cell: Called in this thread at the start of each cell with `cell`, `cells` and `heading`.
        attempt_by: What executes the notebook; `attempt` if None.

    Returns:
        The outcome, whether the notebook succeeded or not.
    """
    try:
        attempts = job_folder.begin(job)
    except OSError as error:
        outcome = Outcome.failed(job, failures.of_storing(error))
        with suppress(OSError):  # there may be just enough room for this
            outcome.save(job.folder / job_folder.STATE)
        return outcome
    try:
        outcome = (attempt_by or attempt)(job, job_folder.partial_path(job.folder), on_cell)
    except OSError as error:
        outcome = Outcome.failed(job, failures.of_starting(error))
    outcome = replace(outcome, attempts=attempts)
    try:
        return job_folder.store(job, outcome)
    except OSError as error:
        outcome = replace(outcome, status="failed", error=failures.of_storing(error))
        try:
            outcome.save(job.folder / job_folder.STATE)
        except OSError as again:  # the directory still says "running", so the next batch repeats the job
            outcome = replace(outcome, error=failures.of_storing(again))
        return outcome


def attempt(job: Job, partial: Path, on_cell: OnCell | None = None) -> Outcome:
    """Execute one notebook in its own process and store nothing but the executed notebook.

    Args:
        job: The job to run.
        partial: Where the executed notebook goes, saved before each cell and at the end.
        on_cell: See `run_job`.
    """
    started, began = time.monotonic(), now()
    if job.inputs:
        try:
            job = replace(job, inputs=renewed(job))
        except CourseError as error:  # only this notebook is affected
            return Outcome.failed(job, Failure("NotebookUnreadable", str(error), kind="not_started"))
    reached: dict[str, Any] = {}

    def on_progress(progress: dict[str, Any]) -> None:
        reached.update(progress)
        if on_cell:
            on_cell(job, progress)

    outcome = _in_worker(job, partial, on_progress)
    return replace(
        outcome,
        started=began,
        seconds=time.monotonic() - started,
        reached=reached if reached.get("cell") else None,
        inputs=with_data_used(job.inputs, outcome.datasets) if job.inputs else {},
    )


def run_jobs(
    jobs: Sequence[Job],
    executor: Executor,
    on_cell: OnCell | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    run: Callable[[Job, OnCell | None], Outcome] = run_job,
    stop: Callable[[], None] = processes.stop_workers,
) -> list[Outcome]:
    """Run jobs on an executor. If an exception interrupts this, all kernels end before it propagates.

    Args:
        jobs: The jobs; a failing job does not stop the others.
        executor: Runs `run` in threads.
        on_cell: See `run_job`.
        on_outcome: Called in this thread whenever a job has ended.
        run: Runs one job.
        stop: Ends the running jobs; called until all have ended.

    Returns:
        The outcomes in the order of `jobs`.

    Raises:
        CourseError: Raised by `run` if no job can run there any more.
    """
    futures = {}
    outcomes = {}
    try:
        for job in jobs:
            futures[executor.submit(run, job, on_cell)] = job
        for future in as_completed(futures):
            job = futures[future]
            try:
                outcomes[job.stem] = future.result()
            except CourseError:
                raise
            except Exception as error:  # the other jobs may still succeed
                failure = Failure(type(error).__name__, str(error), "".join(traceback.format_exception(error)))
                outcomes[job.stem] = Outcome.failed(job, failure)
            if on_outcome:
                on_outcome(outcomes[job.stem])
    except BaseException:
        for future in futures:
            future.cancel()
        while wait(futures, timeout=0.1).not_done:  # a starting job may not have a worker to stop yet
            stop()
        raise
    return [outcomes[job.stem] for job in jobs]


def _in_worker(job: Job, partial: Path, on_progress: Callable[[dict[str, Any]], None]) -> Outcome:
    """Have a worker execute the notebook, and return the outcome, also if the worker died."""
    memory_kills = failures.memory_kills()
    with (
        machine.gpu_for_a_job() as gpu,
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log,
        subprocess.Popen(
            [sys.executable, "-m", "course_tools.execution.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
            env=processes.environment(job) | gpu | {event_files.VARIABLE: str(job_folder.logs_path(partial))},
            start_new_session=True,  # Ctrl-C in a terminal reaches only this process, which then stops its workers
        ) as worker,
        processes.watched(worker, job.folder),
    ):
        with Overtime(
            job.cell_timeout, job.timeout, lambda: processes.end_trees([worker.pid], at_once=True)
        ) as overtime:
            paths = {"notebook": str(job.notebook), "out": str(job.out), "output": str(partial)}
            request = json.dumps(asdict(job) | paths) + "\n"
            report = _talk(worker, request, lambda progress: (overtime.limits.cell_begins(), on_progress(progress)))
            worker.wait()
        if report is None:
            processes.end_leftovers(job.folder)
        if processes.was_stopped(worker) and (report is None or report.outcome.status != "ok"):
            return Outcome.blank(job, "interrupted")
        for_memory = failures.memory_kills() != memory_kills
        if report and report.outcome.status == "ok":
            return report.outcome
        if report is None and overtime.exceeded:
            failure = failures.of_limit(overtime.exceeded, overtime.limits.seconds[overtime.exceeded], _tail(log))
        elif report is None:
            failure = failures.of_worker(worker.returncode, _tail(log), for_memory)
        elif report.outcome.error is None:
            failure = failures.of_kernel(report.kernel_exit, _tail(log), for_memory)
        else:
            failure = report.outcome.error
            failure = replace(failure, traceback=failure.traceback or _tail(log))
        return replace(report.outcome if report else Outcome.blank(job, "failed"), error=failure)


def _talk(worker: subprocess.Popen, request: str, on_progress: Callable[[dict[str, Any]], Any]) -> WorkerReport | None:
    """Send the request, pass progress on, return the report; None if the worker ended without one."""
    on_progress({"cell": 0, "cells": 0, "heading": "starting"})
    report = None
    try:
        worker.stdin.write(request)
        worker.stdin.flush()
        for line in worker.stdout:
            message = json.loads(line)
            if "outcome" in message:
                report = WorkerReport(Outcome.of(message["outcome"]), message["kernel_exit"])
            else:
                on_progress(message)
    except (BrokenPipeError, json.JSONDecodeError):  # it died before reading, or in the middle of a line
        return None
    return report


def _tail(log: IO[str]) -> str:
    log.seek(0)
    return "".join(log.readlines()[-20:])
