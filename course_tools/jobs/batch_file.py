"""`batch.json` in a batch's folder: the command, the times, and the process that runs it."""

import json
import os
import platform
from pathlib import Path
from typing import Any

from course_utils.files import write_text

BATCH = "batch.json"


def describe_batch(folder: Path, facts: dict[str, Any]) -> None:
    """Write the facts about a folder's last batch, with the process that runs it.

    Raises:
        OSError: It cannot be written.
    """
    owner = {"pid": os.getpid(), "host": platform.node()}
    write_text(folder / BATCH, json.dumps({"owner": owner, **facts}, indent=1, ensure_ascii=False) + "\n")


def read_batch_facts(folder: Path) -> dict[str, Any]:
    """Return what `describe_batch` wrote; empty if it cannot be read."""
    try:
        facts = json.loads((folder / BATCH).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
