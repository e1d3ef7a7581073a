"""How much runs side by side if nobody says, and who gets which GPU."""

from types import SimpleNamespace

from course_utils.running import batch, machine
from course_utils.running.kernel import kernel_name

import psutil
import pytest
from tiny_course import notebook, run_batch


@pytest.fixture
def set_up(monkeypatch):
    """Gives the machine some cores, gigabytes of memory and GPUs."""

    def make(cores=4, gigabytes=100, gpus=(), quota=None):
        monkeypatch.setattr(machine.os, "sched_getaffinity", lambda pid: set(range(cores)), raising=False)
        monkeypatch.setattr(machine, "_quota", lambda: quota)
        memory = SimpleNamespace(available=gigabytes * 1e9)
        monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
        monkeypatch.setattr(machine, "gpus", lambda: list(gpus))

    return make


@pytest.mark.parametrize(
    ("there", "jobs", "expected"),
    [
        ({"cores": 4}, 10, 4),
        ({"cores": 4}, 3, 3),
        ({"cores": 4, "gigabytes": 5}, 10, 3),
        ({"cores": 4, "gigabytes": 0.5}, 10, 1),
        ({"cores": 64, "quota": 2.0}, 10, 2),
        ({"cores": 64, "quota": 0.5}, 10, 1),
        ({"cores": 64, "gpus": ["0", "1"]}, 10, 2),
        ({"cores": 64, "gpus": ["0"]}, 10, 1),
        ({"cores": 1}, 0, 1),
    ],
)
def test_as_many_jobs_as_there_are_places_for(set_up, there, jobs, expected):
    set_up(**there)
    assert machine.side_by_side(jobs) == expected


@pytest.mark.parametrize(
    ("variable", "cuda", "found"),
    [("2,5", True, ["2", "5"]), ("-1", True, []), ("2", False, [])],
)
def test_gpus_are_those_that_are_visible_if_there_is_cuda_to_use_them(monkeypatch, variable, cuda, found):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", variable)
    monkeypatch.setattr(machine, "_has_cuda", lambda: cuda)
    monkeypatch.setattr(machine, "gpu_is_visible", lambda env: env["CUDA_VISIBLE_DEVICES"] != "-1")
    assert machine.gpus() == found


def test_each_job_has_the_gpu_that_the_fewest_others_use(set_up):
    set_up(gpus=["a", "b"])
    name = "CUDA_VISIBLE_DEVICES"
    with machine.gpu_for_a_job() as first, machine.gpu_for_a_job() as second:
        assert {first[name], second[name]} == {"a", "b"}
        with machine.gpu_for_a_job():
            pass
    with machine.gpu_for_a_job() as one:
        assert one in ({name: "a"}, {name: "b"})
    set_up()
    with machine.gpu_for_a_job() as none:
        assert none == {}


def test_a_notebook_sees_its_gpu_alone(make_course, set_up, same_package):
    set_up(gpus=["7"])
    course = make_course(one=notebook("import os; open('seen', 'w').write(os.environ['CUDA_VISIBLE_DEVICES'])"))
    [outcome], _ = run_batch(batch.plan(course, course.chapters))
    assert outcome.status == "ok"
    assert (course.root / "notebooks" / "seen").read_text() == "7"


def test_kernels_are_warm_if_at_least_two_notebooks_gain_from_it(make_course):
    gains = notebook("from course_utils import setup")
    jobs = batch.plan(course := make_course(one=notebook(), two=gains, three=gains), course.chapters)
    assert [kernel_name(some) for some in (jobs, jobs[1:], jobs[:2], jobs[2:], [])] == [
        "course-warm", "course-warm", "python3", "python3", "python3",
    ]  # fmt: skip
