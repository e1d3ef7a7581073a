"""TensorBoard on a batch: its runs' curves, histograms and text samples side by side."""

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from course_utils.errors import CourseError


def serve(folder: Path, port: int | None, say: Callable[[str], None]) -> None:
    """Serve TensorBoard on this machine alone until Ctrl-C or SIGTERM.

    Args:
        folder: A batch's folder, or any other with TensorBoard's files in or below it.
        port: Port to listen on; the first free one from 6006 if None.
        say: Receives the lines for the person at the terminal.

    Raises:
        CourseError: There is no such folder, nothing in it to show, or the port is taken.
    """
    if not folder.is_dir():
        raise CourseError(f"there is no folder {folder}; name one that `course run` wrote to")
    if next(folder.rglob("events.out.tfevents.*"), None) is None:
        raise CourseError(
            f"{folder} holds nothing for TensorBoard: no run in it has trained a Keras model yet; name the folder of "
            "one that has (`course run` writes TensorBoard's files wherever a notebook trains)"
        )
    # Where this module exists TensorBoard does without TensorFlow, which takes seconds and prints start-up notes.
    sys.modules["tensorboard.compat.notf"] = ModuleType("tensorboard.compat.notf")
    from tensorboard import program

    board = program.TensorBoard()
    # A training's curves and histograms are files of their own in one directory: all of them are to be read.
    words = ["--logdir", str(folder), "--reload_multifile", "true", "--window_title", f"TensorBoard: {folder.name}"]
    words += ["--load_fast", "true" if _reads_fast() else "false"]  # left to itself it prints a note about its choice
    board.configure(argv=["tensorboard", *words, *(["--port", str(port)] if port is not None else [])])
    ended = threading.Event()
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        say(f"TensorBoard of {folder}: {board.launch()} (Ctrl-C ends it)")
        while not ended.wait(1):  # in steps, since Windows handles no signal during a wait
            continue
    except program.TensorBoardServerException as error:
        raise CourseError(f"TensorBoard cannot start: {' '.join(str(error).split())}; name another --port") from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    say("TensorBoard has ended.")


def _reads_fast() -> bool:
    """Whether TensorBoard's own server for data is there, which has no build for Windows."""
    from tensorboard.data import server_ingester

    try:
        server_ingester.get_server_binary()
    except server_ingester.NoDataServerError:
        return False
    return True
