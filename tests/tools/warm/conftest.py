import shutil
import tempfile
from contextlib import suppress

import psutil
import pytest


@pytest.fixture(scope="module")
def own_server():
    """Give these tests their own runtime folder, and so their own servers, and a neutral environment."""
    folder = tempfile.mkdtemp(prefix="warm")  # the names of pytest's own folders are too long for a socket
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        patch.setenv("CUDA_VISIBLE_DEVICES", "-1")
        for name in ("KERAS_BACKEND", "COURSE_WARM", "COURSE_WARM_OWNER"):
            patch.delenv(name, raising=False)
        yield folder
    for process in psutil.process_iter(["cmdline"]):
        if any(word.startswith(folder) for word in process.info["cmdline"] or ()):
            with suppress(psutil.NoSuchProcess):
                process.kill()
    shutil.rmtree(folder, ignore_errors=True)  # a server that is just ending removes its files itself
