"""The kinds of failures are told apart by exit codes and messages."""

from course_tools.jobs.failures import of_cell, of_kernel, of_worker

import pytest


@pytest.mark.parametrize(
    ("name", "message", "kind"),
    [
        ("ValueError", "no luck", "error"),
        ("OSError", "[Errno 28] No space left on device: 'model.keras'", "disk_full"),
        ("OSError", "[Errno 2] No such file or directory", "error"),
        ("ResourceExhaustedError", "model/variables; No space left on device", "disk_full"),
        ("ResourceExhaustedError", "OOM when allocating tensor with shape[100000,100000]", "out_of_memory"),
        ("MemoryError", "Unable to allocate 7.45 GiB", "out_of_memory"),
        ("XlaRuntimeError", "RESOURCE_EXHAUSTED: Out of memory", "out_of_memory"),
    ],
)
def test_an_error_in_a_cell(name, message, kind):
    assert of_cell(name, message, "").kind == kind


@pytest.mark.parametrize(
    ("code", "log", "killed_for_memory", "kind"),
    [
        (3, "", True, "kernel_died"),
        (-9, "", False, "kernel_died"),
        (-9, "", True, "out_of_memory"),
        (-6, "terminate called after throwing an instance of 'std::bad_alloc'", False, "out_of_memory"),
        (None, "", True, "kernel_died"),
    ],
)
def test_a_kernel_that_ended(code, log, killed_for_memory, kind):
    assert of_kernel(code, log, killed_for_memory).kind == kind


@pytest.mark.parametrize(
    ("code", "killed_for_memory", "kind"),
    [(-9, True, "out_of_memory"), (-9, False, "worker_died"), (1, True, "worker_died")],
)
def test_a_worker_that_ended(code, killed_for_memory, kind):
    assert of_worker(code, "", killed_for_memory).kind == kind
