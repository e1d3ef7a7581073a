"""The kernel provisioner `course-warm`, which `kernel.json` names and Jupyter calls."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_tools.warm.obstacles import LAUNCHER, obstacle

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of a process that has done the imports or, if that is impossible, the ordinary way."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel.

        Args:
            cmd: The command that starts it the ordinary way.
            **kwargs: Jupyter's arguments for `subprocess.Popen`.
        """
        module = cmd.index("-m") if "-m" in cmd else len(cmd)
        python, launcher, arguments = cmd[:module], cmd[module : module + 2], cmd[module + 2 :]
        if launcher == LAUNCHER and not _keeps_history(arguments, kwargs["env"]):
            arguments = [*arguments, "--HistoryManager.hist_file=:memory:"]
        options = self._scrub_kwargs(kwargs)
        reason = obstacle(launcher, options)
        if not reason:
            from course_tools.warm.client import NoServer, fork_kernel  # not importable on Windows

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
    """Return whether a kernel keeps its history setting: it has one already, or serves a user in JupyterLab.

    nbclient switches the history off, since parallel kernels wait for each other's file, but only for the name python.
    """
    return "JPY_SESSION_NAME" in env or any("HistoryManager" in argument for argument in arguments)
