"""Measure a deck in a browser: its requests, and the faults of its slides."""

from dataclasses import dataclass, field
from pathlib import Path

from course_tools.slides.browser import open_deck

MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
MOST_CODE = 0.4


@dataclass
class Measured:
    """A browser's measurements of a deck.

    Attributes:
        slides: Number of slides.
        with_code: Number of slides that show code.
        faults: The faults, one line each: chapter, slide, cell, fault.
        outside: Addresses outside its own folder that it requested.
        complaints: Errors and warnings on the browser's console, and files that are missing.
    """

    slides: int = 0
    with_code: int = 0
    faults: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def measure(browser, deck: Path) -> Measured:
    """Open a deck from disk without a network, and measure every slide at 1280 × 720."""
    measured = Measured()
    folder = deck.parent.resolve().as_uri()
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page = context.new_page()

    def asked(request):
        if not request.url.startswith((folder, "data:", "blob:", "about:")):
            measured.outside.append(request.url)

    page.on("request", asked)
    page.on("requestfailed", lambda request: measured.complaints.append(f"not loaded: {request.url}"))
    page.on("pageerror", lambda error: measured.complaints.append(str(error)))
    page.on("console", lambda line: line.type in ("error", "warning") and measured.complaints.append(line.text))
    try:
        open_deck(page, deck)
        found = page.evaluate(MEASURE)
    finally:
        context.close()
    chapter = deck.name[:2]
    measured.slides, measured.with_code = found["slides"], found["withCode"]
    measured.faults = [f"{chapter}, slide {row['slide']}, cell {row['cell']}: {row['text']}" for row in found["faults"]]
    if measured.with_code > MOST_CODE * measured.slides:
        measured.faults.append(
            f"{chapter}: {measured.with_code} of {measured.slides} slides show code, at most {MOST_CODE:.0%} should"
        )
    return measured
