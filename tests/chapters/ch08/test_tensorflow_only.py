"""The chapter's kernel runs Keras on TensorFlow, whatever the reader has chosen."""

import os
import runpy
import subprocess
import sys
from types import SimpleNamespace

from course_utils.errors import CourseError

import pytest

MODULE = "course_utils.chapters.ch08.tensorflow_only"


def keras_on(backend):
    return SimpleNamespace(backend=SimpleNamespace(backend=lambda: backend))


def test_it_chooses_tensorflow_before_keras_is_imported(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    runpy.run_module(MODULE)
    assert os.environ["KERAS_BACKEND"] == "tensorflow"


def test_it_is_content_with_keras_on_tensorflow(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setitem(sys.modules, "keras", keras_on("tensorflow"))
    runpy.run_module(MODULE)


def test_it_says_what_to_do_if_keras_runs_on_another_backend(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setitem(sys.modules, "keras", keras_on("jax"))
    with pytest.raises(CourseError, match=r"runs on jax in this kernel: restart the kernel"):
        runpy.run_module(MODULE)
    assert os.environ["KERAS_BACKEND"] == "jax"


@pytest.mark.slow
def test_the_set_up_of_the_chapter_runs_with_another_backend_chosen():
    code = (
        f"import {MODULE}\nfrom course_utils import setup\nimport keras\nsetup(0)\n"
        "assert keras.backend.backend() == 'tensorflow'"
    )
    environment = os.environ | {"KERAS_BACKEND": "jax"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=120)
