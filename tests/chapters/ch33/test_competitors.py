"""What must not pass for a result: each is judged in place of what the notebook measures."""

from collections import defaultdict
from unittest.mock import MagicMock

from course_utils.claims import judge

import numpy as np
import pytest
from cells import compiled, parameters, verdicts_of, without_pictures
from threadpoolctl import threadpool_limits

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


@pytest.fixture(scope="module")
def measured():
    """What sections 1 and 2 measure."""
    names = parameters(33) | without_pictures()
    with threadpool_limits(1):  # the matrices are small
        exec(compiled(33, "reach", "relu-run", "lstm-step", "lstm-reach", "lstm-reach-run"), names)
    return names


def test_an_lstm_that_vanishes_later_than_another_has_vanished(measured):
    """With forget bias 1, of which the chapter says so, or with bias 0; a tanh network."""
    claim_id, far = "lstm_and_gru.lstm_gradient_does_not_vanish", measured["far"]
    for start in ("f = 0, i = 0", "f = 1, i = 0"):
        assert judge(claim_id, far[start][0][-1], steps=100).verdict == "differs"
    assert judge(claim_id, measured["tanh_reach"][1][-1], steps=100).verdict == "differs"
    assert far["f = 1, i = 0"][0][-1] > 1e8 * far["f = 0, i = 0"][0][-1], "it exceeds the other's all the same"


def test_networks_that_hand_on_their_state_do_not_refute_the_sentence_about_relu(measured):
    claim_id = "lstm_and_gru.relu_gradient_does_not_vanish"
    for reaches in (np.array(measured["relu_reach"]["identity"])[:, -1], np.ones(40)):
        spread = np.log10(reaches[reaches > 0]).std()
        assert judge(claim_id, printed=spread, corrected=8.7, steps=100).verdict == "differs"
    assert judge(claim_id, printed=4.0, corrected=0.0, steps=100).verdict == "differs", "no matter which matrix"


def test_a_tanh_network_with_small_inputs_does_not_fade_in_time(measured):
    reach = measured["tanh_reach"][0.01][:50][-1]
    claim_id = "lstm_and_gru.vanilla_gradient_shrinks_with_length"
    assert judge(claim_id, reach, steps=100).verdict == "differs"


def test_networks_that_have_not_learned_the_text_are_neither_better_nor_similar():
    guessing, recorded = [np.log(48)] * 3, [1.94, 1.88, 1.85]
    for rnn, lstm, gru in ((guessing, guessing, guessing), (recorded, recorded, guessing)):
        losses = {"plain RNN": rnn, "LSTM": lstm, "GRU": gru}
        given = {"losses": losses, "helpers": MagicMock(), "PALETTE": defaultdict(str)}
        given["training_text"] = given["held_out_text"] = ""
        given["helpers"].counting_losses.return_value = {4: 1.58}
        verdicts = verdicts_of(33, "text-figure", **given)
        better, similar = "lstm_and_gru.lstm_better_than_plain_rnn", "lstm_and_gru.gru_similar_quality"
        assert verdicts == {better: "differs", similar: "differs"}


def test_guessing_is_no_long_memory():
    claim_id = "lstm_and_gru.lstm_learns_long_dependencies"
    for advantage in (0.0, 0.53 - 0.47, 0.7 - 0.5):
        assert judge(claim_id, advantage, delay=60, bit_epochs=3).verdict == "differs"
