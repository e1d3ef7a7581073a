"""The kernels that execute notebooks."""

from collections.abc import Sequence
from typing import Any

from course_tools.jobs.outcome import Job
from course_tools.warm.provisioner import WarmProvisioner

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

WARM_KERNEL_NAME = "course-warm"


class NativeKernelManager(AsyncKernelManager):
    """Starts the running interpreter's own ipykernel.

    Otherwise a kernel that someone registered under the name `python3` would win, and the notebook would run in another
    environment than the command.
    """

    @default("kernel_spec_manager")
    def _native_kernels_only(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[], parent=self)


class WarmKernelManager(NativeKernelManager):
    """Starts the same kernel, if possible as a fork of a process that has done the imports."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs | {"kernel_name": NATIVE_KERNEL_NAME})
        self.provisioner = WarmProvisioner(kernel_spec=self.kernel_spec, parent=self)


def kernel_name(jobs: Sequence[Job]) -> str:
    """Return the name of the kernel for a batch: warm if at least two notebooks use the package, and thus Keras.

    A notebook that uses neither would wait for imports that it does not need; a single one waits for them anyway.
    """
    gaining = [job for job in jobs if b"course_utils" in job.notebook.read_bytes()]
    return WARM_KERNEL_NAME if len(gaining) > 1 else NATIVE_KERNEL_NAME
