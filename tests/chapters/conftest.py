"""The tests of one chapter: `pytest tests/chapters/ch15`.

A chapter's folder holds what is its own: `test_claims.py` (claims of the documents that are held by tests),
`answers.py` (known answers to its exercises) and `mutations.yaml`. What must hold of every chapter stands once, in
`every_chapter`, and is collected in each chapter's folder.
"""

import importlib.util
from pathlib import Path

from course_utils.claims import judge
from course_utils.claims.ledger import read_ledger
from course_utils.syllabus import find_course

import nbformat
import numpy as np
import pytest
from held import can_be_judged

HERE = Path(__file__).parent
COURSE = find_course(HERE)
OF_DOCUMENTS = ("claims", "mutations")  # not for a chapter that no document is the source of
EVERY_CHAPTER = sorted((HERE / "every_chapter").glob("*.py"))
pytest.register_assert_rewrite(*(f"tests.chapters.every_chapter.{path.stem}" for path in EVERY_CHAPTER))


class TestsOfEveryChapter(pytest.File):
    """The files of `every_chapter`, seen from a chapter's folder."""

    def collect(self):
        sources = chapter_of(self).sources
        for path in EVERY_CHAPTER:
            if sources or path.stem not in OF_DOCUMENTS:
                name = f"every_{path.stem}"
                nodeid = f"{self.parent.nodeid}/{name}"  # its own, so that processes can share out the files
                yield FileOfEveryChapter.from_parent(self, path=path, name=name, nodeid=nodeid)


class FileOfEveryChapter(pytest.Module):
    """One of these files."""

    @property
    def ihook(self):
        # The hooks of the chapter's folder, `pytest_generate_tests` below among them. For the file's own folder pytest
        # knows none: it has not been there.
        return self.parent.ihook


def pytest_collect_file(file_path, parent):
    return TestsOfEveryChapter.from_parent(parent, path=file_path) if file_path.name == "answers.py" else None


def chapter_of(node):
    """The chapter in whose folder a test was collected."""
    folder = next(one.path.parent for one in node.listchain() if one.path.parent.parent == HERE)
    return COURSE.chapter(int(folder.name.removeprefix("ch")))


@pytest.fixture(scope="module")
def course():
    return COURSE


@pytest.fixture(scope="module")
def chapter(request):
    return chapter_of(request.node)


@pytest.fixture
def notebook(chapter):
    return nbformat.read(chapter.notebook, as_version=4)


@pytest.fixture(scope="module")
def has_outputs(chapter):
    """Skips a test of stored outputs as long as there are none; `complete` says that they are missing."""
    cells = nbformat.read(chapter.notebook, as_version=4).cells
    if not any(cell.get("outputs") for cell in cells):
        pytest.skip(f"no outputs are stored: course store {chapter.number}")


def answers_of(chapter):
    """The module `answers.py` of a chapter, which has

    - RIGHT: the answer to each piece of code and each experiment;
    - WRONG: to each, wrong answers and what their hint says, at least two with hints of their own;
    - PREDICTIONS: to each prediction, what a run may measure, the choice that this supports (None: none), and what is
      said.
    """
    path = HERE / f"ch{chapter.number:02d}" / "answers.py"
    spec = importlib.util.spec_from_file_location(f"answers_{chapter.number:02d}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def answers(chapter):
    return answers_of(chapter)


def pytest_generate_tests(metafunc):
    """Run a test that asks for a `claim`, `exercise`, `wrong_answer` or `prediction` for each one of its chapter."""
    asked = {"claim", "exercise", "wrong_answer", "prediction"} & {*metafunc.fixturenames}
    if not asked:
        return
    chapter = chapter_of(metafunc.definition)
    if "claim" in asked:
        claims = read_ledger(chapter.name).values()
        judged = [claim for claim in claims if claim.held_by != "listed" and can_be_judged(claim)]
        metafunc.parametrize("claim", judged, ids=lambda claim: claim.id)
        return
    known = answers_of(chapter)
    cases = {
        "exercise": [pytest.param((number, *cells), id=number) for number, *cells in exercises(chapter)],
        "wrong_answer": [
            pytest.param((number, answer, hint), id=f"{number} wrong {place}")
            for number, wrong in known.WRONG.items()
            for place, (answer, hint) in enumerate(wrong, 1)
        ],
        "prediction": [
            pytest.param((number, *case), id=f"{number} run {place}")
            for number, runs in known.PREDICTIONS.items()
            for place, case in enumerate(runs, 1)
        ],
    }
    for name in asked:
        metafunc.parametrize(name, cases[name])


def exercises(chapter):
    """(number, source of the answer cell, source of the check cell) for every exercise of a chapter."""
    cells = nbformat.read(chapter.notebook, as_version=4).cells
    named = {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if "nbgrader" in cell.metadata}
    return [
        (name.replace("-", "."), source, named[f"{name}-check"])
        for name, source in named.items()
        if not name.endswith("-check")
    ]


@pytest.fixture(params=[0, 1, 2], ids="seed {}".format)
def rng(request):
    """Random numbers of each of three seeds, which Keras' own draws start from too."""
    import keras

    keras.utils.set_random_seed(request.param)
    return np.random.default_rng(request.param)


@pytest.fixture
def holds():
    """A function that judges a measurement and fails if the claim does not come out as the ledger says."""

    def assert_holds(claim_id, measured=None, /, **settings):
        judgement = judge(claim_id, measured, **settings)
        expected = judgement.claim.expectation()
        assert judgement.verdict in ("reproduced", "confirmed", "erratum"), (
            f"{judgement.verdict}: {judgement.measured}, expected {expected}. {judgement.reason}"
        )

    return assert_holds
