"""One HTML page of everything that a folder of runs holds. Nothing on it is loaded from elsewhere, no script runs."""

import base64
import binascii
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.running.outcome import Outcome, write_text
from course_utils.running.tables import VERDICTS, duration, verdict_counts

FILE_NAME = "report.html"


@dataclass(frozen=True)
class Figure:
    """A PNG of a notebook, in base64, with its description."""

    png: str
    alt: str


@dataclass(frozen=True)
class Entry:
    """What the page says about one run: its outcome, and the notebook it comes from, if that is there."""

    outcome: Outcome
    notebook: str | None
    figures: list[Figure]
    counts: Counter


def write_report(folder: Path) -> Path:
    """Make `report.html` of the outcomes and notebooks in a folder.

    Args:
        folder: Where `course run` put its results.

    Returns:
        The page's path.

    Raises:
        CourseError: The folder has no results, or cannot be written.
    """
    # Jinja2 is needed here alone, and `course list` must not wait for it.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    if not folder.is_dir():
        raise CourseError(f"there is no folder {folder}; name one that `course run` wrote to")
    entries, unread = [], []
    for path in sorted(folder.glob("[!.]*.json")):
        try:
            outcome = Outcome.load(path)
        except (ValueError, TypeError):
            unread.append(path.name)
        else:
            entries.append(_entry(folder, path.stem, outcome))
    if not entries:
        raise CourseError(f"{folder} holds no results of `course run`")
    environment = Environment(
        loader=PackageLoader("course_utils.running", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"duration": duration, "megabytes": lambda size: f"{size / 1e6:.0f} MB"}
    page = environment.get_template("report.html.j2").render(
        entries=entries,
        unread=unread,
        verdicts=VERDICTS,
        failed=sum(entry.outcome.status != "ok" for entry in entries),
        counts=sum((entry.counts for entry in entries), Counter()),
        seconds=sum(entry.outcome.seconds for entry in entries),
        profiles=sorted({entry.outcome.profile for entry in entries}),
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )
    target = folder / FILE_NAME
    try:
        write_text(target, page)
    except OSError as error:
        raise CourseError(f"{target} cannot be written: {error.strerror}") from error
    return target


def _entry(folder: Path, stem: str, outcome: Outcome) -> Entry:
    name = f"{stem}.ipynb" if outcome.status == "ok" else f"{stem}.failed.ipynb"
    try:
        notebook = json.loads((folder / name).read_text(encoding="utf-8"))
        found = list(figures(notebook))
    except (OSError, ValueError, KeyError):  # a run may fail before it has a notebook; the page says that there is none
        return Entry(outcome, None, [], verdict_counts(outcome))
    return Entry(outcome, name, found, verdict_counts(outcome))


def figures(notebook: dict[str, Any]) -> Iterator[Figure]:
    """The PNG figures among a notebook's outputs; what only claims to be PNG is left out.

    Args:
        notebook: As read from its JSON.
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            content = output.get("data", {}).get("image/png")
            png = _png("".join(content)) if content else None
            if png:
                alt = output.get("metadata", {}).get("image/png", {}).get("alt")
                yield Figure(png, str(alt or "A figure without a description"))


def _png(text: str) -> str | None:
    from PIL import Image

    try:
        content = base64.b64decode("".join(text.split()), validate=True)
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            image.verify()
    except (binascii.Error, OSError, SyntaxError, ValueError):  # SyntaxError is how Pillow reports a broken PNG
        return None
    return base64.b64encode(content).decode("ascii")
