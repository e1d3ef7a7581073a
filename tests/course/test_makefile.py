"""The commands that `make` would run."""

import os
import shutil
import subprocess

import pytest

FILES = ("requirements.txt", "constraints.txt", "pyproject.toml", ".venv/.installed")

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="there is no make on this machine")


def test_jax_is_installed_even_if_everything_else_is_already(course, tmp_path):
    shutil.copy(course.root / "Makefile", tmp_path)
    (tmp_path / ".venv").mkdir()
    for name in FILES:
        (tmp_path / name).touch()
    environment = {name: value for name, value in os.environ.items() if name not in ("KERAS_BACKEND", "MAKEFLAGS")}

    def planned(**variables):
        command = ["make", "--dry-run", "test-utils"]
        return subprocess.check_output(command, cwd=tmp_path, env=environment | variables, text=True)

    assert "pip install" not in planned()
    assert ".[jax]" in planned(KERAS_BACKEND="jax")
    (tmp_path / ".venv" / ".installed-jax").touch()
    assert "pip install" not in planned(KERAS_BACKEND="jax")


def test_chapters_are_tested_whether_their_numbers_have_one_digit_or_two(course, tmp_path):
    shutil.copy(course.root / "Makefile", tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n')
    python.chmod(0o755)
    for name in FILES:
        (tmp_path / name).touch()
    environment = {name: value for name, value in os.environ.items() if name not in ("KERAS_BACKEND", "MAKEFLAGS")}

    def made(*words):
        return subprocess.run(
            ["make", "--silent", *words], cwd=tmp_path, env=environment, capture_output=True, text=True
        )

    asked = made("test-chapter", "CHAPTERS=6 08 15")
    assert asked.stdout.split() == [
        *("-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "--durations", "5"),
        *(place for n in ("06", "08", "15") for place in (f"notebooks/{n}_*.ipynb", f"tests/chapters/ch{n}")),
    ]
    unnamed = made("test-chapter")
    assert unnamed.returncode and "Name the chapters" in unnamed.stdout and "pytest" not in unnamed.stdout
