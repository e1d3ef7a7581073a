"""Jupyter's way in: the kernel provisioner `course-warm`, which `kernel.json` names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_tools.warm.obstacles import LAUNCHER, obstacle

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of a process that has the imports behind it; where that cannot be, as always."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel.

        Args:
            cmd: What starts it the ordinary way.
            **kwargs: Arguments of `subprocess.Popen`, as Jupyter gives them.
        """
        module = cmd.index("-m") if "-m" in cmd else len(cmd)
        python, launcher, arguments = cmd[:module], cmd[module : module + 2], cmd[module + 2 :]
        if launcher == LAUNCHER and not _keeps_history(arguments, kwargs["env"]):
            arguments = [*arguments, "--HistoryManager.hist_file=:memory:"]
        options = self._scrub_kwargs(kwargs)
        reason = obstacle(launcher, options)
        if not reason:
            from course_tools.warm.client import NoServer, fork_kernel  # which Windows could not import

            try:
                self.process = await fork_kernel(python, arguments, options)
            except NoServer as error:
                reason = str(error)
                self.log.warning("No warm start: %s", reason)
        if reason:
            self.log.debug("An ordinary start, since %s", reason)
            return await super().launch_kernel([*python, *launcher, *arguments], **kwargs)
        self.pid = self.process.pid
        self.pgid = None  # signals go through `process`, which knows whether the group is still the kernel's
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info


def _keeps_history(arguments: list[str], env: Mapping[str, str]) -> bool:
    """Whether a kernel's history is decided on already, or is a person's, who looks things up in it in JupyterLab.

    nbclient asks kernels for none, since many at a time wait for each other's, but only those that are called python.
    """
    return "JPY_SESSION_NAME" in env or any("HistoryManager" in argument for argument in arguments)
