import shutil
import tempfile

import pytest


@pytest.fixture(scope="module")
def own_server():
    """A runtime folder, and so servers, of these tests' own; and nothing in the environment that asks for more."""
    folder = tempfile.mkdtemp(prefix="warm")  # pytest's own folders have names too long for a socket
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        patch.setenv("CUDA_VISIBLE_DEVICES", "-1")
        for name in ("KERAS_BACKEND", "COURSE_WARM", "COURSE_WARM_OWNER"):
            patch.delenv(name, raising=False)
        yield folder
    shutil.rmtree(folder)
