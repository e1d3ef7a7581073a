"""The tests of one chapter: `pytest tests/chapters/ch15`.

A chapter's folder holds what is its own: `test_claims.py` (claims of the documents that are held by tests),
`answers.py` (known answers to its exercises) and `mutations.yaml`. What must hold of every chapter stands once, in
`every_chapter`, and is collected in each chapter's folder.
"""

from pathlib import Path

from course_utils.claims import judge
from course_utils.datasets import loading, names

import nbformat
import numpy as np
import pytest
from chapter_folders import COURSE, answers_of, chapter_of

HERE = Path(__file__).parent
OF_DOCUMENTS = ("claims", "mutations")  # not for a chapter that no document is the source of
# The smoke test first: another process does the rest beside it.
EVERY_CHAPTER = sorted((HERE / "every_chapter").glob("*.py"), key=lambda path: (path.stem != "smoke", path.stem))
pytest.register_assert_rewrite(*(f"tests.chapters.every_chapter.{path.stem}" for path in EVERY_CHAPTER))


class TestsOfEveryChapter(pytest.File):
    """The files of `every_chapter`, seen from a chapter's folder."""

    def collect(self):
        sources = chapter_of(self).sources
        for path in EVERY_CHAPTER:
            if sources or path.stem not in OF_DOCUMENTS:
                name = f"every_{path.stem}"
                nodeid = f"{self.parent.nodeid}/{name}"  # its own, so that processes can share out the files
                yield pytest.Module.from_parent(self, path=path, name=name, nodeid=nodeid)


def pytest_collect_file(file_path, parent):
    return TestsOfEveryChapter.from_parent(parent, path=file_path) if file_path.name == "answers.py" else None


@pytest.fixture(scope="module")
def course():
    return COURSE


@pytest.fixture(scope="module")
def chapter(request):
    return chapter_of(request.node)


@pytest.fixture(scope="session")
def keras_home(tmp_path_factory):
    """An empty folder for what Keras downloads; with the same one, all chapters share a server of warm kernels."""
    return tmp_path_factory.mktemp("keras")


@pytest.fixture
def notebook(chapter):
    return nbformat.read(chapter.notebook, as_version=4)


@pytest.fixture(scope="module")
def has_outputs(chapter):
    """Skips a test of stored outputs as long as there are none; `complete` says that they are missing."""
    cells = nbformat.read(chapter.notebook, as_version=4).cells
    if not any(cell.get("outputs") for cell in cells):
        pytest.skip(f"no outputs are stored: course store {chapter.number}")


@pytest.fixture(scope="module")
def answers(chapter):
    return answers_of(chapter)


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


@pytest.fixture
def all_data_at_hand(monkeypatch):
    """As if every data set had been loaded under its own name."""
    monkeypatch.setattr(loading, "_served", {name: name for name in names()})
