"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from collections import defaultdict
from types import SimpleNamespace

from course_utils import datasets
from course_utils.claims import judge

import numpy as np
import pytest
from cells import compiled, parameters, verdicts_of, without_pictures
from threadpoolctl import threadpool_limits

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


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
