"""The figures in a notebook's outputs, as data URLs."""

import base64
import binascii
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from course_tools.reporting.safe import NO_DESCRIPTION

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}


@dataclass(frozen=True)
class Figure:
    """A figure as a data URL, with its description for those who cannot see it."""

    address: str
    alt: str


def figures(notebook: dict[str, Any]) -> Iterator[Figure]:
    """Yield the figures among a notebook's outputs; invalid images are left out.

    Args:
        notebook: As read from its JSON.
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            for mime, content in output.get("data", {}).items():
                address = data_url(mime, "".join(content)) if mime.startswith("image/") else None
                if address:
                    yield Figure(address, description(output, mime))
                    break


def data_url(mime: str, content: str) -> str | None:
    """Return the data URL of an image in a notebook; None if it is not an image that a page can show.

    Args:
        mime: The MIME type, such as `image/png`.
        content: The image in base64; for SVG, its source.
    """
    if mime == "image/svg+xml":  # in an <img> an SVG can neither run scripts nor load anything
        return f"data:{mime};base64,{base64.b64encode(content.encode('utf-8', 'backslashreplace')).decode('ascii')}"
    if mime not in _FORMATS:
        return None
    from PIL import Image

    try:
        raw = base64.b64decode("".join(content.split()), validate=True)
        with Image.open(io.BytesIO(raw), formats=[_FORMATS[mime]]) as image:
            image.verify()
    # Pillow reports a broken PNG as SyntaxError; an image with too many pixels is too large for a browser too.
    except (binascii.Error, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return f"data:{mime};base64,{base64.b64encode(raw).decode('ascii')}"


def description(output: dict[str, Any], mime: str) -> str:
    """Return the description that an output's author gave."""
    about = output.get("metadata", {}).get(mime, {})
    return str((about.get("alt") if isinstance(about, dict) else None) or NO_DESCRIPTION)
