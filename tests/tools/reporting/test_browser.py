"""Pages of a hostile notebook in a real browser: nothing from the notebook runs, and no request leaves the page."""

from pathlib import Path

from course_tools.execution.runner import run_job
from course_tools.jobs.outcome import Job
from course_tools.reporting.report import write_report
from course_utils.display import CLAIM_MIME, DATASET_MIME

import nbformat
import pytest
from batch_folder import figure, outcome, png, store

pytestmark = pytest.mark.slow

ELSEWHERE = "https://elsewhere.invalid"
# Each reports "pwned" in its own way: window variable, dialog, console, request.
SCRIPT = f"window.pwned=1;document.title='pwned';console.log('pwned');fetch('{ELSEWHERE}');alert(1)"
EVIL = (
    f"<script>{SCRIPT}</script>"
    f'<img src=x onerror="{SCRIPT}"><img src="{ELSEWHERE}/x.png">'
    f'<svg onload="{SCRIPT}"><script>{SCRIPT}</script><animate onbegin="{SCRIPT}" attributeName=x dur=1s></svg>'
    f'<iframe src="{ELSEWHERE}"></iframe><iframe srcdoc="&lt;script&gt;parent.pwned=1&lt;/script&gt;"></iframe>'
    f'<object data="{ELSEWHERE}"></object><embed src="{ELSEWHERE}"><video src="{ELSEWHERE}" autoplay></video>'
    f'<details open ontoggle="{SCRIPT}">x</details><input autofocus onfocus="{SCRIPT}">'
    f"<style>@import '{ELSEWHERE}/x.css'; body {{ background: url({ELSEWHERE}/y.png) }}</style>"
    f'<link rel="stylesheet" href="{ELSEWHERE}/z.css"><base href="{ELSEWHERE}">'
    f'<p style="background:url({ELSEWHERE}/p.png)" lang="<img onclick=alert(1) x">p</p>'
    f'<a href="javascript:{SCRIPT}" id="link">link</a>'
)
REFRESH = f'<meta http-equiv="refresh" content="0;url={ELSEWHERE}">'
LINKS = (
    f"[one](javascript:{SCRIPT}) ![two](javascript:{SCRIPT}) <javascript:{SCRIPT}>\n\n"
    f"[three](data:text/html,{EVIL.replace(' ', '%20')}) ![four]({ELSEWHERE}/four.png)\n\n"
    f"$\\text{{{EVIL}}}$ $\\href{{javascript:{SCRIPT}}}{{x}}$\n\n```{EVIL}\n{EVIL}\n```\n"
)
CODE = f"""
from IPython.display import HTML, SVG, Javascript, Markdown, display, publish_display_data as emit
evil, links = {EVIL!r}, {LINKS!r}
print(evil)
import sys; print(evil, file=sys.stderr)
display(HTML(evil), Markdown(evil), Markdown(links), Javascript({SCRIPT!r}))
emit({{'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg">' + evil + '</svg>', 'text/plain': evil}})
emit({{'text/html': evil, 'text/plain': ''}}, {{'text/html': {{'isolated': True}}}})
emit({{'text/latex': evil}}), emit({{'application/vnd.jupyter.widget-view+json': {{'model_id': evil}}}})
emit({{'image/png': {png()!r}}}, {{'image/png': {{'alt': evil, 'width': evil}}}})
row = dict.fromkeys(('id', 'statement', 'document', 'measured', 'verdict', 'why'), evil)
row['verdict'] += str(seed)
emit({{{CLAIM_MIME!r}: [row], 'text/plain': evil}}), emit({{{DATASET_MIME!r}: {{'name': evil}}, 'text/plain': ''}})
raise type(evil, (Exception,), {{}})(evil)
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return report and notebook page of a batch with one hostile notebook."""
    root = tmp_path_factory.mktemp("hostile")
    v4 = nbformat.v4
    seed = v4.new_code_cell("seed: int = 0", metadata={"tags": ["parameters"]})
    cells = [
        seed,
        v4.new_markdown_cell(EVIL + REFRESH),
        v4.new_markdown_cell(LINKS),
        v4.new_raw_cell(EVIL),
        v4.new_code_cell(CODE),
    ]
    kernelspec = {"name": "python3", "display_name": EVIL, "language": "python"}
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": {EVIL: EVIL}, "version_major": 2}}
    metadata = {"kernelspec": kernelspec, "widgets": widgets, "title": EVIL}
    nbformat.write(v4.new_notebook(cells=cells, metadata=metadata), root / "evil.ipynb")
    job = Job(
        chapter=1,
        stem="01_evil",
        title=EVIL,
        notebook=root / "evil.ipynb",
        out=root / "out",
        defaults={EVIL: EVIL},
        parameters={"seed": 1},
    )
    outcome = run_job(job)
    assert outcome.status == "failed"
    assert EVIL in outcome.error.message
    report = write_report(root / "out")
    return {"report": report, "notebook": report.parent / "01_evil" / "01_evil.partial.html"}


