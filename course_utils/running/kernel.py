"""The kernel that notebooks are executed in."""

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets import default


class NativeKernelManager(AsyncKernelManager):
    """Starts the running interpreter's own ipykernel.

    A kernel that someone registered under the name `python3` would win otherwise, and the notebook would run in another
    environment than the command.
    """

    @default("kernel_spec_manager")
    def _native_kernels_only(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[], parent=self)
