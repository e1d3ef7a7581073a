"""Collecting the outputs of an executed notebook."""

import json
from pathlib import Path

from course_tools.execution.kernel import NativeKernelManager
from course_tools.jobs.outcome import collect_outputs

import nbformat
import numpy as np
from nbclient import NotebookClient


def test_numbers_that_are_not_finite_arrive_as_numbers_and_without_a_warning(tmp_path):
    values = "{'measured': [1.5, float('nan')], 'printed': float('inf'), 'corrected': -float('inf')}"
    source = (
        "from course_utils import metric\n"
        "from course_utils.display import CLAIM_MIME, emit\n"
        "metric('losses', [0.5, float('nan')])\n"
        "metric('loss', float('inf'))\n"
        f"emit({{CLAIM_MIME: [{{'id': 'one.a', 'values': {values}}}], 'text/plain': 'a claim'}})\n"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    client = NotebookClient(notebook, kernel_manager_class=NativeKernelManager, timeout=120)
    ran = client.execute(cwd=str(Path(__file__).parents[3]))
    assert not [output for output in ran.cells[0].outputs if output.output_type == "stream"]
    found = collect_outputs(json.loads(nbformat.writes(ran)))
    np.testing.assert_equal(found["metrics"], {"losses": [0.5, np.nan], "loss": np.inf})
    expected = {"measured": [1.5, np.nan], "printed": np.inf, "corrected": -np.inf}
    np.testing.assert_equal(found["claims"], [{"id": "one.a", "values": expected}])
