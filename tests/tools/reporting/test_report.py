import base64
import errno
import re

from course_tools.jobs.outcome import Failure
from course_tools.reporting import page, report
from course_tools.reporting.report import write_report
from course_utils.claims.ledger import WRONG, read_ledger
from course_utils.errors import CourseError

import pytest
from batch_folder import EVIL, Page, data, figure, is_harmless, outcome, png, store


def test_nothing_from_a_notebook_becomes_markup(tmp_path):
    everywhere = dict.fromkeys(("id", "statement", "document", "measured", "verdict", "why"), EVIL)
    store(
        tmp_path,
        outcome(
            status="failed",
            title=EVIL,
            profile=EVIL,
            parameters={EVIL: EVIL, "sizes": [EVIL]},
            error=Failure(EVIL, EVIL, EVIL, EVIL),
            claims=[everywhere, {"verdict": [EVIL]}, {}, {"id": {"a": 1}}],
            datasets=[{"name": EVIL}, {}],
            versions={EVIL: EVIL},
            date=EVIL,
            reached={"cell": EVIL, "cells": EVIL, "heading": EVIL},
        ),
        figure(png(), EVIL),
        figure(EVIL, "not a picture at all, but markup"),
        figure(base64.b64encode(b"<svg onload=alert(1)>").decode(), "not a PNG"),
    )
    swept = outcome("02_two.a", title=EVIL, swept=[EVIL], parameters={EVIL: EVIL}, chapter=2)
    store(tmp_path, swept)
    (tmp_path / "<b>broken<b>").mkdir()
    (tmp_path / "<b>broken<b>" / "state.json").write_text("{")
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert is_harmless(page)
    assert "b" not in page.tags
    assert page.tags.count("img") == 1
    assert {value.partition(",")[0] for value in page.values("img", "src")} == {"data:image/png;base64"}
    assert page.values("img", "alt") == [EVIL]
    assert "".join(page.text).count(EVIL) >= 18


def test_the_page_needs_nothing_from_elsewhere(tmp_path):
    store(tmp_path, outcome(), figure(png(), "A figure with a description"))
    text = write_report(tmp_path).read_text(encoding="utf-8")
    page = Page(text)
    assert "http://" not in text
    assert "https://" not in text
    assert is_harmless(page)
    assert page.values("meta", "content")[1].startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline';")
    for address in page.values("a", "href"):
        assert address.startswith("#") or (tmp_path / address).is_file()


def test_the_page_shows_the_outcome_of_each_run(tmp_path):
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
    failure = Failure("MemoryError", "no luck", "line 1\nline 2", "out_of_memory")
    reached = {"cell": 3, "cells": 9, "heading": "The rule"}
    store(tmp_path, outcome("02_two", chapter=2, status="failed", error=failure, reached=reached, attempts=2))
    store(tmp_path, outcome("03_three", chapter=3, status="waiting"))
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert page.after("01_one", 6) == ["ok", "1 min 15 s", "812 MB", "2", "1", "1"]
    assert page.after("02_two")[0] == "failed: out of memory"
    assert page.after("starting the kernel") == ["1.5 s"]
    assert page.after("imports") == ["6.2 s"]
    assert page.after("epochs") == ["3"]
    assert page.after("attempts") == ["2"]
    assert "MemoryError: no luck" in page.words
    assert "line 1\nline 2" in page.words
    assert "It ended in code cell 3 of 9, under “The rule”." in page.words
    assert page.values("img", "alt") == ["First figure", "A figure without a description"]
    heading = " ".join(page.words[page.words.index("3 runs:") :][:6])
    assert {"1 ok", "1 failed", "1 waiting"} == set(re.findall(r"\d \w+", heading)) - {"3 runs"}
    assert {"01_one/01_one.html", "02_two/02_two.partial.html"} <= set(page.values("a", "href"))
    assert "03_three/03_three.html" not in page.values("a", "href")


def test_what_is_wrong_in_a_document_is_explained_from_the_ledger(tmp_path):
    ledger = read_ledger("weight_initialization")
    wrong = next(entry for entry in ledger.values() if entry.status in WRONG and entry.kind == "behaviour")
    good = next(entry for entry in ledger.values() if entry.status == "holds")
    claims = [{"id": wrong.id, "verdict": "erratum"}, {"id": good.id, "verdict": "reproduced"}]
    store(tmp_path, outcome(claims=[*claims, {"id": "nobody.knows", "verdict": "reproduced"}]))
    text = "".join(Page(write_report(tmp_path).read_text(encoding="utf-8")).text)
    assert f"right: {wrong.correct}" in text
    assert f"{wrong.document}, {wrong.chapter}" in text
    assert text.count("right: ") == 1
    assert "nobody.knows" in text


def test_formulas_of_claims_are_set_by_the_browser(tmp_path):
    store(tmp_path, outcome(claims=[{"id": "a", "document": r"$\frac{1}{n}$, $x<y$", "verdict": "reproduced"}]))
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert page.tags.count("math") == 2
    assert "mfrac" in page.tags
    assert "$" not in "".join(page.text)


def test_the_failed_run_is_shown_with_a_link_to_the_good_one_before_it(tmp_path):
    claims = [{"id": "one.x", "verdict": "reproduced"}]
    good = outcome(inputs={"hash": "1"}, claims=claims, metrics={"loss": 0.25})
    store(tmp_path, good, figure(png(), "The good run's figure"))
    failed = {"status": "failed", "error": Failure("E", "no")}
    store(tmp_path, outcome(inputs={"hash": "1"}, **failed), figure(png(), "The failed run's figure"))
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert page.values("img", "alt") == ["The good run's figure"]
    assert page.after("01_one", 4) == ["failed: error", "1 min 15 s", "not measured", "1"]
    assert page.after("loss") == ["0.25"]
    assert any("of the last good run, of" in words for words in page.words)
    store(tmp_path, outcome(inputs={"hash": "2"}, **failed), figure(png(), "The failed run's figure"))
    text = write_report(tmp_path).read_text(encoding="utf-8")
    assert "The failed run" in text
    assert "The good run" not in text
    assert "of the last good run" not in text
    assert {"01_one/01_one.html", "01_one/01_one.partial.html"} <= set(Page(text).values("a", "href"))
    assert "The good run" in (tmp_path / "01_one" / "01_one.html").read_text(encoding="utf-8")


