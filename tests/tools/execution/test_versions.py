import sys
from types import SimpleNamespace

from course_tools.execution import machine
from course_tools.execution.versions import versions

import numpy as np
import pytest


def fake_backend(name, gpus):
    if name == "jax":
        platform = SimpleNamespace(platform="gpu" if gpus else "cpu", device_kind="GPU of a test")
        return SimpleNamespace(__version__="1.2", devices=lambda: [platform])
    experimental = SimpleNamespace(get_device_details=lambda gpu: {"device_name": "GPU of a test"})
    config = SimpleNamespace(list_physical_devices=lambda kind: gpus, experimental=experimental)
    return SimpleNamespace(__version__="1.2", config=config)


@pytest.mark.parametrize("name", ["tensorflow", "jax"])
@pytest.mark.parametrize("gpus", [[], ["gpu:0"]])
def test_versions_name_the_backend_and_the_device(monkeypatch, name, gpus):
    backend = SimpleNamespace(backend=lambda: name)
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(__version__="3.1", backend=backend))
    monkeypatch.setitem(sys.modules, name, fake_backend(name, gpus))
    found = versions()
    assert found.pop("python").startswith("3.")
    device = "GPU of a test" if gpus else f"{machine.cores()} CPU core"
    assert found.pop("device").startswith(device)
    assert found == {"numpy": np.__version__, "keras": "3.1", "backend": name, name: "1.2"}


def test_what_the_notebook_did_not_import_is_not_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    assert "backend" not in versions()
    assert "keras" not in sys.modules
