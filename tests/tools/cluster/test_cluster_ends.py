"""A batch on a cluster that is ended from outside or refused: one line, no kernel left, a state to continue from."""

import os
import signal
import sys

from course_tools.batches import batch
from course_tools.batches.choosing import Again, choose
from course_tools.cluster import address as address_module
from course_tools.execution.runner import run_jobs
from course_tools.jobs import fingerprint, job_folder
from course_utils.errors import CourseError

import pytest

pytest.importorskip("distributed", reason="dask.distributed is not installed")
if sys.platform == "win32":
    pytest.skip("signals of POSIX", allow_module_level=True)

from local_cluster import DEAF, NOTE, DaskProcesses, begun, copy_package, end_of, gone, start_course
from processes import wait_for
from tiny_course import course_in, notebook

pytestmark = pytest.mark.slow


@pytest.fixture
def side(tmp_path):
    (tmp_path / "side").mkdir()
    return tmp_path / "side"


@pytest.fixture
def hanging(tmp_path, side):
    """Return a course of one notebook that ignores all requests to end."""
    return course_in(tmp_path / "course", {"one": notebook(NOTE.format(folder=str(side), name="one"), DEAF)})


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return copy_package(tmp_path_factory.mktemp("home"))


@pytest.fixture
def cluster(tmp_path, home):
    processes = DaskProcesses(tmp_path / "dask", home)
    yield processes
    processes.close()


def status_of(course):
    [found] = job_folder.read_batch(course.root / "runs" / "quick")
    return found.latest.status


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_no_kernel_is_left_on_the_workers(cluster, hanging, side, number):
    worker = cluster.add_worker()
    process = cluster.command(hanging, "run")
    kernels = wait_for(lambda: begun(side, "one"), "the begin of the notebook", 180)
    process.send_signal(number)
    code, _, errors = end_of(process)
    assert gone(kernels)
    assert worker.poll() is None
    assert status_of(hanging) == "interrupted"
    if number == signal.SIGINT:
        assert code == 130
        [line] = errors.splitlines()
        assert line.startswith("course: interrupted; finished: none; not finished: 01_one; the same command continues")
        [found] = job_folder.read_batch(hanging.root / "runs" / "quick")
        assert "one has begun" in found.notebook.read_text()


def test_a_scheduler_that_is_gone_is_reported_in_one_line(cluster, hanging, side):
    cluster.add_worker()
    process = cluster.command(hanging, "run")
    kernels = wait_for(lambda: begun(side, "one"), "the begin of the notebook", 180)
    cluster.scheduler.kill()
    code, _, errors = end_of(process)
    assert code == 2
    assert len(errors.splitlines()) == 1, errors
    [line] = errors.splitlines()
    assert line.startswith(f"course: the scheduler at {cluster.address} is gone; finished runs are kept")
    assert gone(kernels, seconds=60)
    assert status_of(hanging) == "interrupted"


def test_a_worker_with_another_package_or_other_data_is_refused(cluster, hanging, side, tmp_path):
    other = copy_package(tmp_path / "other")
    with (other / "course_utils" / "errors.py").open("a") as file:
        file.write("# changed\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mnist.npz").write_bytes(b"something else")
    cluster.add_worker(home=other, COURSE_DATASETS=str(tmp_path / "data"))
    code, _, errors = end_of(cluster.command(hanging, "run"))
    assert code == 2
    [line] = errors.splitlines()
    assert line.startswith("course: worker tcp://127.0.0.1:")
    assert "it has another version of the package course_utils (" in line
    assert "other data under the name mnist (unusable: mnist.npz" in line
    assert not begun(side, "one")


def test_a_worker_that_joins_later_and_has_another_package_gets_no_jobs(cluster, home, side, tmp_path):
    other = copy_package(tmp_path / "other")
    with (other / "course_utils" / "errors.py").open("a") as file:
        file.write("# changed\n")
    names = ("one", "two", "three")
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(side)!r}, 'go').exists(): time.sleep(0.1)"
    course = course_in(
        tmp_path / "course", {name: notebook(NOTE.format(folder=str(side), name=name), wait) for name in names}
    )
    cluster.add_worker()
    process = cluster.command(course, "run")
    wait_for(lambda: any(begun(side, name) for name in names), "the begin of a notebook", 180)
    cluster.add_worker(home=other)
    (side / "go").touch()
    code, output, errors = end_of(process)
    assert code == 0, output + errors
    assert errors == ""
    assert output.count("another version of the package course_utils (") == output.count("continues without it") == 1
    assert [len(begun(side, name)) for name in names] == [1, 1, 1]


def test_workers_on_this_machine_and_ctrl_c_in_a_terminal(home, hanging, side):
    process = start_course(home, hanging, "run", "--cluster", "local:2")
    kernels = wait_for(lambda: begun(side, "one"), "the begin of the notebook", 180)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to the workers too
    code, output, errors = end_of(process)
    assert code == 130
    assert "cluster local:2: 2 workers, 2 at a time" in output
    assert len(errors.splitlines()) == 1, errors
    assert gone(kernels)
    assert status_of(hanging) == "interrupted"


def test_progress_comes_cell_by_cell(cluster, home, tmp_path, side, monkeypatch):
    monkeypatch.setattr(fingerprint, "PACKAGE", home / "course_utils")  # which the worker has
    course = course_in(tmp_path / "course", {"one": notebook(NOTE.format(folder=str(side), name="one"), "1 + 1")})
    cluster.add_worker()
    seen = []
    jobs = choose(batch.plan(course, course.chapters), Again.ALL).to_run
    with address_module.cluster_site(cluster.address, None, [].append, jobs) as site:
        [outcome] = run_jobs(
            jobs, site.executor, lambda job, progress: seen.append((job.stem, progress)), None, site.run, site.stop
        )
    assert outcome.status == "ok"
    assert [(stem, progress["cell"], progress["cells"], progress["heading"]) for stem, progress in seen] == [
        ("01_one", 0, 0, "waiting for a worker"),
        ("01_one", 0, 0, "starting"),
        ("01_one", 1, 4, "Title"),
        ("01_one", 2, 4, "Title"),
        ("01_one", 3, 4, "The work"),
        ("01_one", 4, 4, "The work"),
    ]


def refusal(course, address):
    [job] = choose(batch.plan(course, course.chapters), Again.ALL).to_run
    with (
        pytest.raises(CourseError) as caught,
        address_module.cluster_site(address, None, [].append, [job]),
    ):
        raise AssertionError("it was opened")
    return str(caught.value)


def test_no_scheduler_and_no_worker_are_reported(cluster, hanging, monkeypatch):
    monkeypatch.setattr(address_module, "_FIRST_WORKER_S", 1.0)
    with monkeypatch.context() as impatient:
        impatient.setattr(address_module, "_CONNECT_S", 1.0)
        for nowhere in ("tcp://127.0.0.1:9", "tls://127.0.0.1:9"):
            assert refusal(hanging, nowhere).startswith(f"no scheduler answers at {nowhere} (")
    assert refusal(hanging, cluster.address) == (
        f"the scheduler at {cluster.address} has no worker; start some with: dask worker {cluster.address}"
    )
