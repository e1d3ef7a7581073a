"""Support for GPUs, tested on a machine without one."""

import json
import os
import subprocess
import sys
from pathlib import Path

from course_utils import session

import keras
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


def test_without_a_gpu_a_message_is_printed_and_nothing_is_tested():
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1", "KERAS_BACKEND": "tensorflow"}
    command = [sys.executable, str(ROOT / "tests" / "require_gpu.py")]
    asked = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (asked.returncode, asked.stdout) == (1, "")
    [line] = asked.stderr.splitlines()
    assert line.startswith("TensorFlow sees no GPU here, so nothing was tested.")


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX is told by a variable")
def test_the_memory_of_every_gpu_grows(monkeypatch):
    told = {}
    config = session.tf.config
    monkeypatch.setattr(config, "list_physical_devices", lambda kind: ["one", "two"])
    monkeypatch.setattr(config.experimental, "set_memory_growth", told.__setitem__)
    session.setup(0)
    assert told == {"one": True, "two": True}


def test_jax_takes_no_memory_before_it_needs_it():
    assert os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"


def test_mixed_precision_trains_lenet5(tmp_path):
    command = [sys.executable, "-m", "course_tools", "run", "23", "--profile", "smoke", "--out", str(tmp_path)]
    ran = subprocess.run([*command, "-p", "precision", "mixed_float16"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    outcome = json.loads((tmp_path / "23_lenet5" / "state.json").read_text(encoding="utf-8"))
    assert (outcome["status"], outcome["parameters"]["precision"]) == ("ok", "mixed_float16")
