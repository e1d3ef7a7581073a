"""The reasons why a kernel has to start the ordinary way."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# A GPU's driver does not survive a fork. Files of NVIDIA, AMD, and NVIDIA in WSL.
GPU_FILES = ("dev/nvidia[0-9]*", "dev/kfd", "usr/lib/wsl/lib/libcuda.so*")
LAUNCHER = ["-m", "ipykernel_launcher"]
_CARRIED_OVER = {"env", "cwd", "stdin", "stdout", "stderr"}


def obstacle(launcher: list[str], options: Mapping[str, Any]) -> str | None:
    """Return why a kernel cannot be forked.

    Args:
        launcher: Python's arguments that start it the ordinary way: `-m` and a module.
        options: The options for `subprocess.Popen`, with `env`, the kernel's whole environment.

    Returns:
        The reason, as a clause that follows "since"; None if there is none.
    """
    env = options["env"]
    if env.get("COURSE_WARM") == "0":
        return "COURSE_WARM=0 asks for it"
    if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
        return f"forking is not safe on {sys.platform}"
    if launcher != LAUNCHER:
        return "the kernel is not ipykernel"
    unknown = sorted(set(options) - _CARRIED_OVER)
    if unknown or {subprocess.PIPE, subprocess.STDOUT} & {options.get(name) for name in ("stdin", "stdout", "stderr")}:
        return f"a fork cannot be given {', '.join(unknown) or 'pipes'}"
    if env.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
        return f"KERAS_BACKEND={env['KERAS_BACKEND']} may not be forked"
    if gpu_is_visible(env):
        return "a GPU is visible (CUDA_VISIBLE_DEVICES=-1 hides it)"
    folder = Path(options.get("cwd") or Path.cwd())
    if not folder.is_dir():
        return f"there is no folder {folder}"
    if (folder / "matplotlibrc").exists():
        return f"matplotlib reads {folder / 'matplotlibrc'} while it is imported"
    return None


def gpu_is_visible(env: Mapping[str, str]) -> bool:
    """Return whether a process with this environment would find a GPU."""
    if env.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return False
    return any(path for pattern in GPU_FILES for path in Path("/").glob(pattern))
