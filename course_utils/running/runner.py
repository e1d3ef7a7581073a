"""Jobs in processes of their own, side by side on any `concurrent.futures.Executor`."""

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, as_completed, wait
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import course_utils
from course_utils.running.outcome import Failure, Job, Outcome

OnCell = Callable[[Job, dict[str, Any]], None]

_workers: set[subprocess.Popen] = set()
_stopped: set[subprocess.Popen] = set()


def run_job(job: Job, on_cell: OnCell | None = None) -> Outcome:
    """Execute one notebook in a process of its own and store what came out in the job's folder.

    A run that ends well leaves `STEM.ipynb`. One that fails leaves `STEM.failed.ipynb`, as far as it got, and an
    earlier good notebook stays. Both leave `STEM.json`. An interrupted run leaves nothing.

    Args:
        job: What to run.
        on_cell: Called in this thread at the start of each cell with `cell`, `cells` and `heading`.

    Returns:
        The outcome, whatever happened in the notebook.

    Raises:
        OSError: The results cannot be written.
    """
    started = time.monotonic()
    partial = job.out / f".{job.stem}.{os.getpid()}.ipynb"
    request = {"notebook": str(job.notebook), "output": str(partial), "parameters": job.parameters}
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log,
        subprocess.Popen(
            [sys.executable, "-m", "course_utils.running.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
            env=_environment(),
            start_new_session=True,  # Ctrl-C in a terminal reaches this process alone, which then stops its workers
        ) as worker,
    ):
        _workers.add(worker)
        try:
            result = _talk(worker, request, lambda progress: on_cell and on_cell(job, progress))
            worker.wait()
            if worker in _stopped and (result is None or result["status"] != "ok"):
                result = {"status": "interrupted"}
            elif result is None:
                result = _death(worker.returncode, log)
        finally:
            _workers.discard(worker)
            _stopped.discard(worker)
    if result.get("error"):
        result["error"] = Failure(**result["error"])
    outcome = _outcome(job, time.monotonic() - started, result)
    _keep(job, outcome, partial)
    return outcome


def run_jobs(
    jobs: Sequence[Job],
    executor: Executor,
    on_cell: OnCell | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """Run jobs on an executor. When this is interrupted by an exception, all kernels end before it is passed on.

    Args:
        jobs: What to run; no job stops another.
        executor: Runs `run_job`, in threads or elsewhere; nothing but its `submit` and its futures is used.
        on_cell: See `run_job`; called where the job runs, so it must be picklable if that is another process.
        on_outcome: Called in this thread whenever a job has ended.

    Returns:
        The outcomes in the order of `jobs`.
    """
    futures = {}
    outcomes = {}
    try:
        for job in jobs:
            futures[executor.submit(run_job, job, on_cell)] = job
        for future in as_completed(futures):
            job = futures[future]
            try:
                outcomes[job.stem] = future.result()
            except Exception as error:  # the disk is full, say: the other jobs may still end well
                failure = Failure(type(error).__name__, str(error), "".join(traceback.format_exception(error)))
                outcomes[job.stem] = _outcome(job, 0.0, {"status": "failed", "error": failure})
            if on_outcome:
                on_outcome(outcomes[job.stem])
    except BaseException:
        for future in futures:
            future.cancel()
        while wait(futures, timeout=0.1).not_done:  # a job that was just starting has no worker to stop yet
            stop_workers()
        raise
    return [outcomes[job.stem] for job in jobs]


def stop_workers(grace: float = 2.0) -> None:
    """End all workers of this process with their kernels; their jobs' outcomes become `interrupted`.

    Args:
        grace: Seconds from the request to end until they are killed.
    """
    import psutil

    workers = [worker for worker in list(_workers) if worker.poll() is None]
    _stopped.update(workers)
    processes = []
    for worker in workers:
        try:
            parent = psutil.Process(worker.pid)
            processes += [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:  # it has just ended by itself
            continue
    for end in (psutil.Process.terminate, psutil.Process.kill):
        for process in processes:
            try:
                end(process)
            except psutil.NoSuchProcess:
                continue
        _, processes = psutil.wait_procs(processes, timeout=grace)


def _talk(
    worker: subprocess.Popen, request: dict[str, Any], on_progress: Callable[[dict[str, Any]], Any]
) -> dict[str, Any] | None:
    """Send the request, pass progress on, return the result; None if the worker ended without one."""
    on_progress({"cell": 0, "cells": 0, "heading": "starting"})
    result = None
    try:
        worker.stdin.write(json.dumps(request) + "\n")
        worker.stdin.flush()
        for line in worker.stdout:
            message = json.loads(line)
            if "result" in message:
                result = message["result"]
            else:
                on_progress(message)
    except (BrokenPipeError, json.JSONDecodeError):  # it died before it could read, or in the middle of a line
        return None
    return result


def _environment() -> dict[str, str]:
    """The environment of a worker: it must find this very package, also where that is used without being installed."""
    home = str(Path(course_utils.__file__).parent.parent)
    environment = dict(os.environ)
    if home not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    return environment


def _death(returncode: int, log: IO[str]) -> dict[str, Any]:
    log.seek(0)
    last_lines = "".join(log.readlines()[-20:])
    message = f"the process that ran the notebook ended with code {returncode}"
    if returncode < 0:
        message += " (killed; the memory may have been too small)"
    return {"status": "failed", "error": {"name": "WorkerDied", "message": message, "traceback": last_lines}}


def _outcome(job: Job, seconds: float, result: dict[str, Any]) -> Outcome:
    return Outcome(
        chapter=job.chapter,
        stem=job.stem,
        title=job.title,
        profile=job.profile,
        parameters=job.defaults | job.parameters,
        seconds=seconds,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        **result,
    )


def _keep(job: Job, outcome: Outcome, partial: Path) -> None:
    """Give the executed notebook its name, so that a name says what is in the file, and store the outcome."""
    if outcome.status == "interrupted":
        partial.unlink(missing_ok=True)
        return
    failed = job.out / f"{job.stem}.failed.ipynb"
    failed.unlink(missing_ok=True)
    try:
        if outcome.status == "ok":
            partial.replace(job.out / f"{job.stem}.ipynb")
        elif _is_notebook(partial):
            partial.replace(failed)
    finally:
        partial.unlink(missing_ok=True)
    outcome.save(job.out)


def _is_notebook(path: Path) -> bool:
    """Whether the file is there and whole: papermill writes in place, so a killed worker may leave half a notebook."""
    try:
        return "cells" in json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
