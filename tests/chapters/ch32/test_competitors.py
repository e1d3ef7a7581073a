"""What must not pass for a result: each is judged in place of what the notebook measures."""

from unittest.mock import MagicMock

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest
from cells import compiled, verdicts_of
from held import verdict_with_needs_met

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def mixed_with(network, table):
    """The verdict on a mixture of two models, from the probabilities that they give to what came."""
    given = {"by_net": network, "tables": {part: [p] for part, p in table.items()}, "best": 0, "dataset": "shakespeare"}
    given |= {"counting": [-np.log(table["test"]).mean()], "net": MagicMock(weights=[]), "training": np.zeros(9, int)}
    given |= {"numbers": lambda tokens, length: tokens, "metric": MagicMock()}
    return verdicts_of(32, "mixture", **given)["char_rnn.neural_beats_classical_lm"]


def test_a_network_that_knows_nothing_of_its_own_adds_nothing():
    rng = np.random.default_rng(0)
    table, other = ({part: rng.uniform(0.05, 0.9, 5000) for part in ("validation", "test")} for _ in range(2))
    guessing = {part: np.full(5000, 1 / 65) for part in table}
    assert mixed_with(guessing, table) == "differs"
    assert mixed_with(table, table) == "differs", "a copy of the table"
    assert mixed_with({part: np.full(5000, np.nan) for part in table}, table) == "differs"
    assert mixed_with(other, table) == "reproduced", "one that errs elsewhere"


def test_a_shorter_run_says_nothing_of_the_notes_sentence():
    needs = find_claim("char_rnn.neural_beats_classical_lm").needs
    settings = {"steps": needs["steps"]["at_least"], "data": needs["data"]}
    claim_id = "char_rnn.neural_beats_classical_lm"
    assert judge(claim_id, 0.06, **settings).verdict == "reproduced"
    assert judge(claim_id, 0.06, **settings | {"steps": 100}).verdict == "not comparable"


@pytest.mark.parametrize(
    "smoothed", [25 * np.log(65), 25 * 3.35, 0.0, np.nan], ids=["guessing", "frequencies", "0", "nan"]
)
def test_a_training_that_learned_less_than_pairs_has_not_fallen(smoothed):
    assert verdict_with_needs_met("char_rnn.loss_falls_first_epoch", smoothed) == "differs"


def test_code_that_is_a_little_slower_is_not_called_slow():
    """Rows of W_x in place of one-hot products gain 1.7 times."""
    assert verdict_with_needs_met("char_rnn.training_slow", 1.7) == "differs"


@pytest.fixture(scope="module")
def code():
    names = {"np": np, "softmax": softmax}
    exec(compiled(32, "network"), names)
    return names


def softmax(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def test_a_network_that_neither_vanishes_nor_explodes():
    for powers in ([0, 0], [1.0, -1.0], [np.nan, np.nan], [10, 0]):
        assert verdict_with_needs_met("char_rnn.plain_rnn_gradient_over_50_steps", powers) == "differs"


def test_a_network_that_is_transposed_is_another(code):
    rng = np.random.default_rng(0)
    network, other = (code["CharRNN"](9, 8, np.random.default_rng(0)) for _ in range(2))
    other.weights[1] = other.weights[1].T
    x, h = rng.integers(0, 9, (1, 40)), np.zeros((1, 8), "float32")
    apart = np.abs(network.predict(network.read(x, h)) - other.predict(other.read(x, h))).max()
    assert verdict_with_needs_met("char_rnn.recurrence_equations", apart) == "differs"


def test_a_state_that_forgets_at_once_depends_on_no_earlier_input():
    claim_id = "char_rnn.output_depends_on_all_earlier_inputs"
    for last in (0.0, np.nan):
        assert verdict_with_needs_met(claim_id, {"earlier outputs": 0.0, "the last state": last}) == "differs"


def test_always_the_likeliest_is_no_draw():
    p = softmax(np.random.default_rng(0).standard_normal(65))
    for drawn in (np.eye(65)[p.argmax()], np.full(65, 1 / 65)):
        assert verdict_with_needs_met("char_rnn.ancestral_sampling_frequencies", np.abs(drawn - p).max()) == "differs"


def test_the_last_step_alone_is_not_the_gradient():
    assert verdict_with_needs_met("char_rnn.w_hh_gradient_sums_contributions", 0.02) == "differs"
