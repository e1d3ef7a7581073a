"""The process of one job: `python -m course_tools.execution.worker`, started by `runner.attempt`.

It reads one line of JSON from standard input (the fields of a `Job`, and `output`, see `execute`), executes the
notebook and writes lines of JSON to standard output: progress (`cell`, `cells`, `heading`) at each cell, at the end a
`WorkerReport`. Standard input stays open as long as its parent lives; when it closes, the worker and its kernel end.
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
from course_tools.jobs.outcome import Failure, Job, Outcome, harvest

if TYPE_CHECKING:
    from course_tools.execution.limits import Limits

STARTED = time.monotonic()


def main() -> None:
    """Run the job that is described on standard input."""
    # The kernel inherits descriptors 1 and 2, and what its libraries write there must not end up between our lines.
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
    """What a worker says at its end.

    Attributes:
        outcome: What it knows of the run; without an `error` if the kernel died, since it does not see why.
        kernel_exit: Exit code of a kernel that died, negative for a signal; None if unknown, or if none did.
    """

    outcome: Outcome
    kernel_exit: int | None = None


def execute(job: Job, output: Path, on_cell: Callable[[dict[str, Any]], None]) -> WorkerReport:
    """Execute a notebook in its own folder.

    Args:
        job: What to execute.
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
                extra_arguments=[],  # nbclient adds to its default, which the second try would have twice
                **limits.traits(),
            )
        except Exception as error:  # whatever it is, it belongs to this job alone and into its outcome
            return error
        return None

    error = run()
    if _did_not_start(error):  # of many kernels that start at once one may find its ports taken, or never answer
        error = run()
    return _report(job, output, error, limits)


def _import_papermill() -> Any:
    """Import papermill, which takes long, with the engine of the course."""
    # jsonschema compiles a grammar of web addresses when it is imported, for a second or more; no notebook needs it.
    sys.modules.setdefault("rfc3987_syntax", None)
    import papermill

    # isort: split
    # While papermill is imported it loads the engines of installed packages, so ours must not be half imported then.
    from course_tools.execution.engine import CourseEngine

    # The entry point is there only where the package is installed.
    papermill.engines.papermill_engines.register("course", CourseEngine)
    return papermill


def _report(job: Job, output: Path, error: Exception | None, limits: "Limits") -> WorkerReport:
    """Say what came of a run whose executed notebook lies at `output`, if it got that far."""
    from course_tools.execution.engine import METADATA_KEY

    import nbformat

    outcome = replace(Outcome.blank(job, "failed" if error else "ok"), peak_bytes=_peak_bytes())
    run, stood = {}, ""
    if output.exists():
        executed = nbformat.read(output, as_version=4)
        run, stood = executed.metadata.get(METADATA_KEY, {}), _last_traceback(executed)
        start = run["ready"] - STARTED if "ready" in run else None
        outcome = replace(outcome, start_seconds=start, versions=run.get("versions", {}), **harvest(executed))
    failure = _failure(error, limits, stood) if error else None
    return WorkerReport(replace(outcome, error=failure), run.get("exit_code"))


def _failure(error: Exception, limits: "Limits", stood: str) -> Failure | None:
    """Say why a run failed; None if its kernel died."""
    from course_tools.execution.limits import LimitReached

    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    limit = error.args[0] if isinstance(error, LimitReached) else limits.reached()
    where = "".join(traceback.format_exception(error))
    match error:
        case LimitReached() | CellTimeoutError() if limit:
            return failures.of_limit(limit, limits.seconds[limit], stood)
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
    # What jupyter_client raises if a kernel ends, or does not answer, before its first reply.
    return isinstance(error, RuntimeError) and str(error).startswith(("Kernel died before", "Kernel didn't respond"))


def _literal(path: Path) -> str:
    """A path as papermill wants it, which fills in what stands between braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _plain(text: str) -> str:
    from nbconvert.filters import strip_ansi

    return strip_ansi(text)


def _peak_bytes() -> int | None:
    """Largest resident memory of the kernel, which has ended by now; at least this process's own, which it began as."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return None
    from course_tools.warm.process import peak_of_ended

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(peak if sys.platform == "darwin" else peak * 1024, peak_of_ended())


def _last_traceback(executed: Any) -> str:
    """The last error that the executed notebook shows, as plain text."""
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    tracebacks = [output.traceback for output in outputs if output.output_type == "error"]
    return _plain("\n".join(tracebacks[-1])) if tracebacks else ""


def _end_with_parent() -> None:
    # os.read and not sys.stdin.read, whose lock would be held when the interpreter shuts down normally.
    while os.read(0, 1024):
        continue
    import psutil

    try:
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended by itself
                process.kill()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
