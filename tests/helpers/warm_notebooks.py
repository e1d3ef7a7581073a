"""Small notebooks and what came of them."""

import os
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from processes import runs

# Whether a kernel is a fork, seen from within: the program that its parent runs.
PARENT = "import os; print(open(f'/proc/{os.getppid()}/cmdline').read().split('\\0')[2])"
SERVER = "course_tools.warm.server"


def notebook(*code: str) -> nbformat.NotebookNode:
    """A notebook of code cells, which names the ordinary kernel as the course's notebooks do."""
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in code], metadata={"kernelspec": kernelspec}
    )


def client(book: nbformat.NotebookNode, folder: Path, kernel: str = "course-warm", **traits) -> NotebookClient:
    """A client that executes a notebook in a folder."""
    return NotebookClient(book, kernel_name=kernel, resources={"metadata": {"path": str(folder)}}, **traits)


def printed(cell: nbformat.NotebookNode) -> str:
    """What a cell wrote to standard output."""
    return "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")


def kernels_of(server: int) -> list[int]:
    """The processes that a server has forked and that still run."""
    return [child.pid for child in psutil.Process(server).children() if runs(child.pid)]


def environment(folder: str, **variables: str) -> dict[str, str]:
    """The environment of a process whose servers are in a folder of their own."""
    return os.environ | {"XDG_RUNTIME_DIR": folder} | variables
