"""Reading the course's files, and writing files atomically."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError

_MERGED = "if it was merged, look for lines that begin with <<<<<<< in it"


def read_text(path: Path) -> str:
    """Read a text file in UTF-8.

    Raises:
        CourseError: The file cannot be read, or is not valid UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is not valid UTF-8 ({error.reason}); save it in UTF-8") from error


def read_json(path: Path, *needed: str) -> dict[str, Any]:
    """Read a JSON object.

    Args:
        path: The file.
        *needed: Keys that the object must have.

    Raises:
        CourseError: The file cannot be read, or holds something else.
    """
    try:
        content = json.loads(read_text(path))
    except ValueError as error:
        raise CourseError(f"{path} is not valid JSON ({error}); {_MERGED}") from error
    if not isinstance(content, dict) or not content.keys() >= set(needed):
        wanted = f" with the keys {', '.join(needed)}" if needed else ""
        raise CourseError(f"{path} should hold a JSON object{wanted}; restore it")
    return content


def read_yaml(path: Path) -> Any:
    """Read a YAML file.

    Raises:
        CourseError: The file cannot be read, or is not valid YAML.
    """
    import yaml

    try:
        return yaml.load(read_text(path), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError) as error:  # ValueError: an impossible date
        raise CourseError(f"{path} is not valid YAML: {' '.join(str(error).split())}; {_MERGED}") from error


def write_json(path: Path, content: Any) -> None:
    """Write JSON as `write_bytes` does.

    Raises:
        CourseError: The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}") from error


def write_text(path: Path, text: str) -> None:
    """Write a string in UTF-8 as `write_bytes` does.

    A lone surrogate in a notebook, which UTF-8 cannot encode, becomes `\\ud800`, which JSON reads back as it was.
    """
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file atomically: a reader sees the old one or the new one, never half of it, even after a power cut.

    Raises:
        OSError: The file cannot be written; the old one is unchanged, and no other file is left.
    """
    # Not the process id: containers that share a folder have the same ones.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
