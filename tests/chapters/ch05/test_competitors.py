"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from itertools import pairwise
from unittest.mock import MagicMock

from course_utils.chapters.ch05.six_gradients import FAULTS, SIX, gradients
from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest
from cells import Verdicts, compiled, parameters, verdicts_of, without_pictures

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


def appendix(**instead):
    """Verdicts of the appendix's cell on these measurements; what is not given reproduces."""
    names = {"ratios": [0.0], "raw": np.zeros((6000, 1)), "log": PRINTED, "on_test": PRINTED}
    names |= {"ran": find_claim("backpropagation.mlp_validation_log").needs, "seed": 0}
    names |= {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "slope": lambda a: a * (1 - a)}
    return verdicts_of(5, "documents-claims", **names | instead)


PRINTED = [0.07, 0.08, 0.14, 0.14, 0.15, 0.19, 0.29, 0.30, 0.27, 0.30]


def test_what_the_documents_print_is_reproduced():
    assert set(appendix().values()) == {"reproduced", "erratum"}


def test_where_nothing_is_trained_no_image_can_have_been_seen():
    for images, verdict in ((6000, "erratum"), (100, "not comparable")):
        verdicts = appendix(raw=np.zeros((images, 1)))
        assert verdicts["backpropagation.last_batch_is_validation_set"] == verdict


@pytest.mark.parametrize("level", [0.05, 0.1, 0.15, 0.2, 0.3, 0.9])
def test_a_network_that_never_learns_writes_no_rising_log(level):
    rng = np.random.default_rng(0)
    for _ in range(200):
        verdicts = appendix(log=rng.binomial(96, level, 10) / 96, on_test=[level] * 10)
        assert verdicts["backpropagation.mlp_validation_log"] == "differs"


def test_a_sigmoid_that_is_another_function_does_not_saturate_as_a_sigmoid_does():
    far = np.linspace(-10, 10, 3)
    for slopes in (1 - np.tanh(far) ** 2, np.full(3, 0.25), np.ones(3), np.zeros(3)):
        assert judge("backpropagation.sigmoid_saturates", slopes).verdict == "differs"


def after_training(**instead):
    """Return the verdict on the check after some training, with other functions in the notebook's cells."""
    claim = Verdicts()
    names = parameters(5) | without_pictures() | {"pairwise": pairwise, "claim": claim, "heat": MagicMock()}
    names["plt"].subplots.side_effect = lambda *_, **__: (MagicMock(), (MagicMock(), MagicMock()))
    exec(compiled(5, "network", "hand", "backprop", "numeric", "ratio", "bugs"), names)
    exec(compiled(5, "after", "after-figure"), names | instead)
    (verdict,) = claim["backpropagation.again_after_training"]
    return verdict


def test_a_check_after_training_must_tell_a_bug_from_the_right_gradient():
    no_difference = MagicMock(side_effect=lambda bug, W, b, x, y: [*W, *b])
    untrained = MagicMock(side_effect=lambda W, b, x, y: ([0 * w for w in W], [0 * c for c in b]))
    assert after_training() == "reproduced"
    assert after_training(planted=no_difference) == "differs", "the right gradient fails the check as well"
    assert after_training(backprop=untrained) == "differs", "nothing was trained, so nothing was found"


def test_the_six_gradients_are_one_right_and_five_wrong_ones():
    rng = np.random.default_rng(0)
    W, b = (
        [rng.standard_normal(shape) for shape in ((4, 5), (5, 3), (3, 2))],
        [rng.standard_normal(n) for n in (5, 3, 2)],
    )
    X, Y = rng.standard_normal((6, 4)), rng.random((6, 2))
    right = [array for arrays in gradients("right", W, b, X, Y) for array in arrays]
    found = {letter: [array for arrays in one(W, b, X, Y) for array in arrays] for letter, one in SIX.items()}
    differing = [letter for letter, one in found.items() if not all(map(np.allclose, one, right))]
    assert len(SIX) == len(FAULTS) and differing == ["A", "B", "C", "D", "F"]
    with pytest.raises(ValueError, match="no fault 'other'"):
        gradients("other", W, b, X, Y)
