"""What a run ran on. Called inside the notebook's kernel when its last cell has ended."""

import platform
import sys

from course_tools.execution.machine import cores


def versions() -> dict[str, str]:
    """Versions of Python and of what the notebook has imported of NumPy and Keras, with the backend and the device.

    Nothing is imported here that the notebook has not imported: it would cost seconds and say nothing about the run.

    Returns:
        `python`, `device` (the accelerator that the backend has, or the number of cores and the processor's family),
        and where they were imported `numpy`, `keras`, `backend` (its name) and the backend's version under its name.
    """
    count = cores()
    found = {
        "python": platform.python_version(),
        "device": f"{count} CPU core{'s'[: count > 1]} ({platform.machine()})",
    }
    if "numpy" in sys.modules:
        found["numpy"] = sys.modules["numpy"].__version__
    if "keras" in sys.modules:
        keras = sys.modules["keras"]
        name = keras.backend.backend()
        found |= {"keras": keras.__version__, "backend": name, name: sys.modules[name].__version__}
        accelerator = _accelerator(name)
        if accelerator:
            found["device"] = accelerator
    return found


def _accelerator(backend: str) -> str | None:
    module = sys.modules[backend]
    if backend == "tensorflow":
        gpus = module.config.list_physical_devices("GPU")
        return module.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU") if gpus else None
    if backend == "jax":
        first = module.devices()[0]
        return None if first.platform == "cpu" else first.device_kind
    return None
