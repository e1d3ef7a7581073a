import base64
import io
import json
from html.parser import HTMLParser

from course_utils.display import CLAIM_MIME, DATASET_MIME
from course_utils.errors import CourseError
from course_utils.running import batch
from course_utils.running.outcome import Failure, Outcome
from course_utils.running.report import write_report
from course_utils.running.runner import run_job

import pytest
from PIL import Image
from tiny_course import notebook


class Page(HTMLParser):
    """Collects the tags, attributes and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_data(self, data):
        self.text.append(data)


def png(size=(4, 3)):
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def outcome(**fields):
    known = {
        "chapter": 1,
        "stem": "01_one",
        "title": "One",
        "profile": "quick",
        "parameters": {},
        "status": "ok",
        "seconds": 75.0,
        "date": "2030-01-02T03:04:05+00:00",
    }
    return Outcome(**known | fields)


def store(folder, one, *outputs):
    one.save(folder)
    suffix = ".ipynb" if one.status == "ok" else ".failed.ipynb"
    cells = [{"cell_type": "code", "metadata": {}, "outputs": list(outputs)}]
    (folder / f"{one.stem}{suffix}").write_text(json.dumps({"cells": cells}))


def figure(content, alt):
    return {"data": {"image/png": content}, "metadata": {"image/png": {"alt": alt}}}


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"


def test_nothing_from_a_notebook_becomes_markup(tmp_path):
    everywhere = dict.fromkeys(("id", "statement", "document", "measured", "verdict", "why", "detail"), EVIL)
    store(
        tmp_path,
        outcome(
            status="failed",
            title=EVIL,
            profile=EVIL,
            parameters={EVIL: EVIL, "sizes": [EVIL]},
            error=Failure(EVIL, EVIL, EVIL),
            claims=[everywhere, {"verdict": [EVIL]}, {}],
            datasets=[{"name": EVIL}],
            versions={EVIL: EVIL},
            date=EVIL,
        ),
        figure(png(), EVIL),
        figure(EVIL, "not a picture at all, but markup"),
        figure(base64.b64encode(b"<svg onload=alert(1)>").decode(), "not a PNG"),
    )
    (tmp_path / "<b>broken<b>.json").write_text("{")
    page = Page(write_report(tmp_path).read_text())
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert page.tags.count("img") == 1
    assert [name for _, name, _ in page.attributes if name.startswith("on")] == []
    assert {value.partition(",")[0] for _, name, value in page.attributes if name == "src"} == {"data:image/png;base64"}
    assert ("img", "alt", EVIL) in page.attributes
    assert "".join(page.text).count(EVIL) >= 15


def test_what_a_notebook_prints_and_raises_goes_all_the_way_escaped(make_course):
    course = make_course(
        one=notebook(
            "from IPython.display import publish_display_data as emit\n"
            f"evil = {EVIL!r}\nprint(evil)\n"
            f"emit({{{CLAIM_MIME!r}: {{'id': evil, 'verdict': evil, 'statement': evil}}, 'text/plain': ''}})\n"
            f"emit({{{DATASET_MIME!r}: {{'name': evil}}, 'text/html': evil}})\n"
            f"emit({{'image/png': {png()!r}}}, {{'image/png': {{'alt': evil}}}})\n"
            "raise type(evil, (Exception,), {})(evil)"
        )
    )
    [job] = batch.plan(course, course.chapters, given=[("dataset", EVIL)])
    assert run_job(job).error.message == EVIL
    page = Page(write_report(job.out).read_text())
    assert "script" not in page.tags
    assert page.tags.count("img") == 1
    assert [name for _, name, _ in page.attributes if name.startswith("on")] == []


def test_the_page_loads_nothing_and_runs_nothing(tmp_path):
    store(tmp_path, outcome(), figure(png(), "A figure with a description"))
    text = write_report(tmp_path).read_text()
    page = Page(text)
    assert "http://" not in text
    assert "https://" not in text
    assert not {"script", "link", "iframe", "object"} & set(page.tags)
    policy = next(value for tag, name, value in page.attributes if tag == "meta" and "default-src" in (value or ""))
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_the_page_says_what_each_run_came_to(tmp_path):
    verdicts = ["reproduced", "reproduced", "differs", "not comparable"]
    claims = [{"id": f"one.{number}", "verdict": verdict} for number, verdict in enumerate(verdicts)]
    store(
        tmp_path,
        outcome(
            claims=claims, peak_bytes=812_000_000, start_seconds=1.5, import_seconds=6.25, parameters={"epochs": 3}
        ),
        figure(png(), "First figure"),
        figure([png()[:20], png()[20:]], None),
        figure(png()[:-24], "a PNG that was cut off"),
    )
    store(tmp_path, outcome(stem="02_two", chapter=2, status="failed", error=Failure("E", "no luck", "line 1\nline 2")))
    page = Page(write_report(tmp_path).read_text())
    words = [text.strip() for text in page.text if text.strip()]
    start = words.index("01_one")
    assert words[start : start + 7] == ["01_one", "ok", "1 min 15 s", "812 MB", "2", "1", "1"]
    assert words[words.index("of it to start the kernel") + 1] == "1.5 s"
    assert words[words.index("of it for imports") + 1] == "6.2 s"
    assert words[words.index("epochs") + 1] == "3"
    assert "E: no luck" in words
    assert "line 1\nline 2" in words
    alts = [value for tag, name, value in page.attributes if (tag, name) == ("img", "alt")]
    assert alts == ["First figure", "A figure without a description"]
    assert "02_two.failed.ipynb" in [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")]


def test_the_failed_run_is_shown_and_not_the_good_one_before_it(tmp_path):
    store(tmp_path, outcome(), figure(png(), "The good run's figure"))
    store(tmp_path, outcome(status="failed", error=Failure("E", "no")), figure(png(), "The failed run's figure"))
    text = write_report(tmp_path).read_text()
    assert "The failed run" in text
    assert "The good run" not in text


def test_a_folder_without_results_is_told(tmp_path):
    with pytest.raises(CourseError, match="holds no results"):
        write_report(tmp_path)
    with pytest.raises(CourseError, match="there is no folder"):
        write_report(tmp_path / "nowhere")


def test_an_old_report_stays_when_the_new_one_cannot_be_written(tmp_path):
    store(tmp_path, outcome())
    (tmp_path / "report.html").mkdir()
    with pytest.raises(CourseError, match=r"report.html cannot be written"):
        write_report(tmp_path)
    assert not list(tmp_path.glob(".*"))
