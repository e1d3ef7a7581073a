"""The parts of a cluster that need none."""

import sys
import threading

from course_utils.errors import CourseError
from course_utils.running.cluster.connecting import check_address
from course_utils.running.cluster.fitness import differences
from course_utils.running.cluster.gate import admitted

import pytest


@pytest.mark.parametrize(
    "address", ["host", "tcp://host", "host:8786", "local:0", "local:x", "tcp://:1", "http://a:1", ""]
)
def test_an_address_that_is_none(address):
    with pytest.raises(CourseError, match="tcp://host:8786, or local:4"):
        check_address(address)


@pytest.mark.parametrize("address", ["tcp://host:8786", "tls://10.0.0.1:1", "tcp://[::1]:8786", "local:1", "local:12"])
def test_an_address(address):
    pytest.importorskip("distributed", reason="dask.distributed is not installed (pip install -e '.[cluster]')")
    check_address(address)


def test_without_dask_it_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CourseError, match=r"--cluster needs dask\.distributed .* pip install -e '\.\[cluster\]'"):
        check_address("local:2")


HERE = {"package": "abc", "versions": {"backend": "jax", "jax": "1"}, "data": {"mnist": "0" * 64}}


def test_a_worker_that_has_the_same_has_no_differences():
    assert differences(HERE | {"data": {"mnist": "0" * 64, "cifar10": "1" * 64}}, HERE) == []


def test_differences_name_what_differs():
    there = {"package": "abd", "versions": {"backend": "jax", "jax": "2", "keras": "3"}, "data": {}}
    assert differences(there, HERE) == [
        "another version of the package course_utils (abd there, abc here)",
        "another jax (2 there, 1 here)",
        "another keras (3 there, none here)",
        "other data under the name mnist (none there, 000000000000 here)",
    ]


def enter(alone, inside, leave, is_wanted=lambda: True):
    def hold():
        with admitted(alone, is_wanted) as there_is_room:
            if there_is_room:
                inside.append(alone)
                leave.wait(60)
                inside.remove(alone)

    thread = threading.Thread(target=hold)
    thread.start()
    return thread


@pytest.mark.parametrize(("first", "second"), [(False, True), (True, False), (True, True)])
def test_a_job_that_lost_a_worker_runs_alone(first, second):
    inside, leave_first, leave_second = [], threading.Event(), threading.Event()
    one = enter(first, inside, leave_first)
    while not inside:
        one.join(0.01)
    other = enter(second, inside, leave_second)
    other.join(0.3)
    assert inside == [first]
    leave_first.set()
    one.join(60)
    while not inside:
        other.join(0.01)
    assert inside == [second]
    leave_second.set()
    other.join(60)
    assert inside == []


def test_others_run_side_by_side_and_one_that_is_not_wanted_stops_waiting():
    inside, leave, wanted = [], threading.Event(), [True]
    threads = [enter(False, inside, leave) for _ in range(2)]
    while len(inside) < 2:
        threads[0].join(0.01)
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
