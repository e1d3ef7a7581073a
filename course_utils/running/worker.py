"""The process of one job: `python -m course_utils.running.worker`, started by `runner.run_job`.

It reads one line of JSON from standard input (`notebook`, `output`, `parameters`), executes the notebook and writes
lines of JSON to standard output: progress (`cell`, `cells`, `heading`) at each cell, at the end the result. Standard
input stays open as long as its parent lives; when it closes, the worker and its kernel end.
"""

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
    output = Path(request["output"])
    threading.Thread(target=_end_with_parent, args=[output], daemon=True).start()
    send({"result": execute(Path(request["notebook"]), output, request["parameters"], send)})


def execute(
    notebook: Path, output: Path, parameters: dict[str, Any], on_cell: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """Execute a notebook in its own folder.

    Args:
        notebook: What to execute.
        output: Where the executed notebook goes, saved after each cell.
        parameters: Values to inject.
        on_cell: Receives the progress (see `engine.CourseEngine`).

    Returns:
        The fields of an `outcome.Outcome` that are known here.
    """
    # papermill takes more than a second to import: after the watch on the parent has begun.
    import nbformat
    import papermill
    from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
    from nbclient.exceptions import DeadKernelError
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError

    # isort: split
    # While papermill is imported it loads the engines of installed packages, so ours must not be half imported then.
    from course_utils.running.engine import METADATA_KEY, CourseEngine
    from course_utils.running.outcome import harvest

    papermill_engines.register("course", CourseEngine)  # the entry point is there only where the package is installed
    error = None
    try:
        papermill.execute_notebook(
            _literal(notebook),
            _literal(output),
            parameters=parameters,
            engine_name="course",
            kernel_name=NATIVE_KERNEL_NAME,
            progress_bar=False,
            cwd=notebook.parent,
            on_cell=on_cell,
        )
    except PapermillExecutionError as failed:
        error = {"name": failed.ename, "message": failed.evalue, "traceback": _plain("\n".join(failed.traceback))}
    except DeadKernelError:
        message = "the kernel ended in the middle of a cell; if it was killed, the memory may have been too small"
        error = {"name": "KernelDied", "message": message, "traceback": ""}
    except Exception as failed:  # whatever it is, it belongs to this job alone and into its outcome
        error = {"name": type(failed).__name__, "message": str(failed), "traceback": traceback.format_exc()}

    result = {"status": "failed" if error else "ok", "error": error, "peak_bytes": _peak_bytes()}
    if output.exists():
        executed = nbformat.read(output, as_version=4)
        run = executed.metadata.get(METADATA_KEY, {})
        if "ready" in run:
            result["start_seconds"] = run["ready"] - STARTED
        result |= {"versions": run.get("versions", {}), **harvest(executed)}
    return result


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
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _end_with_parent(output: Path) -> None:
    # os.read and not sys.stdin.read, whose lock would be held when the interpreter shuts down normally.
    while os.read(0, 1024):
        continue
    import psutil

    for process in psutil.Process().children(recursive=True):
        process.kill()
    output.unlink(missing_ok=True)
    os._exit(1)


if __name__ == "__main__":
    main()
