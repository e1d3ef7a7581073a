"""What must not pass for a result: networks that learned nothing, tables of letters, rules that change nothing.

Each runs through the notebook's own cell in place of what the chapter measures.
"""

import time
from collections import defaultdict
from itertools import pairwise
from types import SimpleNamespace

from course_utils import datasets
from course_utils.claims import judge
from course_utils.claims.ledger import find_claim
from course_utils.datasets import loading

import numpy as np
import pytest
from cells import Verdicts, compiled, parameters, without_pictures
from threadpoolctl import threadpool_limits


@pytest.fixture(autouse=True)
def all_data_at_hand(monkeypatch):
    monkeypatch.setattr(loading, "_served", {name: name for name in datasets.names()})


def verdicts_of(number, *chosen, **instead):
    """Verdicts of the cells with these things in place of the notebook's."""
    claim = Verdicts()
    names = parameters(number) | without_pictures() | {"pairwise": pairwise, "claim": claim}
    exec(compiled(number, *chosen), names | instead)
    return {claim_id: verdict for claim_id, (verdict,) in claim.items()}


# ---- chapter 1


def test_a_rule_that_never_makes_an_update():
    def stay(X, d, W, **_):
        return [W], []

    verdicts = verdicts_of(1, "neuron", "gates", "start-figure", learn=stay)
    assert verdicts == {"perceptron.solution_depends_on_start": "differs"}


# ---- chapter 5


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


# ---- chapter 15


@pytest.mark.parametrize("scale", [2.0, 0.5, 1.1, 0.0], ids="variance {} / n".format)
def test_activations_of_another_start_are_not_those_of_xavier(scale):
    rng = np.random.default_rng(0)
    A, stds = rng.standard_normal((1000, 500), dtype="float32"), []
    for _ in range(10):
        A = np.maximum(0, A @ (np.float32(np.sqrt(scale / 500)) * rng.standard_normal((500, 500), dtype="float32")))
        stds.append(A.std())
    settings = find_claim("weight_initialization.xavier_relu_stds").needs
    assert judge("weight_initialization.xavier_relu_stds", stds, **settings).verdict == "differs"


# ---- chapter 23


def test_a_validation_loss_that_does_not_turn_is_not_the_printed_one():
    claim = find_claim("lenet5.log_val_loss")
    printed, training = np.array(claim.value), np.array(find_claim("lenet5.log_train_loss").value)
    still_falling = np.where(np.arange(20) < 10, printed, training)
    assert judge(claim.id, printed, **claim.needs).verdict == "reproduced"
    for wrong in (training, still_falling, *(np.full(20, loss) for loss in np.arange(0, 0.2, 0.001))):
        assert judge(claim.id, wrong, **claim.needs).verdict == "differs"


# ---- chapter 33


def test_a_gradient_that_vanishes_a_little_later_than_in_a_plain_network_has_vanished():
    """With forget bias 1, of which the chapter says so, or with bias 0."""
    inputs = np.random.default_rng(0).standard_normal((100, 32))
    names = parameters(33) | without_pictures() | {"inputs": inputs}
    with threadpool_limits(1):  # the matrices are small
        exec(compiled(33, "reach", "lstm-step", "lstm-reach"), names)
    claim_id, far = "lstm_and_gru.lstm_gradient_does_not_vanish", names["far"]
    for of_two in (["LSTM, forget bias 0", "LSTM, forget bias 1"], ["LSTM, forget bias 1"] * 2, ["tanh RNN"] * 2):
        ends = np.array([far[name][-1] for name in of_two])
        assert np.all(ends > 0) and judge(claim_id, ends, steps=100).verdict == "differs"
    assert far["LSTM, forget bias 1"][-1] > 1e10 * far["tanh RNN"][-1], "it exceeds the plain network's all the same"


class Table:
    """Draws the next letter from those that followed the last few letters in the text."""

    def __init__(self, text, order):
        self.text, self.order, self.following = text, order, defaultdict(lambda: defaultdict(int))
        for place in range(order, len(text)):
            self.following[text[place - order : place]][text[place]] += 1

    def sample(self, prompt, length, *, temperature=1.0, seed=0):
        rng, written = np.random.default_rng(seed), self.text[: self.order]
        while len(written) < length:
            letters = self.following[written[-self.order :]] if self.order else self.following[""]
            p = np.array(list(letters.values()), float) ** (1 / temperature)
            written += list(letters)[rng.choice(len(p), p=p / p.sum())]
        return written


@pytest.mark.skipif(not datasets.is_at_hand("sonnets"), reason="the sonnets are not on this machine")
@pytest.mark.parametrize("writer", ["3 letters", "4 letters", "one word", "the text"])
def test_a_table_of_letters_does_not_write_shakespeare(writer):
    text = datasets.load("sonnets").text.lower()
    if writer.endswith("letters"):
        generator = Table(text, int(writer[0]))
    else:
        whole = text if writer == "the text" else 2000 * "that "
        generator = SimpleNamespace(sample=lambda prompt, length, **_: whole[3000 : 3000 + length])
    given = {"TextGenerator": lambda model, vocabulary: generator, "writer": None, "vocabulary": None, "prompt": ""}
    for seed in range(3):
        settings = {"units": 128, "passes": 20, "dataset": "sonnets", "seed": seed}
        verdicts = verdicts_of(33, "words", text=text, **given, **settings)
        expected = "confirmed" if writer == "the text" else "differs"
        assert verdicts == {"lstm_and_gru.lstm_produces_shakespeare": expected}