class Watched:
    """A page that records everything that a script could do."""

    def __init__(self, browser, *, bypass_csp: bool):
        self.context = browser.new_context(bypass_csp=bypass_csp)
        self.page = self.context.new_page()
        self.seen, self.failed = [], []
        self.context.on("request", self._request)
        self.context.on(
            "requestfailed", lambda request: self.failed.append((f"request {request.url}", request.failure))
        )
        self.context.on("page", lambda page: self.seen.append(f"window {page.url}") if page != self.page else None)
        self.page.on("dialog", lambda dialog: (self.seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("console", lambda message: self.seen.append(f"console {message.text}"))
        self.page.on("download", lambda download: self.seen.append(f"download {download.url}"))

    def _request(self, request):
        if not request.url.startswith("data:image/") and request.url != self.address:
            self.seen.append(f"request {request.url}")

    def open(self, path: Path) -> list[str]:
        """Open a page, unfold everything, and wait for late effects."""
        self.address = path.as_uri()
        self.page.goto(self.address, timeout=120_000)
        self.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        self.page.wait_for_timeout(500)
        if self.page.evaluate("window.pwned") or self.page.title() == "pwned" or self.page.url != self.address:
            self.seen.append("a script ran")
        return self.seen


@pytest.mark.parametrize("bypass_csp", [True, False], ids=["by what is in it", "by its policy too"])
@pytest.mark.parametrize("name", ["report", "notebook"])
def test_nothing_on_a_hostile_notebook_s_page_runs(browser, pages, name, bypass_csp):
    watched = Watched(browser, bypass_csp=bypass_csp)
    assert watched.open(pages[name]) == []
    links = watched.page.eval_on_selector_all("a[href], area[href]", "all => all.map(one => one.href)")
    assert [link for link in links if not link.startswith(("file:", "http:", "https:"))] == []
    assert "<script>window.pwned=1" in watched.page.inner_text("body")
    watched.context.close()


def test_the_policy_stops_what_slips_through(browser, pages, tmp_path):
    harmless = pages["notebook"].read_text(encoding="utf-8")
    slipped = tmp_path / "slipped.html"
    slipped.write_text(harmless.replace("<main>", f"<main>{EVIL}", 1))
    without = Watched(browser, bypass_csp=True)
    assert "a script ran" in without.open(slipped), "otherwise the attacks above would prove nothing"
    without.context.close()
    watched = Watched(browser, bypass_csp=False)
    seen = [line for line in watched.open(slipped) if "Content Security Policy" not in line]
    held_back = [line for line, reason in watched.failed if reason == "csp"]
    watched.context.close()
    assert len(held_back) >= 5
    assert [line for line in seen if line not in held_back] == []


def test_a_figure_opens_and_closes_by_keyboard(browser, tmp_path):
    from batch_folder import figure, outcome, store

    store(tmp_path, outcome(), figure(png((400, 300)), "What there is to see"))
    page = browser.new_page()
    page.goto(write_report(tmp_path).as_uri(), timeout=120_000)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    small = page.locator(".figures img").bounding_box()["height"]
    page.keyboard.press("Enter")
    assert page.locator(".figures img").bounding_box()["height"] > small
    assert page.get_by_text("What there is to see").is_visible()
    page.keyboard.press("Enter")
    assert page.locator(".figures img").bounding_box()["height"] == small
    page.close()


def test_nothing_is_cut_off_on_paper(browser, tmp_path):
    long = {"output_type": "stream", "name": "stdout", "text": "\n".join(map(str, range(300)))}
    store(tmp_path, outcome(), figure(png(), "What there is to see"), long)
    report = write_report(tmp_path)
    page = browser.new_page()
    page.goto(report.as_uri())
    assert not page.locator(".figures p").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".figures p").is_visible()
    page.goto((tmp_path / "01_one" / "01_one.html").as_uri())
    heights = "pre => [pre.scrollHeight, pre.clientHeight]"
    pre = page.locator(".output pre").last
    whole, shown = pre.evaluate(heights)
    assert shown == whole > 3000
    page.emulate_media(media="screen")
    whole, shown = pre.evaluate(heights)
    assert shown < whole
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_text_can_be_read_on_every_screen(browser, pages, scheme, width):
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    for path in pages.values():
        page.goto(path.as_uri(), timeout=120_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path.name} is wider than the screen"
        ground, ink = page.evaluate(
            "(style => [style.backgroundColor, style.color])(getComputedStyle(document.body))"
            ".map(colour => colour.match(/\\d+/g).slice(0, 3).map(Number))"
        )
        dark = sum(ground) < sum(ink)
        assert dark == (scheme == "dark")
        assert abs(sum(ground) - sum(ink)) > 500
    context.close()
