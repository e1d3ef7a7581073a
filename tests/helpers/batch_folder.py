"""Make batch folders by hand, and parse pages."""

import base64
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

from course_tools.jobs.outcome import Outcome

from PIL import Image

EVIL = "<script>window.pwned=1;alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"


class Page(HTMLParser):
    """Collects the tags, attributes and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.in_style = False
        self.feed(text)
        self.words = [text.strip() for text in self.text if text.strip()]

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.in_style = tag == "style"
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        if not self.in_style:
            self.text.append(data)
        self.in_style = False

    def values(self, tag, name):
        return [value for one, attribute, value in self.attributes if (one, attribute) == (tag, name)]

    def after(self, word, count=1):
        """Return the strings that follow a string of the page."""
        place = self.words.index(word)
        return self.words[place + 1 : place + 1 + count]


def png(size=(4, 3)):
    buffer = io.BytesIO()
    Image.new("RGB", size, "grey").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def outcome(stem="01_one", **fields):
    known = {
        "chapter": 1,
        "stem": stem,
        "title": "One",
        "profile": "quick",
        "parameters": {},
        "status": "ok",
        "seconds": 75.0,
        "date": "2030-01-02T03:04:05+00:00",
    }
    return Outcome(**known | fields)


def store(folder: Path, one: Outcome, *outputs, cells=()):
    """Store a run as a batch does: an `ok` run as the finished result, any other beside it."""
    job = folder / one.stem
    job.mkdir(parents=True, exist_ok=True)
    one.save(job / "state.json")
    name = f"{one.stem}.partial.ipynb"
    if one.status == "ok":
        one.save(job / "finished.json")
        name = f"{one.stem}.ipynb"
    code = {"cell_type": "code", "metadata": {}, "source": "1", "execution_count": 1, "outputs": list(outputs)}
    (job / name).write_text(json.dumps({"cells": [code, *cells], "metadata": {}}))


def data(metadata=None, **content):
    """Return an output; MIME types have `_` for `/`."""
    mimes = {mime.replace("_", "/", 1): one for mime, one in content.items()}
    return {"output_type": "display_data", "data": mimes, "metadata": metadata or {}}


def figure(content, alt):
    return data({"image/png": {"alt": alt}}, image_png=content)


def is_harmless(page: Page):
    """Return whether nothing in a page runs or loads."""
    kinds = {"script", "iframe", "object", "embed", "link", "base", "form", "svg", "animate", "video", "audio"}
    loaded = [value or "" for _, name, value in page.attributes if name in ("src", "srcset")]
    linked = [value or "" for _, name, value in page.attributes if name in ("href", "action")]
    return (
        not kinds & set(page.tags)
        and not [name for _, name, _ in page.attributes if name.startswith("on")]
        and all(one.startswith("data:image/") for one in loaded)
        and all(re.match(r"data:image/|#|https?://|mailto:|\.\./|\d\d_", one) for one in linked)
    )
