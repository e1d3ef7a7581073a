"""Small notebooks, and the outputs and processes of their runs."""

import os
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from processes import runs

# Code that tells from within whether a kernel is a fork: the program of its parent.
PARENT = "import os; print(open(f'/proc/{os.getppid()}/cmdline').read().split('\\0')[2])"
SERVER = "course_tools.warm.server"


def notebook(*code: str) -> nbformat.NotebookNode:
    """Return a notebook of code cells that names the ordinary kernel, as the course's notebooks do."""
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in code], metadata={"kernelspec": kernelspec}
    )


def client(book: nbformat.NotebookNode, folder: Path, kernel: str = "course-warm", **traits) -> NotebookClient:
    """Return a client that executes a notebook in a folder."""
    return NotebookClient(book, kernel_name=kernel, resources={"metadata": {"path": str(folder)}}, **traits)


def printed(cell: nbformat.NotebookNode) -> str:
    """Return a cell's standard output."""
    return "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")


def kernels_of(server: int) -> list[int]:
    """Return the running processes that a server has forked."""
    return [child.pid for child in psutil.Process(server).children() if runs(child.pid)]


def environment(folder: str, **variables: str) -> dict[str, str]:
    """Return the environment of a process whose servers have a separate folder."""
    return os.environ | {"XDG_RUNTIME_DIR": folder} | variables
