"""A batch on a cluster with a real scheduler and workers in separate processes, without a shared folder."""

import json
import sys
from types import SimpleNamespace

from course_tools.jobs import job_folder

import pytest

pytest.importorskip("distributed", reason="dask.distributed is not installed")
if sys.platform == "win32":
    pytest.skip("signals of POSIX", allow_module_level=True)

from local_cluster import KILL_WORKER, NOTE, DaskProcesses, begun, copy_package, end_of
from tiny_course import course_in, notebook

pytestmark = pytest.mark.slow

NOTEBOOKS = {
    "good": "pathlib.Path(os.environ['COURSE_LOG_DIR'], '01_model').mkdir(parents=True)\n"
    "pathlib.Path(os.environ['COURSE_LOG_DIR'], '01_model', 'events').write_bytes(b'curve')\n"
    "pathlib.Path('beside').write_text('x'); pathlib.Path.cwd()",
    "fails": "raise LookupError('no luck')",
    "greedy": "hoard = [b'x' * 2**20 for _ in range(1200)]; time.sleep(300)",
    "unlucky": f"if len(list(pathlib.Path({{folder!r}}).glob('unlucky.*'))) == 1:\n    {KILL_WORKER.splitlines()[0]}\n"
    "    time.sleep(300)",
    "killer": KILL_WORKER,
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Run one batch twice on two workers; the second run continues the first."""
    folder = tmp_path_factory.mktemp("cluster")
    side = folder / "side"
    side.mkdir()

    def book(name, code):
        return notebook(NOTE.format(folder=str(side), name=name), code.format(folder=str(side)))

    course = course_in(folder / "course", {name: book(name, code) for name, code in NOTEBOOKS.items()})
    cluster = DaskProcesses(folder / "dask", copy_package(folder / "home"))
    try:
        for _ in range(2):
            cluster.add_worker("--memory-limit", "1000MB")
        first = end_of(cluster.command(course, "run"))
        found = {one.stem[3:]: one for one in job_folder.read_batch(course.root / "runs" / "quick")}
        times = {name: len(begun(side, name)) for name in NOTEBOOKS}
        second = end_of(cluster.command(course, "run", "1", "4"))
        left = list(cluster.folder.glob("worker*/dask-scratch-space/worker-*/tmp*"))
    finally:
        cluster.close()
    times_then = {name: len(begun(side, name)) for name in NOTEBOOKS}
    return SimpleNamespace(
        first=first, second=second, found=found, times=times, times_then=times_then, course=course, left=left
    )


def test_results_come_back_to_the_instructors_folder(runs):
    code, output, errors = runs.first
    assert code == 1, output + errors  # since three of the notebooks cannot end well
    assert "2 workers, 2 at a time" in output
    good = runs.found["good"]
    assert good.latest.status == "ok"
    assert good.latest == good.finished
    assert good.latest.inputs["hash"]
    executed = json.loads(good.notebook.read_text())
    assert "dask-scratch-space" in "".join(executed["cells"][-1]["outputs"][0]["data"]["text/plain"])
    assert (good.folder / "logs" / "01_model" / "events").read_bytes() == b"curve"
    assert not (runs.course.root / "notebooks" / "beside").exists()
    assert runs.left == []


def test_a_failure_comes_back_with_its_partial_notebook(runs):
    fails = runs.found["fails"]
    assert (fails.latest.status, fails.latest.error.kind) == ("failed", "error")
    assert "no luck" in fails.latest.error.traceback
    assert "fails has begun" in fails.notebook.read_text()


def test_the_memory_limit_holds_for_the_kernel(runs):
    greedy = runs.found["greedy"].latest
    assert greedy.error.kind == "out_of_memory"
    assert "each job may use 954 MB on its worker" in greedy.error.message
    assert runs.times["greedy"] == 1
    assert "greedy has begun" in runs.found["greedy"].notebook.read_text()


def test_the_job_of_a_worker_that_dies_runs_again(runs):
    assert runs.found["unlucky"].latest.status == "ok"
    assert runs.times["unlucky"] == 2


def test_a_job_that_kills_its_workers_is_given_up_after_three(runs):
    killer = runs.found["killer"].latest
    assert (killer.status, killer.error.kind) == ("failed", "gave_up")
    assert "3 workers died while running it (tcp://" in killer.error.message
    assert runs.times["killer"] == 3
    assert runs.times["good"] == runs.times["fails"] == 1


def test_the_same_command_runs_nothing_that_is_done(runs):
    code, output, errors = runs.second
    assert code == 0, errors
    assert "2 runs finished before, with the same inputs: not run again" in output
    assert runs.times_then == runs.times
