"""The process of one job: `python -m course_tools.execution.worker`, started by `runner.attempt`.

It reads one line of JSON from standard input (the fields of a `Job`, and `output`, see `execute`), executes the
notebook and writes lines of JSON to standard output: progress (`cell`, `cells`, `heading`) at each cell, and a
`WorkerReport` at the end. Standard input stays open as long as the parent lives; when it closes, the worker and its
kernel end.
"""

import contextlib
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_tools.jobs import failures
from course_tools.jobs.outcome import Failure, Job, Outcome, collect_outputs

if TYPE_CHECKING:
    from course_tools.execution.limits import Limits

STARTED = time.monotonic()


def main() -> None:
    """Run the job that is described on standard input."""
    # The kernel inherits descriptors 1 and 2; output of its libraries must not get between the lines of JSON.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def send(message: dict[str, Any]) -> None:
        print(json.dumps(message), file=channel, flush=True)

    with open(0, "rb", buffering=0, closefd=False) as stdin:
        request = json.loads(stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    output, job = Path(request.pop("output")), Job(**request)
    job = replace(job, notebook=Path(job.notebook), out=Path(job.out))
    send(asdict(execute(job, output, send)))


@dataclass(frozen=True)
class WorkerReport:
    """A worker's last message.

    Attributes:
        outcome: The outcome; without an `error` if the kernel died, since the worker does not see why.
        kernel_exit: Exit code of a kernel that died, negative for a signal; None if unknown, or if it did not die.
    """

    outcome: Outcome
    kernel_exit: int | None = None


def execute(job: Job, output: Path, on_cell: Callable[[dict[str, Any]], None]) -> WorkerReport:
    """Execute a notebook in its own folder.

    Args:
        job: The job to execute.
        output: Where the executed notebook goes, saved before each cell and at the end.
        on_cell: Receives the progress (see `engine.CourseEngine`).
    """
    papermill = _import_papermill()

    from course_tools.execution.limits import Limits
    from course_tools.execution.whole_files import WholeFiles

    papermill.iorw.papermill_io.register(str(output), WholeFiles())
    limits = Limits(job.cell_timeout, job.timeout, STARTED)

    def run() -> Exception | None:
        try:
            papermill.execute_notebook(
                _literal(job.notebook),
                _literal(output),
                parameters=job.parameters,
                engine_name="course",
                kernel_name=job.kernel,
                language="python",  # in case the notebook has lost its metadata
                progress_bar=False,
                cwd=job.notebook.parent,
                on_cell=on_cell,
                extra_arguments=[],  # nbclient extends its default, which a second try would extend again
                **limits.traits(),
            )
        except Exception as error:  # it affects only this job, and goes into its outcome
            return error
        return None

    error = run()
    if _did_not_start(error):  # if many kernels start at once, one may find its ports taken or never answer
        error = run()
    return _report(job, output, error, limits)


def _import_papermill() -> Any:
    """Import papermill, which is slow, with the engine of the course."""
    # On import jsonschema compiles a grammar of web addresses, for a second or more; no notebook needs it.
    sys.modules.setdefault("rfc3987_syntax", None)
    import papermill

    # isort: split
    # During its import papermill loads the engines of installed packages; ours must not be half imported then.
    from course_tools.execution.engine import CourseEngine

    # The entry point exists only if the package is installed.
    papermill.engines.papermill_engines.register("course", CourseEngine)
    return papermill


def _report(job: Job, output: Path, error: Exception | None, limits: "Limits") -> WorkerReport:
    """Return the report on a run that may have written its notebook to `output`."""
    from course_tools.execution.engine import METADATA_KEY

    import nbformat

    outcome = replace(Outcome.blank(job, "failed" if error else "ok"), peak_bytes=_peak_bytes())
    run, last_traceback = {}, ""
    if output.exists():
        executed = nbformat.read(output, as_version=4)
        run, last_traceback = executed.metadata.get(METADATA_KEY, {}), _last_traceback(executed)
        start = run["ready"] - STARTED if "ready" in run else None
        outcome = replace(outcome, start_seconds=start, versions=run.get("versions", {}), **collect_outputs(executed))
    failure = _failure(error, limits, last_traceback) if error else None
    return WorkerReport(replace(outcome, error=failure), run.get("exit_code"))


def _failure(error: Exception, limits: "Limits", last_traceback: str) -> Failure | None:
    """Return why a run failed; None if its kernel died."""
    from course_tools.execution.limits import LimitReached

    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    limit = error.args[0] if isinstance(error, LimitReached) else limits.reached()
    where = "".join(traceback.format_exception(error))
    match error:
        case LimitReached() | CellTimeoutError() if limit:
            return failures.of_limit(limit, limits.seconds[limit], last_traceback)
        case PapermillExecutionError():
            return failures.of_cell(error.ename, error.evalue, _plain("\n".join(error.traceback)))
        case DeadKernelError():
            return None
        case OSError():
            return failures.of_storing(error, where)
    if _did_not_start(error):
        return Failure("KernelDidNotStart", f"no kernel started in two tries: {error}", kind="kernel_died")
    return Failure(type(error).__name__, str(error), where)


def _did_not_start(error: Exception | None) -> bool:
    # jupyter_client raises these if a kernel ends or does not answer before its first reply.
    return isinstance(error, RuntimeError) and str(error).startswith(("Kernel died before", "Kernel didn't respond"))


def _literal(path: Path) -> str:
    """Return a path with its braces escaped, since papermill would fill them in."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _plain(text: str) -> str:
    from nbconvert.filters import strip_ansi

    return strip_ansi(text)


def _peak_bytes() -> int | None:
    """Return the largest resident memory of the ended kernel; at least this process's own, from which it started."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return None
    from course_tools.warm.process import peak_of_ended

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(peak if sys.platform == "darwin" else peak * 1024, peak_of_ended())


def _last_traceback(executed: Any) -> str:
    """Return the last traceback in the executed notebook as plain text."""
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    tracebacks = [output.traceback for output in outputs if output.output_type == "error"]
    return _plain("\n".join(tracebacks[-1])) if tracebacks else ""


def _end_with_parent() -> None:
    # Not sys.stdin.read, which would hold a lock when the interpreter shuts down normally.
    while os.read(0, 1024):
        continue
    import psutil

    try:
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
                process.kill()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
