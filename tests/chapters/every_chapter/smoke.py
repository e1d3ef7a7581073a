"""The smoke profile on substitute data, with no network: nothing in a chapter may be hard-wired. Its sliders move."""

import shutil
from dataclasses import replace

from course_tools.batches.batch import plan
from course_tools.execution.kernel import WARM_KERNEL_NAME
from course_tools.execution.runner import attempt
from course_tools.jobs.notebook_code import LIVE_TAG
from course_utils.syllabus import find_course

import nbformat
import pytest

pytestmark = pytest.mark.slow
# Port 9 discards: a connection to it is refused at once.
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
# Stands in for `live`, which draws nothing here: every slider where it starts, and all combinations of their ends.
MOVE_SLIDERS = """
import random
from itertools import product

import numpy


def live(draw, **values):
    states = random.getstate(), repr(numpy.random.get_state())
    draw()
    for chosen in product(*((offered[0], offered[-1]) for offered in values.values())):
        draw(**dict(zip(values, chosen)))
    assert states == (random.getstate(), repr(numpy.random.get_state())), "a drawing changes what comes after it"
"""


@pytest.fixture(scope="module")
def outcome(course, chapter, keras_home, tmp_path_factory):
    """What the smoke profile comes to in a copy of the course that has no data; its sliders are moved."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(course.root / "results", root / "results")
    shutil.copytree(course.root / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns("*.ipynb"))
    notebook = nbformat.read(chapter.notebook, as_version=4)
    for cell in notebook.cells:
        if LIVE_TAG in cell.metadata.get("tags", []):
            cell.source = cell.source.replace("from course_utils import live\n", MOVE_SLIDERS)
            assert MOVE_SLIDERS in cell.source
    nbformat.write(notebook, root / "notebooks" / chapter.notebook.name)
    [job] = plan(find_course(root), find_course(root).select([str(chapter.number)]), "smoke", out=root / "out")
    job.folder.mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**NO_NETWORK, "KERAS_HOME": str(keras_home)}.items():
            patch.setenv(name, value)
        patch.delenv("COURSE_DATASETS", raising=False)
        return attempt(replace(job, kernel=WARM_KERNEL_NAME), job.folder / "executed.ipynb")


def test_it_runs_on_substitute_data_and_claims_nothing_of_it(chapter, outcome):
    assert outcome.status == "ok", outcome.error
    assert outcome.parameters["seed"] == chapter.profiles["smoke"]["seed"]
    assert {data["requested"] for data in outcome.datasets} == set(chapter.data)
    assert all(data["name"] != data["requested"] for data in outcome.datasets)
    verdicts = {claim["id"]: claim["verdict"] for claim in outcome.claims}
    assert "differs" not in verdicts.values(), verdicts
    if chapter.sources:
        assert "not comparable" in verdicts.values(), "at this scale some claim must not be comparable"
