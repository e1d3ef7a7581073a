"""The choice of a server, and its protection from other users."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("kernels are forked on Linux only", allow_module_level=True)

from course_tools.warm import place
from course_tools.warm.place import NoServer, place_for

PYTHON = [sys.executable]


@pytest.fixture
def runtime(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def test_kernels_with_the_same_environment_share_a_server(runtime):
    one = place_for(PYTHON, {"PATH": "/bin", "PWD": "/here", "JPY_SESSION_NAME": "one", "COURSE_JOB": "1"})
    two = place_for(PYTHON, {"COURSE_JOB": "2", "PYTEST_CURRENT_TEST": "this", "PATH": "/bin"})
    assert one == two
    assert one.socket.parent == runtime / "course-warm"


@pytest.mark.parametrize(
    "variables",
    [
        {"OMP_NUM_THREADS": "1"},
        {"TF_NUM_INTRAOP_THREADS": "2"},
        {"CUDA_VISIBLE_DEVICES": "-1"},
        {"MPLBACKEND": "agg"},
        {"PYTHONPATH": "/elsewhere"},
        {"ANYTHING": "at all"},
    ],
    ids=lambda variables: next(iter(variables)),
)
def test_a_variable_that_an_import_may_read_needs_another_server(runtime, variables):
    known = {"PATH": "/bin"}
    assert place_for(PYTHON, known | variables) != place_for(PYTHON, known)


def test_another_interpreter_other_options_or_new_packages_need_another_server(runtime, monkeypatch):
    first = place_for(PYTHON, {})
    assert place_for(["/usr/bin/another"], {}) != first
    assert place_for([*PYTHON, "-O"], {}) != first
    monkeypatch.setattr(place.sysconfig, "get_path", lambda name: str(runtime))
    installed = place_for(PYTHON, {})
    os.utime(runtime, (1, 1))
    assert len({first, installed, place_for(PYTHON, {})}) == 3


KEY = "from course_tools.warm.place import place_for; print(place_for(['python'], {}).key)"


def test_other_inherited_attributes_need_another_server(runtime):
    changes = ("umask 022", "umask 077", "ulimit -n 64", "ulimit -n 65")
    commands = [["sh", "-c", f'{change}; exec "$@"', "sh", sys.executable, "-c", KEY] for change in changes]
    keys = [subprocess.run(words, capture_output=True, text=True, check=True).stdout for words in commands]
    assert len(set(keys)) == len(changes)


def test_the_folder_must_be_private(runtime):
    folder = runtime / "course-warm"
    folder.mkdir(mode=0o700)
    folder.chmod(0o755)
    with pytest.raises(NoServer, match="is open to other users"):
        place_for(PYTHON, {})
    folder.rmdir()
    (runtime / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(runtime / "elsewhere")
    with pytest.raises(NoServer, match="or not this user's"):
        place_for(PYTHON, {})
    folder.unlink()
    folder.touch()
    with pytest.raises(NoServer, match="cannot be created"):
        place_for(PYTHON, {})


def test_a_folder_of_another_user_is_refused(runtime, monkeypatch):
    (runtime / "course-warm").mkdir(mode=0o700)
    monkeypatch.setattr(place.os, "geteuid", lambda: os.getuid() + 1)
    assert not place.is_private(runtime / "course-warm")


def test_without_a_private_runtime_folder_a_temporary_one_is_used(runtime, monkeypatch):
    runtime.chmod(0o755)
    monkeypatch.setattr(place.tempfile, "gettempdir", lambda: str(runtime))
    for named in (str(runtime), None):
        if named is None:
            monkeypatch.delenv("XDG_RUNTIME_DIR")
        folder = place_for(PYTHON, {}).folder
        assert folder == Path(runtime) / f"course-warm-{os.geteuid()}"
        assert folder.stat().st_mode & 0o777 == 0o700
