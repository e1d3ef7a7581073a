"""A warm kernel behaves like an ordinary one. All tests here share one server, which this process owns."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from course_tools.execution.kernel import NativeKernelManager

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from processes import runs
from warm_notebooks import PARENT, SERVER, client, kernels_of, notebook, printed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only"),
    pytest.mark.usefixtures("own_server"),
]

# Figures made in all usual ways; then facts that a kernel knows about itself; then a training.
SAME = (
    "import matplotlib.pyplot as plt, numpy as np\nplt.plot([1, 2]); None",
    "fig, ax = plt.subplots()\nax.plot([3, 1])\nplt.show()",
    "for number in range(2):\n    plt.figure()\n    plt.plot([number])",
    "%matplotlib inline\nplt.plot([1]); None",
    "fig, ax = plt.subplots()\nplt.close(fig)\nfig",
    "import matplotlib\nprint(matplotlib.get_backend(), plt.rcParams['figure.dpi'], plt.isinteractive())",
    "import os, resource, signal, sys\n"
    "print(sys.argv[0], sys.path, sys.flags, os.getcwd(), __name__, os.getpgid(0) == os.getsid(0) == os.getpid())\n"
    "print([resource.getrlimit(one) for one in range(16)], os.nice(0), os.sched_getaffinity(0))\n"
    "print([signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)])\n"
    "print(sorted(name for name in sys.modules if name.partition('.')[0] == 'course_utils'))",
    "import course_utils.display, tensorflow as tf, logging\n"
    "tf.get_logger().warning('seen in the notebook')\nlogging.warning('this too')",
    # which imports change as well
    "print(sorted((name, value) for name, value in os.environ.items() if name != 'JPY_PARENT_PID'))",
    "import keras\n"
    "keras.utils.set_random_seed(3)\n"
    "model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, 'relu'), keras.layers.Dropout(0.5),"
    " keras.layers.Dense(1)])\n"
    "model.compile('adam', 'mse')\n"
    "fitted = model.fit(np.random.rand(256, 8), np.random.rand(256, 1), epochs=2, verbose=0)\n"
    "print(fitted.history['loss'], tf.random.uniform(()).numpy(), np.random.rand())",
)


def told(output):
    """Return the text of an output; for an image, only its type."""
    data = output.get("data", {})
    return output.output_type, output.get("name"), output.get("text"), data.get("text/plain"), sorted(data)


def test_the_same_notebook_shows_the_same_under_an_ordinary_kernel_and_a_warm_one(tmp_path):
    warm = client(notebook(*SAME, PARENT), tmp_path).execute()
    ordinary = client(notebook(*SAME, PARENT), tmp_path, "python3", kernel_manager_class=NativeKernelManager).execute()
    assert printed(warm.cells[-1]).strip() == SERVER
    assert printed(ordinary.cells[-1]).strip() != SERVER
    for warm_cell, ordinary_cell in zip(warm.cells[:-1], ordinary.cells[:-1], strict=True):
        assert [*map(told, warm_cell.outputs)] == [*map(told, ordinary_cell.outputs)], warm_cell.source
    images = [output for cell in warm.cells for output in cell.outputs if "image/png" in output.get("data", {})]
    assert len(images) == 6


DRAWN = (
    "import keras, random, numpy as np, tensorflow as tf\n"
    "print(random.random(), np.random.rand(), float(keras.random.uniform(())), float(tf.random.uniform(())),"
    " float(tf.random.get_global_generator().uniform(())), float(keras.initializers.GlorotUniform()((1, 1))[0, 0]))\n"
    "model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])\n"
    "model.compile('sgd', 'mse')\n"
    "model.fit(np.ones((64, 2)), np.ones((64, 3)), verbose=0)\n"
    "import time; open(str(__import__('os').getpid()), 'w').close()\n"
    "while len(__import__('os').listdir('.')) < 2: time.sleep(0.01)  # until the other has got as far\n"
    "print(__import__('os').getppid())"
)


def test_two_kernels_of_one_server_train_at_the_same_time_and_draw_different_numbers(tmp_path):
    async def both():
        clients = [client(notebook(DRAWN), tmp_path, timeout=120) for _ in range(2)]
        return await asyncio.gather(*(one.async_execute() for one in clients))

    (first, one_server), (second, same_server) = (printed(book.cells[0]).splitlines() for book in asyncio.run(both()))
    assert one_server == same_server
    assert len(first.split()) == 6
    assert set(first.split()).isdisjoint(second.split())


def test_a_kernel_that_dies_is_dead_with_its_exit_code(tmp_path):
    for code, exit_code in (("import os; os._exit(3)", 3), ("import os; os.kill(os.getpid(), 9)", -9)):
        dying = client(notebook(code), tmp_path)
        with dying.setup_kernel():
            provisioner = dying.km.provisioner
            with pytest.raises(DeadKernelError):
                dying.execute_cell(dying.nb.cells[0], 0)
            assert asyncio.run(provisioner.poll()) == exit_code


LEFT_OPEN = """
import atexit, threading, time
left = open("left open", "w")
left.write("written")
class Circle:
    def __init__(self):
        self.itself, self.file = self, open("in a circle", "w")
    def __del__(self):
        self.file.write("written")
