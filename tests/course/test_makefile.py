"""What `make` would do."""

import os
import shutil
import subprocess

import pytest

FILES = ("requirements.txt", "constraints.txt", "pyproject.toml", ".venv/.installed")


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make on this machine")
def test_jax_is_installed_although_everything_else_is(course, tmp_path):
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
