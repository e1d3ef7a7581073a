"""The parts of a cluster that can be tested without one."""

import sys
import threading
from concurrent.futures import CancelledError
from pathlib import Path
from types import SimpleNamespace

from course_tools import HOW_TO_INSTALL
from course_tools.cluster import cluster as instructor
from course_tools.cluster.address import check_address
from course_tools.cluster.gate import job_slot
from course_tools.cluster.remote import Parcel
from course_tools.cluster.worker_check import differences
from course_tools.jobs.outcome import Job
from course_utils.claims.record import read_record
from course_utils.errors import CourseError
from course_utils.syllabus import find_course

import pytest
from processes import wait_for


@pytest.mark.parametrize(
    "address", ["host", "tcp://host", "host:8786", "local:0", "local:x", "tcp://:1", "http://a:1", ""]
)
def test_an_invalid_address_is_refused(address):
    with pytest.raises(CourseError, match="tcp://host:8786, or local:4"):
        check_address(address)


@pytest.mark.parametrize("address", ["tcp://host:8786", "tls://10.0.0.1:1", "tcp://[::1]:8786", "local:1", "local:12"])
def test_a_valid_address_is_accepted(address):
    pytest.importorskip("distributed", reason="dask.distributed is not installed")
    check_address(address)


def test_without_dask_the_error_tells_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match=rf"--cluster needs dask\.distributed .*; {HOW_TO_INSTALL}"):
        check_address("local:2")


HERE = {
    "python": "3.12",
    "package": "abc",
    "tools": "def",
    "chapters": {"ch01": "123"},
    "versions": {"backend": "jax", "jax": "1"},
    "data": {"mnist": "0" * 64},
}


def test_an_equal_worker_has_no_differences():
    more = {"data": {"mnist": "0" * 64, "cifar10": "1" * 64}, "chapters": {"ch01": "123", "ch02": "456"}}
    assert differences(HERE | more, HERE) == []


def test_differences_name_what_differs():
    there = {
        "python": "3.13",
        "package": "abd",
        "tools": "dee",
        "chapters": {"ch01": "321"},
        "versions": {"backend": "jax", "jax": "2", "keras": "3"},
        "data": {},
    }
    assert differences(there, HERE) == [
        "another Python (3.13 there, 3.12 here)",
        "another version of the package course_utils (abd there, abc here)",
        "another version of the package course_tools (dee there, def here)",
        "another folder course_utils/chapters/ch01 (321 there, 123 here)",
        "another jax (2 there, 1 here)",
        "another keras (3 there, none here)",
        "other data under the name mnist (none there, 000000000000 here)",
    ]


@pytest.fixture
def cluster():
    """Return the instructor's side without a connection."""
    pytest.importorskip("distributed", reason="dask.distributed is not installed")
    made = object.__new__(instructor.Cluster)
    made.client, made.name = SimpleNamespace(status="running"), "tcp://host:1"
    made._stopping, made._broken, made._needs = threading.Event(), None, HERE
    return made


def test_a_worker_gets_the_files_that_a_chapter_reads(tmp_path):
    """Chapter 00 links to the other chapters, and shows measurements of their full runs."""
    course = find_course(Path(__file__).parents[3])
    first, *others = [chapter for chapter in course.chapters if chapter.notebook]
    job = Job(first.number, first.file_stem, first.title, first.notebook, tmp_path)
    for path, content in Parcel.of(job, "topic", HERE).course.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    there = find_course(tmp_path)
    assert there.chapter(first.number).notebook.read_bytes() == first.notebook.read_bytes()
    for chapter in others:
        sent = there.chapter(chapter.number)
        assert read_record(there, sent) == read_record(course, chapter)
        assert sent.notebook.stat().st_size < 100_000


class LostOnce:
    """A future whose worker ends before its result is fetched, so that it is computed again."""

    def __init__(self, how):
        self.how, self.asked, self.was_cancelled = how, 0, False
        self.status = "finished"

    def done(self):
        return True

    def exception(self, timeout):
        return None

    def result(self, timeout):
        self.asked += 1
        if self.asked == 1:
            raise self.how
        return "came back"

    def cancel(self):
        self.was_cancelled = True


@pytest.mark.parametrize("how", [TimeoutError(), CancelledError()], ids=repr)
def test_a_lost_result_is_waited_for(cluster, how):
    future = LostOnce(how)
    assert cluster._follow(None, future) == "came back"
    assert future.asked == 2


def test_partial_results_within_the_grace_period_are_accepted(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(instructor, "GRACE_S", 0.3)
    cluster._stopping.set()
    came = LostOnce(None)
    came.asked = 1
    assert cluster._follow(None, came) == "came back"
    job = Job(1, "01_one", "One", tmp_path / "one.ipynb", tmp_path)
    for silent in (LostOnce(TimeoutError()), LostOnce(None)):
        silent.status = "finished" if silent.how else "pending"
        assert cluster._follow(job, silent).outcome.status == "interrupted"
        assert silent.was_cancelled


def test_a_scheduler_of_another_python_is_refused(cluster):
    cluster.client.get_versions = lambda: {"scheduler": {"host": {"python": "3.13.1.final.0"}}}
    with pytest.raises(CourseError, match=r"scheduler at tcp://host:1 runs Python 3\.13, but this is Python 3\.12"):
        cluster.check()


def enter(exclusive, inside, leave, is_wanted=lambda: True):
    def hold():
        with job_slot(exclusive, is_wanted) as is_held:
            if is_held:
                inside.append(exclusive)
                leave.wait(60)
                inside.remove(exclusive)

    thread = threading.Thread(target=hold)
    thread.start()
    return thread


@pytest.mark.parametrize(("first", "second"), [(False, True), (True, False), (True, True)])
def test_a_job_that_lost_a_worker_runs_alone(first, second):
    inside, leave_first, leave_second = [], threading.Event(), threading.Event()
    one = enter(first, inside, leave_first)
    wait_for(lambda: inside, "the entry of the first")
    other = enter(second, inside, leave_second)
    other.join(0.3)
    assert inside == [first]
    leave_first.set()
    one.join(60)
    wait_for(lambda: inside, "the entry of the second")
    assert inside == [second]
    leave_second.set()
    other.join(60)
    assert inside == []


def test_no_job_begins_before_a_waiting_exclusive_one():
    inside, leave_first, leave_others = [], threading.Event(), threading.Event()
    first = enter(False, inside, leave_first)
    wait_for(lambda: inside, "the entry of the first")
    exclusive = enter(True, inside, leave_others)
    exclusive.join(0.3)
    later = enter(False, inside, leave_others)
    later.join(0.3)
    assert inside == [False]
    leave_first.set()
    wait_for(lambda: inside == [True], "the entry of the exclusive one")
    leave_others.set()
    for thread in (first, exclusive, later):
        thread.join(60)
    assert inside == []


def test_other_jobs_run_side_by_side_and_a_cancelled_one_stops_waiting():
    inside, leave, wanted = [], threading.Event(), [True]
    threads = [enter(False, inside, leave) for _ in range(2)]
    wait_for(lambda: len(inside) == 2, "the entry of both")
    waiting = enter(True, inside, leave, lambda: wanted[0])
    waiting.join(0.3)
    assert waiting.is_alive()
    wanted[0] = False
    waiting.join(60)
    assert not waiting.is_alive()
    assert inside == [False, False]
    leave.set()
    for thread in threads:
        thread.join(60)
