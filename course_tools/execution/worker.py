"""The process of one job: `python -m course_tools.execution.worker`, started by `runner.attempt`.

It reads one line of JSON from standard input (see `execute`), executes the notebook and writes lines of JSON to
standard output: progress (`cell`, `cells`, `heading`) at each cell, at the end the result. Standard input stays open as
long as its parent lives; when it closes, the worker and its kernel end.
"""

import contextlib
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_tools.jobs.outcome import Failure, harvest

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
    send({"result": execute(request, send)})


def execute(request: dict[str, Any], on_cell: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Execute a notebook in its own folder.

    Args:
        request: What to execute (`notebook`), where the executed notebook goes, saved before each cell and at the end
            (`output`), values to inject (`parameters`), the name of the kernel (`kernel`), and seconds that a cell and
            the notebook may take or None (`cell_timeout`, `timeout`).
        on_cell: Receives the progress (see `engine.CourseEngine`).

    Returns:
        The fields of an `outcome.Outcome` that are known here, and `kernel_exit` if the kernel died: its exit code,
        negative for a signal, None if unknown.
    """
    # jsonschema compiles a grammar of web addresses when it is imported, for a second or more; no notebook needs it.
    sys.modules.setdefault("rfc3987_syntax", None)
    # papermill takes long to import: after the watch on the parent has begun.
    import nbformat
    import papermill
    from papermill.engines import papermill_engines
    from papermill.iorw import papermill_io

    # isort: split
    # While papermill is imported it loads the engines of installed packages, so ours must not be half imported then.
    from course_tools.execution.engine import METADATA_KEY, CourseEngine
    from course_tools.execution.limits import Limits
    from course_tools.execution.whole_files import WholeFiles

    papermill_engines.register("course", CourseEngine)  # the entry point is there only where the package is installed
    notebook, output = Path(request["notebook"]), Path(request["output"])
    papermill_io.register(str(output), WholeFiles())
    limits = Limits(request["cell_timeout"], request["timeout"], STARTED)
    for last_try in (False, True):
        error = None
        try:
            papermill.execute_notebook(
                _literal(notebook),
                _literal(output),
                parameters=request["parameters"],
                engine_name="course",
                kernel_name=request["kernel"],
                language="python",  # in case the notebook has lost its metadata
                progress_bar=False,
                cwd=notebook.parent,
                on_cell=on_cell,
                extra_arguments=[],  # nbclient adds to its default, which the second try would have twice
                **limits.traits(),
            )
        except Exception as raised:  # whatever it is, it belongs to this job alone and into its outcome
            error = raised
        # With many kernels starting at once one may find its ports taken, or never answer. No cell has run then.
        if last_try or not _did_not_start(error):
            break

    result = {"status": "failed" if error else "ok", "peak_bytes": _peak_bytes()}
    run = {}
    if output.exists():
        executed = nbformat.read(output, as_version=4)
        run = executed.metadata.get(METADATA_KEY, {})
        if "ready" in run:
            result["start_seconds"] = run["ready"] - STARTED
        result |= {"versions": run.get("versions", {}), **harvest(executed)}
    if error:
        stood = _last_traceback(executed) if output.exists() else ""
        result |= _diagnose(error, limits, stood, run.get("exit_code"))
    return result


def _diagnose(error: Exception, limits: "Limits", stood: str, exit_code: int | None) -> dict[str, Any]:
    """The failure as an outcome has it, and `kernel_exit` if the kernel died."""
    from course_tools.execution.limits import LimitReached
    from course_tools.jobs import failures

    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    died = {}
    reached = error.args[0] if isinstance(error, LimitReached) else limits.reached()
    if isinstance(error, LimitReached) or (reached and isinstance(error, CellTimeoutError)):
        failure = failures.of_limit(reached, limits.seconds[reached], stood)
    elif isinstance(error, PapermillExecutionError):
        failure = failures.of_cell(error.ename, error.evalue, _plain("\n".join(error.traceback)))
    elif _did_not_start(error):
        failure = Failure("KernelDidNotStart", f"no kernel started in two tries: {error}", kind="kernel_died")
    elif isinstance(error, DeadKernelError):
        failure = failures.of_kernel(exit_code, "", False)
        died = {"kernel_exit": exit_code}
    elif isinstance(error, OSError):
        failure = failures.of_storing(error, "".join(traceback.format_exception(error)))
    else:
        failure = Failure(type(error).__name__, str(error), "".join(traceback.format_exception(error)))
    return {"error": asdict(failure), **died}


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
