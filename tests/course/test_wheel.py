"""The installed wheel in another folder: the command, the ledger, the checks, a chapter's head."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from course_tools.execution.kernel import NativeKernelManager
from course_tools.student_edition.handing_out import hand_out
from course_utils.syllabus import find_course

import nbformat
import pytest
from nbclient import NotebookClient

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def run(installed, *arguments, cwd):
    environment = os.environ | {"PYTHONPATH": str(installed / "site")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120
    )


def test_it_holds_the_data_it_needs_and_nothing_of_the_tests(installed):
    (wheel,) = installed.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "course_utils/checkout/notebooks/course.yaml" in names
    assert "course_utils/chapters/ch15/claims.yaml" in names
    assert "course_utils/datasets/manifest.yaml" in names
    assert "course_tools/authoring/templates/notebook.ipynb" in names
    # the kernel that Jupyter finds by name, and the class that its kernel.json names
    kernel = [name for name in names if name.endswith(".data/data/share/jupyter/kernels/course-warm/kernel.json")]
    assert len(kernel) == 1 and "course_tools/warm/provisioner.py" in names
    assert not [name for name in names if name.startswith(("tests/", "notebooks/", "benchmarks/"))]


def test_what_a_notebook_calls_works_from_another_folder(installed, tmp_path):
    program = """
import course_utils, numpy as np
from course_utils import chapter, check, claim, documents_checked
print(course_utils.__file__)
chapter(15)
claim("weight_initialization.variance_of_node_output", np.float64(501), say="497.6", draws=20_000)
check("0.4", 800)
documents_checked(15)
"""
    ended = run(installed, "-c", program, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert str(installed) in ended.stdout.splitlines()[0], "it must be the installed package, not the checkout"
    assert "reproduced" in ended.stdout and "✓ 0.4" in ended.stdout and "he_listing" not in ended.stderr
    assert "From: " in ended.stdout


def test_the_command_works_on_a_course_elsewhere(installed, tmp_path):
    ended = run(installed, "-m", "course_tools", "list", "--course", str(ROOT), cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "Weight initialization" in ended.stdout
    outside = run(installed, "-m", "course_tools", "list", cwd=tmp_path)
    assert outside.returncode == 2 and "--course DIR" in outside.stderr and len(outside.stderr.splitlines()) <= 2


def test_a_student_copy_runs_to_its_end_in_a_folder_with_nothing_else(installed, tmp_path):
    """*Run All* on the shortest chapter: only the checks of unanswered exercises that are graded fail."""
    start_here = find_course(ROOT).chapter(0)
    [line] = hand_out(find_course(ROOT), [start_here], tmp_path)
    notebook = nbformat.read(line.removeprefix("written: "), as_version=4)
    parameters = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
    parameters.source += "".join(f"\n{name} = {value!r}" for name, value in start_here.profiles["smoke"].items())
    notebook.cells.append(nbformat.v4.new_code_cell("import course_utils\nprint(course_utils.__file__)"))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        kernel_manager_class=NativeKernelManager,
        timeout=300,
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute(env=os.environ | {"PYTHONPATH": str(installed / "site")})

    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert str(installed) in cells[-1].outputs[0].text
    for cell in cells:
        errors = [output for output in cell.outputs if output.output_type == "error"]
        assert bool(errors) == cell.metadata.get("nbgrader", {}).get("grade", False), cell.source
        assert cell.execution_count and all("yet" in error.evalue or "waits" in error.evalue for error in errors)
    assert "(planned)" not in cells[1].outputs[0].data["text/plain"], "chapter 1 exists, though not in the wheel"
    assert "href" not in cells[1].outputs[0].data["text/html"], "its notebook is not beside this one"
