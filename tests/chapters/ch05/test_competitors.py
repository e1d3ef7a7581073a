"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

import time
from itertools import pairwise
from types import SimpleNamespace

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest
from cells import Verdicts, compiled, verdicts_of, without_pictures

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


@pytest.fixture
def loops_and_matrices():
    """The cells up to both networks, run on a few random images in batches of 8."""
    X = np.random.default_rng(0).standard_normal((40, 6)).astype("float32")
    names = {"x_book": X, "x_train": X, "y_book": np.eye(3)[np.arange(40) % 3], "sizes": [6, 5, 3], "batch_size": 8}
    names = {"seed": 0, "pairwise": pairwise, "time": time, "claim": Verdicts()} | without_pictures() | names
    cells = ("sigmoid", "backprop", "start", "numeric", "book-network", "vectorised", "vectorised-class")
    exec(compiled(5, *cells), names)
    return names


@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_two_networks_that_are_not_updated_do_not_agree(loops_and_matrices):
    names = loops_and_matrices
    exec(compiled(5, "same-run"), names)
    exec(compiled(5, "same-run"), names | {"batch_size": 50})  # more than there are images
    for network in ("BookNetwork", "Vectorised"):
        names[network].update_params = lambda *_: None
    exec(compiled(5, "same-run"), names)
    assert names["claim"] == {"backpropagation.update_is_mean": ["reproduced", "not comparable", "differs"]}


def test_where_nothing_is_trained_no_image_can_have_been_seen():
    images = np.zeros((6000, 1))
    for batch_size, verdict in ((128, "erratum"), (7000, "not comparable")):
        verdicts = verdicts_of(5, "faults-validation", x_book=images, batch_size=batch_size)
        assert verdicts == {"backpropagation.last_batch_is_validation_set": verdict}


@pytest.mark.parametrize("level", [0.05, 0.1, 0.15, 0.2, 0.3, 0.9])
def test_a_network_that_never_learns_writes_no_rising_log(level):
    rng = np.random.default_rng(0)
    settings = find_claim("backpropagation.mlp_validation_log").needs
    book = SimpleNamespace(accuracy=lambda Y, outputs: level, feedforward=lambda X: X)
    given = {"book": book, "settings": settings, "x_test": None, "y_test": None}
    for _ in range(200):
        log = rng.binomial(96, level, 10) / 96
        verdicts = verdicts_of(5, "book-claim", log=log, on_test=[level] * 10, **given)
        assert verdicts["backpropagation.mlp_validation_log"] == "differs"


def test_the_printed_log_rises():
    printed = [0.07, 0.08, 0.14, 0.14, 0.15, 0.19, 0.29, 0.30, 0.27, 0.30]
    book = SimpleNamespace(accuracy=lambda Y, outputs: 0.32, feedforward=lambda X: X)
    settings = find_claim("backpropagation.mlp_validation_log").needs
    given = {"book": book, "settings": settings, "x_test": None, "y_test": None, "log": printed, "on_test": printed}
    assert set(verdicts_of(5, "book-claim", **given).values()) == {"reproduced"}


def test_a_sigmoid_that_is_another_function_does_not_saturate_as_a_sigmoid_does():
    far = np.linspace(-10, 10, 3)
    for slopes in (1 - np.tanh(far) ** 2, np.full(3, 0.25), np.ones(3), np.zeros(3)):
        assert judge("backpropagation.sigmoid_saturates", slopes).verdict == "differs"
