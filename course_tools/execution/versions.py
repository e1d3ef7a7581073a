"""The versions and the device of a run, found inside the notebook's kernel after its last cell."""

import platform
import sys

from course_tools.execution.machine import cores


def versions() -> dict[str, str]:
    """Return the versions of Python and of the imported NumPy, Keras and backend, with the device.

    This imports nothing that the notebook has not imported: it would cost seconds and say nothing about the run.

    Returns:
        `python`; `device`, the backend's accelerator, or the number of cores and the processor's family; and, if they
        are imported, `numpy`, `keras`, `backend` (its name) and the backend's version under its name.
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