circle = Circle()
atexit.register(lambda: open("at exit", "w").write("written"))
threading.Thread(target=lambda: (time.sleep(0.5), open("by a thread", "w").write("written"))).start()
"""


@pytest.mark.parametrize(
    "how", [{}, {"kernel": "python3", "kernel_manager_class": NativeKernelManager}], ids=["warm", "ordinary"]
)
def test_a_kernel_that_ends_flushes_open_files(tmp_path, how):
    one = client(notebook(LEFT_OPEN), tmp_path, **how)
    one.create_kernel_manager().shutdown_wait_time = 120
    one.execute()
    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert written == dict.fromkeys(["left open", "in a circle", "at exit", "by a thread"], "written")


def test_a_cell_that_takes_too_long_is_a_time_out(tmp_path):
    with pytest.raises(CellTimeoutError):
        client(notebook("import time; time.sleep(300)"), tmp_path, timeout=2).execute()


@pytest.fixture
def kernel():
    manager, channels = start_new_kernel(kernel_name="course-warm")
    yield manager, channels
    channels.stop_channels()
    manager.shutdown_kernel(now=True)


def replied(channels, code):
    """Return a kernel's reply to code, and its printed output."""
    text = []

    def hook(message):
        text.append(message["content"].get("text", ""))

    return channels.execute_interactive(code, output_hook=hook, timeout=60)["content"], "".join(text).strip()


def test_an_interrupt_ends_the_cell_and_not_the_kernel(kernel):
    manager, channels = kernel
    replied(channels, "kept = 5; import subprocess, time")
    # The child process is interrupted too, as in a terminal, but only after the cell has stored it. The cell does not
    # wait for the child, since an interrupt at that moment may lose its exit code.
    code = "child = subprocess.Popen(['sleep', '300']); print('waits', end=''); time.sleep(300)"
    request = channels.execute(code, stop_on_error=False)  # else it may abort what comes right after an error
    while channels.get_iopub_msg(timeout=60)["content"].get("text") != "waits":
        pass
    manager.interrupt_kernel()
    reply = channels.get_shell_msg(timeout=60)
    assert (reply["parent_header"]["msg_id"], reply["content"]["ename"]) == (request, "KeyboardInterrupt")
    assert replied(channels, "print(kept, child.wait())")[1] == f"5 {-signal.SIGINT}"
    assert manager.is_alive()


@pytest.mark.parametrize("now", [True, False], ids=["at once", "asked"])
def test_a_restarted_kernel_has_forgotten_everything_and_a_shut_down_one_is_gone(kernel, now):
    manager, channels = kernel
    _, before = replied(channels, "kept = 5; import os; print(os.getpid(), os.getppid())")
    manager.restart_kernel(now=now)
    channels.wait_for_ready(timeout=60)
    _, after = replied(channels, "import os; print(os.getpid(), os.getppid())")
    assert before.split()[0] != after.split()[0]
    assert before.split()[1] == after.split()[1]
    assert replied(channels, "kept")[0]["ename"] == "NameError"
    manager.shutdown_kernel(now=now)
    assert not manager.is_alive()
    assert not any(runs(int(line.split()[0])) for line in (before, after))