def test_a_sweep_is_a_figure_and_a_table(tmp_path):
    for rate in (0.1, 0.2):
        for seed in range(2):
            claims = [{"id": "one.loss", "verdict": "reproduced", "values": {"measured": rate + seed / 100}}]
            swept = {"swept": ["rate", "seed"], "parameters": {"rate": rate, "seed": seed}, "claims": claims}
            store(tmp_path, outcome(f"01_one.rate={rate}.seed={seed}", **swept), figure(png(), "of one run"))
    broken = {"status": "failed", "error": Failure("E", "no luck"), "parameters": {"rate": 0.3, "seed": 0}}
    store(tmp_path, outcome("01_one.rate=0.3.seed=0", swept=["rate", "seed"], **broken))
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    alts = page.values("img", "alt")
    assert any(alt.startswith("one.loss against rate") for alt in alts)
    assert "of one run" not in alts
    assert page.tags.count("section") == 2, "the sweep, and the run that failed"
    assert "One: sweep over rate, seed" in page.words
    assert "01_one.rate%3D0.1.seed%3D1/01_one.rate%3D0.1.seed%3D1.html" in page.values("a", "href")
    assert "E: no luck" in page.words


def test_sweeps_into_one_folder_that_differ_in_more_than_they_swept(tmp_path):
    """The notebook has a new parameter, another one is given with -p, and the code has changed."""
    for number, parameters in enumerate([{"rate": 0.1}, {"rate": 0.1, "init": "he"}, {"rate": 0.2, "init": "he"}]):
        inputs = {"code": str(number > 0), "package": "p", "versions": {}}
        fields = {"swept": ["seed"], "date": f"2026-01-0{number + 1}T00:00:00", "inputs": inputs}
        store(tmp_path, outcome(f"01_one.{number}", parameters=parameters | {"seed": number}, **fields))
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert "One: sweep over rate, init, seed" in page.words
    assert any(words.startswith("1 of 3 runs used other code than the last one") for words in page.words)


def test_images_of_other_types_are_figures_too(tmp_path):
    drawing = data({"image/svg+xml": {"alt": "a drawing"}}, **{"image_svg+xml": "<svg></svg>", "text_plain": "x"})
    store(tmp_path, outcome(), drawing, figure(png(), "a picture"))
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert page.values("img", "alt") == ["a drawing", "a picture"]


def test_an_unwritable_directory_does_not_remove_other_runs_from_the_report(tmp_path, monkeypatch):
    store(tmp_path, outcome(), figure(png(), "of the first"))
    store(tmp_path, outcome("02_two", chapter=2), figure(png(), "of the second"))
    write = page.write_text

    def refuse(path, text):
        if path.parent.name == "01_one":
            raise PermissionError(errno.EACCES, "Permission denied")
        write(path, text)

    monkeypatch.setattr(page, "write_text", refuse)
    shown = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert shown.values("img", "alt") == ["of the first", "of the second"]
    assert "01_one/01_one.html" not in shown.values("a", "href")
    assert "02_two/02_two.html" in shown.values("a", "href")


def test_figures_that_would_make_the_page_too_large_are_left_out(tmp_path, monkeypatch):
    store(tmp_path, outcome(), figure(png(), "small"))
    store(tmp_path, outcome("02_two", chapter=2), figure(png(), "small"), figure(png(), "small too"))
    monkeypatch.setattr(report, "MOST_BYTES_OF_FIGURES", 2 * len(png()) + 60)
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert page.values("img", "alt") == ["small"]
    assert any(text.startswith("2 figures are only on the notebook's page") for text in page.words)


@pytest.mark.parametrize("broken", ["{", "[]", '{"cells": [1]}', '{"cells": [{"cell_type": "code", "outputs": 3}]}'])
def test_a_file_that_is_not_a_notebook_does_not_stop_the_report(tmp_path, broken):
    store(tmp_path, outcome())
    (tmp_path / "01_one" / "01_one.ipynb").write_text(broken)
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert "01_one/01_one.html" not in page.values("a", "href")


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "markdown", "source": "text", "outputs": 3},
        {"cell_type": "code", "source": "1", "outputs": [{"output_type": "display_data", "data": {"image/png": 5}}]},
    ],
)
def test_figures_that_cannot_be_read_do_not_stop_the_report(tmp_path, cell):
    store(tmp_path, outcome(), figure(png(), "Lost beside the broken one"), cells=[cell])
    page = Page(write_report(tmp_path).read_text(encoding="utf-8"))
    assert "01_one/01_one.html" in page.values("a", "href")
    assert page.values("img", "alt") == []


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(CourseError, match="holds no results"):
        write_report(tmp_path)
    with pytest.raises(CourseError, match="there is no folder"):
        write_report(tmp_path / "nowhere")


def test_an_old_report_stays_when_the_new_one_cannot_be_written(tmp_path):
    store(tmp_path, outcome(), data(text_plain="x"))
    (tmp_path / "report.html").mkdir()
    with pytest.raises(CourseError, match=r"report.html cannot be written"):
        write_report(tmp_path)
    assert not list(tmp_path.glob(".*"))
