"""The papermill engine `course`: papermill's own, with the interpreter's own kernel, progress by cell and timing.

`papermill --engine course in.ipynb out.ipynb` works without the command `course`. Import papermill before this module:
during its own import it loads the engines of installed packages, and this one must not wait for it then.
"""

import ast
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from course_tools.execution.kernel import WARM_KERNEL_NAME, NativeKernelManager, WarmKernelManager

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellExecutionError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager
from papermill.log import logger

METADATA_KEY = "course_run"
# How long a cell's outputs may arrive after its end: on a busy machine nbclient's 4 s are too few for a kernel that
# formats its first traceback.
IOPUB_TIMEOUT_S = 15


def print_progress(progress: dict[str, Any]) -> None:
    """Print progress as one line of JSON."""
    print(json.dumps(progress), flush=True)


@contextmanager
def _unsaved(manager: NotebookExecutionManager) -> Iterator[None]:
    path, manager.output_path = manager.output_path, None
    try:
        yield
    finally:
        manager.output_path = path


class _Client(PapermillNotebookClient):
    """papermill's client, but it saves less often, and asks the kernel for its versions at the end."""

    def papermill_execute_cells(self) -> None:
        try:
            self._execute_each()
            self._ask_versions()
        except DeadKernelError:
            # Negative for a signal; None if the kernel only seemed dead.
            self.nb.metadata[METADATA_KEY]["exit_code"] = run_sync(self.km.provisioner.poll)()
            raise

    def _execute_each(self) -> None:
        """Execute as papermill does, but save once per cell, not twice: each save of many figures takes seconds."""
        for index, cell in enumerate(self.nb.cells):
            try:
                with _unsaved(self.nb_man):
                    self.nb_man.cell_start(cell, index)
                if cell.cell_type == "code":
                    self.nb_man.save()
                self.execute_cell(cell, index)
            except CellExecutionError as error:
                self.nb_man.cell_exception(self.nb.cells[index], cell_index=index, exception=error)
                break
            finally:
                with _unsaved(self.nb_man):
                    self.nb_man.cell_complete(self.nb.cells[index], cell_index=index)

    def _ask_versions(self) -> None:
        asked = "__import__('course_tools.execution.versions', fromlist=['versions']).versions()"
        request = self.kc.execute("", silent=True, store_history=False, user_expressions={"versions": asked})
        answer = self.wait_for_reply(request)["content"].get("user_expressions", {}).get("versions", {})
        if answer.get("status") == "ok":  # a kernel that lacks course_tools is no reason to fail
            self.nb.metadata[METADATA_KEY]["versions"] = ast.literal_eval(answer["data"]["text/plain"])


class CourseEngine(NBClientEngine):
    """Executes a notebook and reports when each code cell starts.

    It stores two facts in the notebook's metadata under `course_run`: the monotonic clock's reading when the kernel was
    ready (`ready`, seconds), and the versions and device of the run (`versions`, see `versions.versions`).
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        on_cell: Callable[[dict[str, Any]], None] = print_progress,
        **kwargs: Any,
    ) -> None:
        """Execute the cells of `nb_man.nb` in a fresh kernel.

        Args:
            nb_man: papermill's manager of this execution.
            kernel_name: Name of the kernel; `python3` means the running interpreter, `course-warm` a fork (see `warm`).
            start_timeout: Seconds to wait for the kernel.
            execution_timeout: Seconds to wait for one cell; None waits forever.
            on_cell: Called at the start of each code cell with `cell` (from 1), `cells` and `heading`, the last heading
                above it.
            **kwargs: Further traits of papermill's notebook client.
        """
        nb_man.nb.metadata[METADATA_KEY] = {}
        code_cells = [index for index, cell in enumerate(nb_man.nb.cells) if cell.cell_type == "code"]
        heading = ""

        def kernel_is_ready(notebook: Any) -> None:
            notebook.metadata[METADATA_KEY]["ready"] = time.monotonic()

        def cell_starts(cell: Any, cell_index: int) -> None:
            nonlocal heading
            if cell.cell_type == "markdown":
                headings = re.findall(r"^#+ +(.+?)\s*$", cell.source, flags=re.MULTILINE)
                heading = headings[-1] if headings else heading
            elif cell.cell_type == "code":
                on_cell({"cell": code_cells.index(cell_index) + 1, "cells": len(code_cells), "heading": heading})

        kwargs.pop("input_path", None)  # papermill passes it to every engine, but its client rejects it
        if kernel_name == NATIVE_KERNEL_NAME:
            kwargs["kernel_manager_class"] = NativeKernelManager
        elif kernel_name == WARM_KERNEL_NAME:
            kwargs["kernel_manager_class"] = WarmKernelManager
        _Client(
            nb_man,
            kernel_name=kernel_name,
            startup_timeout=start_timeout,
            timeout=execution_timeout,
            iopub_timeout=IOPUB_TIMEOUT_S,
            on_notebook_start=kernel_is_ready,
            on_cell_start=cell_starts,
            log=logger,
            **kwargs,
        ).execute()