def test_environment_folder_and_streams_are_the_requested_ones(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    with (tmp_path / "errors").open("wb") as errors:
        env = os.environ | {"COURSE_DATASETS": "over there", "JPY_SESSION_NAME": "a notebook of JupyterLab"}
        streams = {"stdout": subprocess.DEVNULL, "stderr": errors}
        manager, channels = start_new_kernel(kernel_name="course-warm", env=env, cwd=tmp_path.name, **streams)
    _, text = replied(
        channels,
        "import os; print(os.getcwd(), os.environ['COURSE_DATASETS'], get_ipython().history_manager.hist_file)",
    )
    folder, *datasets, history = text.split()
    assert (folder, datasets) == (str(tmp_path), ["over", "there"])
    assert history != ":memory:"  # a person's
    # ipykernel captures these two itself, but not if a test has started it.
    replied(channels, "os.write(1, b'not there'); os.write(2, b'written at the very end')")
    channels.stop_channels()
    manager.shutdown_kernel()
    assert (tmp_path / "errors").read_text().endswith("written at the very end")
    assert "not there" not in (tmp_path / "errors").read_text()


def test_nbval_finds_it_by_name(tmp_path):
    book = notebook(PARENT)
    book.cells[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"{SERVER}\n")]
    book.cells[0].execution_count = 1
    nbformat.write(book, tmp_path / "one.ipynb")
    options = ["-q", "-p", "no:cacheprovider", "-o", "addopts=", "--nbval", "--nbval-kernel-name", "course-warm"]
    words = ["-m", "pytest", *options, "one.ipynb"]
    ended = subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout
    assert "1 passed" in ended.stdout


def test_jupyterlab_s_server_starts_and_restarts_it(tmp_path):
    from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

    async def session():
        managers = AsyncMappingKernelManager(root_dir=str(tmp_path))
        number = await managers.start_kernel(kernel_name="course-warm", path="", env=dict(os.environ))
        one = managers.get_kernel(number)
        first = one.provisioner.process.pid
        await managers.restart_kernel(number)
        second = one.provisioner.process.pid
        alive = await one.is_alive()
        await managers.shutdown_all()
        return first, second, alive

    first, second, alive = asyncio.run(session())
    assert alive and first != second
    assert not runs(first) and not runs(second)


def test_an_invalid_request_gets_no_kernel_and_disturbs_no_other(kernel, own_server):
    _, channels = kernel
    server = int(replied(channels, "import os; print(os.getppid())")[1])
    [path] = Path(own_server).glob("course-warm/*.sock")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    before = kernels_of(server)
    request = {"arguments": [], "env": {}, "cwd": "/", "owner": os.getpid()}
    for sent in (b"", b"\0", b"\0nonsense\n", b"\0{}\n", b"\0" + json.dumps(request).encode() + b"\n"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            connection.sendall(sent)  # without the streams of a request
            connection.shutdown(socket.SHUT_WR)
            with suppress(ConnectionResetError):  # which means the same
                assert connection.recv(100) == b""
    for owner in ("x", -1, 0, None, True, 2**40):
        with socket.socket(socket.AF_UNIX) as connection, Path(os.devnull).open("w") as nothing:
            connection.connect(str(path))
            socket.send_fds(connection, [b"\0"], [nothing.fileno()] * 2)
            connection.sendall(json.dumps(request | {"owner": owner}).encode() + b"\n")
            assert connection.recv(100) == b""
    assert kernels_of(server) == before
    assert replied(channels, "print('as before')")[1] == "as before"
    assert "got nothing" in path.with_suffix(".log").read_text()
    path.with_suffix(".log").write_text("")
