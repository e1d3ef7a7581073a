"""A headless Chromium, which prints decks and lets the tests look at them."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_tools import HOW_TO_INSTALL
from course_utils.errors import CourseError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# If Playwright has no browser of its own: commands of Linux packages, then browsers that users install.
_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_CHANNELS = ("chrome", "msedge")
START_S = 120  # Playwright's default of 30 is too short on a busy machine
READY_S = 60  # a deck's formulas are typeset in a second or two


@contextmanager
def open_browser() -> Iterator["Browser"]:
    """Start a Chromium, Chrome or Edge without a window, and end it.

    Raises:
        CourseError: There is no such browser, or Playwright is not installed.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise CourseError(f"printing needs Playwright, which is not installed; {HOW_TO_INSTALL}") from error
    with sync_playwright() as playwright:
        reasons = []
        for found in _browsers(playwright):
            try:
                browser = playwright.chromium.launch(timeout=START_S * 1000, **found)
                break
            except Error as error:  # this one does not start; the next one may
                reasons.append(error.message.splitlines()[0])
        else:
            raise CourseError(
                "no Chromium, Chrome or Edge starts here; install one (apt install chromium, or "
                f"playwright install chromium). Tried: {'; '.join(reasons)}"
            )
        try:
            yield browser
        finally:
            browser.close()


def _browsers(playwright: Any) -> Iterator[dict[str, Any]]:
    """Yield ways to start a browser: Playwright's own, then those of the system."""
    if Path(playwright.chromium.executable_path).exists():
        yield {}
    yield from ({"executable_path": path} for name in _COMMANDS if (path := shutil.which(name)))
    yield from ({"channel": channel} for channel in _CHANNELS)


def open_deck(page: "Page", deck: Path, query: str = "") -> None:
    """Open a deck from disk, and wait until its formulas are typeset.

    Args:
        page: The page of a browser.
        deck: The deck's file.
        query: What to add to its address, such as `?handout`.

    Raises:
        CourseError: The deck does not open in time.
    """
    from playwright.sync_api import Error

    try:
        page.goto(deck.resolve().as_uri() + query, timeout=READY_S * 1000)
        page.wait_for_selector("html[data-ready]", state="attached", timeout=READY_S * 1000)
    except Error as error:
        raise CourseError(f"{deck.name} does not open in the browser: {error.message.splitlines()[0]}") from error
