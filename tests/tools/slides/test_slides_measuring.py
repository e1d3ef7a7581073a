"""The faults that the chapters' slide tests look for are found in a deck that has each of them once."""

from course_tools.slides.slides import export_slides
from course_utils.syllabus import find_course

import pytest
from decks import measure
from lectures import PNG, lecture

pytestmark = pytest.mark.slow

SLIDE = (
    '<section data-cells="planted"><div class="frame stacked"><header><h2>Planted</h2></header>'
    '<div class="body" data-cell="planted">{}</div><footer></footer></div></section>'
)
PLANTED = {  # a slide's content, and the fault that must be reported
    '<p style="font-size: 17px">fine print</p>': "text of 17.0 px",
    '<div class="code" style="font-size: 15px"><pre>x = 1</pre></div>': "code of 15.0 px",
    f'<img style="width: 40px" alt="A grey rectangle, nothing else" src="data:image/png;base64,{PNG}">': "scaled to",
    f'<img alt="No description has been provided" src="data:image/png;base64,{PNG}">': "no description",
    f'<img src="data:image/png;base64,{PNG}">': "no description",
    '<div style="height: 900px; flex: none">tall</div>': "too large for the slide",
    '<div style="position: relative; left: 1200px">far right</div>': "too large for the slide",
    '<div class="printed" style="overflow: hidden; width: 300px"><pre>' + "wide " * 50 + "</pre></div>": "too wide",
    "<p>raw \\(x\\) TeX</p>": "not typeset",
    "<p>$\\undefinedmacro{x}$</p>": "MathJax cannot read",
    "": "nothing is on it",
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory, browser):
    root = tmp_path_factory.mktemp("planted")
    lecture(root, "## One\n\nA sentence.")
    course = find_course(root)
    export_slides(course, course.chapters, root / "out")
    [deck] = (root / "out").glob("*.slides.html")
    page = deck.read_text(encoding="utf-8")
    planted = "".join(SLIDE.format(content) for content in PLANTED)
    loads = '<img alt="" src="https://example.org/there.png"><script>console.error("planted")</script>'
    deck.write_text(page.replace("</div></div>\n<script", f"{planted}</div></div>{loads}\n<script"), encoding="utf-8")
    return measure(browser, deck)


def test_every_planted_fault_is_found_on_its_slide(measured):
    clean = measured.slides - len(PLANTED)
    for place, told in enumerate(PLANTED.values(), clean + 1):
        found = [line for line in measured.faults if line.startswith(f"01, slide {place}, cell planted: ")]
        assert any(told in line for line in found), f"{told}: {found}"
    assert not [line for line in measured.faults if int(line.split(",")[1].split()[1]) <= clean]


def test_requests_and_errors_are_found(measured):
    assert measured.outside == ["https://example.org/there.png"]
    assert "planted" in measured.complaints
