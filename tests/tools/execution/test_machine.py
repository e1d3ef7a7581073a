"""The default number of jobs at a time, and the distribution of GPUs."""

import os
import subprocess
import sys
import tempfile
from types import SimpleNamespace

from course_tools.batches import batch
from course_tools.execution import machine, processes
from course_tools.execution.kernel import kernel_name
from course_tools.jobs import job_folder

import psutil
import pytest
from tiny_course import notebook, run_batch


@pytest.fixture
def set_up(monkeypatch):
    """Return a function that sets the machine's cores, gigabytes of memory and GPUs."""

    def make(cores=4, gigabytes=100, gpus=(), quota_bytes=None):
        monkeypatch.setattr(machine, "cores", lambda: cores)
        memory = SimpleNamespace(available=gigabytes * 10**9)
        monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
        monkeypatch.setattr(machine, "_memory_quota", lambda: quota_bytes)
        monkeypatch.setattr(machine, "gpus", lambda: list(gpus))

    return make


@pytest.mark.parametrize(
    ("there", "jobs", "expected"),
    [
        ({"cores": 4}, 10, 4),
        ({"cores": 4}, 3, 3),
        ({"cores": 4, "gigabytes": 9}, 10, 3),
        ({"cores": 4, "gigabytes": 0.5}, 10, 1),
        ({"cores": 64, "quota_bytes": 9 * 10**9}, 10, 3),
        ({"cores": 64, "gigabytes": 9, "quota_bytes": 50 * 10**9}, 10, 3),
        ({"cores": 64, "gpus": ["0", "1"]}, 10, 2),
        ({"cores": 64, "gpus": ["0"]}, 10, 1),
        ({"cores": 1}, 0, 1),
    ],
)
def test_as_many_jobs_run_as_there_are_places(set_up, there, jobs, expected):
    set_up(**there)
    assert machine.side_by_side(jobs) == expected


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system knows no affinity")
def test_a_core_that_the_process_may_not_use_does_not_count():
    code = (
        "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])\n"
        "from course_tools.execution import machine; print(machine.cores())"
    )
    environment = processes.environment(None)
    assert subprocess.check_output([sys.executable, "-c", code], env=environment, text=True) == "1\n"


@pytest.mark.parametrize(
    ("variable", "cuda", "found"),
    [("2,5", True, ["2", "5"]), ("-1", True, []), ("2", False, [])],
)
def test_gpus_are_those_that_are_visible_if_there_is_cuda_to_use_them(monkeypatch, variable, cuda, found):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", variable)
    monkeypatch.setattr(machine, "_has_cuda", lambda: cuda)
    monkeypatch.setattr(machine, "gpu_is_visible", lambda env: env["CUDA_VISIBLE_DEVICES"] != "-1")
    assert machine.gpus() == found


def test_a_container_may_take_what_its_limit_leaves_and_what_it_has_read_from_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "_CGROUP", tmp_path)
    assert machine.free_memory() > 0
    (tmp_path / "memory.max").write_text("8000\n")
    (tmp_path / "memory.current").write_text("7000\n")
    (tmp_path / "memory.stat").write_text("anon 6500\ninactive_file 300\nactive_file 200\n")
    assert machine.free_memory() == 1300
    (tmp_path / "memory.max").write_text("max\n")
    assert machine.free_memory() > 1300


def test_gpus_are_counted_as_cuda_counts_them(monkeypatch, tmp_path):
    """A container with one card of many finds it under its number in the machine."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(machine, "_has_cuda", lambda: True)
    monkeypatch.setattr(machine, "gpu_is_visible", lambda env: True)
    monkeypatch.setattr(machine, "_DEVICES", tmp_path)
    assert machine.gpus() == ["0"]  # as in WSL, which has no such file
    for name in ("nvidia3", "nvidia7", "nvidiactl", "nvidia-uvm"):
        (tmp_path / name).touch()
    assert machine.gpus() == ["0", "1"]


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


def test_jobs_of_other_processes_count_for_a_gpu(set_up, tmp_path, monkeypatch):
    """The workers of a cluster are separate processes, and a killed one frees its GPU."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    set_up(gpus=["a", "b"])
    code = (
        "from course_tools.execution import machine; machine.gpus = lambda: ['a', 'b']\n"
        "with machine.gpu_for_a_job() as one: print(one['CUDA_VISIBLE_DEVICES'], flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code],
        env=processes.environment(None) | {"TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with other:
        try:
            assert other.stdout.readline().strip() == "a"
            with machine.gpu_for_a_job() as here:
                assert here["CUDA_VISIBLE_DEVICES"] == "b"
        finally:
            other.kill()
    with machine.gpu_for_a_job() as here:
        assert here["CUDA_VISIBLE_DEVICES"] == "a"


def test_a_notebook_sees_only_its_gpu(make_course, set_up, same_package):
    set_up(gpus=["7"])
    course = make_course(one=notebook("import os; open('seen', 'w').write(os.environ['CUDA_VISIBLE_DEVICES'])"))
    [outcome], _ = run_batch(batch.plan(course, course.chapters))
    assert outcome.status == "ok"
    assert (course.root / "notebooks" / "seen").read_text() == "7"


def test_jobs_side_by_side_share_out_the_cores(make_course, set_up, same_package, monkeypatch):
    set_up(cores=8)
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "5")  # the user's setting stays
    names = "TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"
    seen = notebook(f"import os; [os.environ.get(name) for name in {names}]")
    jobs = batch.plan(course := make_course(one=seen, two=seen, three=seen), course.chapters)
    run_batch(jobs[:1])
    run_batch(jobs[1:])
    texts = [job_folder.read(job.folder).notebook.read_text() for job in jobs]
    assert ["[None, '5']" in text for text in texts] == [True, False, False]
    assert ["['4', '5']" in text for text in texts] == [False, True, True]


def test_kernels_are_warm_if_at_least_two_notebooks_gain_from_it(make_course):
    gains = notebook("from course_utils import setup")
    jobs = batch.plan(course := make_course(one=notebook(), two=gains, three=gains), course.chapters)
    assert [kernel_name(some) for some in (jobs, jobs[1:], jobs[:2], jobs[2:], [])] == [
        "course-warm", "course-warm", "python3", "python3", "python3",
    ]  # fmt: skip
