"""Downloading from several mirrors, with limits on the time spent waiting."""

import hashlib
import http.client
import queue
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from course_utils.datasets.manifest import DataFile
from course_utils.files import write_bytes

CONNECT_SECONDS = 5.0  # for all mirrors together, until one of them answers
SILENCE_SECONDS = 5.0  # between two pieces of a file
# CIFAR-10's own host sends at 50 kB/s. Nobody should wait an hour in front of a silent cell.
LONGEST_DOWNLOAD_SECONDS = 900.0
JUDGE_SPEED_AFTER_SECONDS = 20.0


class DownloadFailed(Exception):
    """No mirror gave the file; says why for each."""


def fetch(files: tuple[DataFile, ...]) -> tuple[DataFile, bytes]:
    """Download the first file that a mirror gives with the right checksum.

    Args:
        files: The files, any of which will do.

    Returns:
        The file and its bytes.

    Raises:
        DownloadFailed: No mirror gave one.
    """
    by_url = {url: file for file in files for url in file.urls}
    reasons = {}
    for url, answer in _answers(list(by_url)):
        try:
            if isinstance(answer, Exception):
                raise answer
            data = _read(answer)
        except (OSError, http.client.HTTPException) as error:
            reasons[url] = _reason(error)
            continue
        if hashlib.sha256(data).hexdigest() == by_url[url].sha256:
            return by_url[url], data
        reasons[url] = "sent a file with a wrong checksum"
    silent = f"did not answer within {CONNECT_SECONDS:g} s"
    failures = dict.fromkeys(f"{urlsplit(url).hostname} {reasons.get(url, silent)}" for url in by_url)
    raise DownloadFailed("; ".join(failures))


def _answers(urls: list[str]) -> Iterator[tuple[str, http.client.HTTPResponse | Exception]]:
    """Ask one mirror after the other; yield responses and errors as they arrive.

    A mirror that hangs does not block the next one, which is asked in parallel. Threads, because the look-up of a host
    name has no timeout; daemons, so that none of them keeps the process from ending.
    """
    answers: queue.SimpleQueue = queue.SimpleQueue()

    def ask(url: str) -> None:
        request = urllib.request.Request(url, headers={"User-Agent": "course-utils"})
        try:
            answers.put((url, urllib.request.urlopen(request, timeout=SILENCE_SECONDS)))
        except (OSError, http.client.HTTPException) as error:
            answers.put((url, error))

    ahead, pending, seconds_left = deque(urls), 0, CONNECT_SECONDS
    while ahead or pending:
        if ahead:
            threading.Thread(target=ask, args=(ahead.popleft(),), daemon=True).start()
            pending += 1
        begun = time.monotonic()
        try:
            answer = answers.get(timeout=max(seconds_left, 0) / (len(ahead) + 1))
        except queue.Empty:
            if not ahead:
                return
            continue
        finally:
            seconds_left -= time.monotonic() - begun
        pending -= 1
        yield answer


def _read(response: http.client.HTTPResponse) -> bytes:
    size = response.length or 0
    data = bytearray()
    begun = time.monotonic()
    with response:
        while piece := response.read1(1 << 16):
            data += piece
            seconds = time.monotonic() - begun
            needed = seconds * size / len(data) if size else seconds
            if seconds > JUDGE_SPEED_AFTER_SECONDS and needed > LONGEST_DOWNLOAD_SECONDS:
                raise OSError(f"is so slow that the download would take {needed / 60:.0f} minutes")
    if size and len(data) != size:
        raise OSError(f"broke off after {len(data):,} of {size:,} bytes")
    return bytes(data)


def _reason(error: Exception) -> str:
    match error:
        case HTTPError():
            return f"answered {error.code} {error.reason}"
        case TimeoutError():
            return f"was silent for {SILENCE_SECONDS:g} s"
        case URLError():
            return f"could not be reached ({getattr(error.reason, 'strerror', None) or error.reason})"
        case OSError():
            return str(error) if error.errno is None else f"broke off ({error.strerror})"
        case _:
            return f"broke off ({type(error).__name__})"


def store(data: bytes, path: Path) -> bool:
    """Write a file atomically, so that no other process ever sees half of it.

    Args:
        data: The whole file.
        path: Its path; the folder is created if needed.

    Returns:
        Whether the file could be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, data)
    except OSError:
        return False
    return True
