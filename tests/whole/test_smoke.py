"""Every notebook with other parameters, on substitute data, with no network: nothing in it may be hard-wired.

Its sliders are moved to their ends.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from course_utils.chapters import find_course
from course_utils.notebook_code import LIVE_TAG

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
READY = [chapter for chapter in find_course(ROOT).chapters if chapter.notebook]
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
def batch(tmp_path_factory):
    """The outcomes of `course run --profile smoke` in a copy of the course that has no data; its sliders are moved."""
    root = tmp_path_factory.mktemp("course")
    for folder in ("notebooks", "results"):
        shutil.copytree(ROOT / folder, root / folder)
    for path in (root / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if LIVE_TAG in cell.metadata.get("tags", []):
                cell.source = cell.source.replace("from course_utils.live import live", MOVE_SLIDERS)
                assert MOVE_SLIDERS in cell.source
        nbformat.write(notebook, path)
    environment = os.environ | NO_NETWORK | {"KERAS_HOME": str(root / "keras")}
    environment.pop("COURSE_DATASETS", None)
    command = [sys.executable, "-m", "course_utils", "run", "--profile", "smoke", "--out", str(root / "out")]
    finished = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=600)
    outcomes = {
        path.parent.name: json.loads(path.read_text(encoding="utf-8")) for path in (root / "out").glob("*/state.json")
    }
    return finished, outcomes, root / "out"


def test_the_batch_ends_well(batch):
    finished, _, out = batch
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert list(out.glob("*.html")), "no report"


@pytest.mark.parametrize("chapter", READY, ids=lambda chapter: chapter.file_stem)
def test_a_chapter_runs_on_substitute_data_and_claims_nothing_of_it(batch, chapter):
    outcome = batch[1][chapter.file_stem]
    assert outcome["status"] == "ok", outcome["error"]
    assert outcome["parameters"]["seed"] == chapter.profiles["smoke"]["seed"]
    assert {data["requested"] for data in outcome["datasets"]} == set(chapter.data)
    assert all(data["name"] != data["requested"] for data in outcome["datasets"])
    verdicts = {claim["id"]: claim["verdict"] for claim in outcome["claims"]}
    assert "differs" not in verdicts.values(), verdicts
    if chapter.number:
        assert "not comparable" in verdicts.values(), "at this scale some claim must not be comparable"
