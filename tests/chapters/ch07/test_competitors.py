"""What must not pass for a result: each runs through the notebook's own cell in place of what it measures."""

from itertools import pairwise

from course_utils.claims import judge

import numpy as np
import pytest
from cells import Verdicts, compiled, parameters, verdicts_of, without_pictures

pytestmark = pytest.mark.usefixtures("all_data_at_hand")

PARTS = ("parts", "softmax", "network", "gradients", "gradient-check", "gradient-run")


def verdict_on_the_test(tested, images=45_000, epochs=10):
    given = {"accuracy": lambda *_: tested, "net": None, "x_train": range(images), "epochs": epochs}
    given |= {"x_test": None, "y_test": range(10_000), "title": "CIFAR-10", "ladder": {"guessing": 0.1}}
    return verdicts_of(7, "test", **given)["fully_connected_cifar10.accuracy"]


@pytest.mark.parametrize("tested", [0.0, 0.1, 0.39, 0.49, 0.9, np.nan])
def test_guessing_a_linear_map_and_an_accuracy_out_of_reach_differ(tested):
    assert verdict_on_the_test(tested) == "differs"


def test_a_short_training_or_few_images_are_not_comparable():
    assert verdict_on_the_test(0.52) == "reproduced"
    assert verdict_on_the_test(0.52, images=4500) == verdict_on_the_test(0.52, epochs=2) == "not comparable"


@pytest.mark.parametrize(
    "wrong",
    [
        {"relu_backward": lambda da, positive: da},
        {"dropout_backward": lambda da, mask: da},
        {"affine_backward": lambda delta, cache, _=True: (delta @ cache[1].T, cache[0].T @ delta, 0 * delta[0])},
        {"affine_backward": lambda delta, cache, _=True: (0 * cache[0], 0 * cache[1], 0 * delta[0])},
    ],
    ids=["no mask", "no dropout on the way back", "no bias gradient", "zeros"],
)
@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_a_wrong_way_back_differs(wrong):
    names = parameters(7) | without_pictures() | {"pairwise": pairwise}
    labels = np.repeat(np.arange(10), 6000)
    names |= {"y_train": labels[:45_000], "y_val": labels[45_000:50_000], "y_test": labels[50_000:]}
    names |= {"x_train": range(45_000), "claim": (verdicts := Verdicts())}
    exec(compiled(7, *PARTS), names)
    names |= wrong
    exec(compiled(7, "documents-claims"), names)
    assert verdicts["fully_connected_cifar10.gradients_correct"] == ["differs"]


def test_a_way_back_that_copies_has_no_side_effect():
    untouched = np.ones(4)
    assert judge("fully_connected_cifar10.relu_backward_side_effect", untouched).verdict == "differs"


def test_images_that_are_missing_or_unevenly_spread_differ():
    for counts in ([59_999, 10, 6000], [60_000, 9, 6000], [60_000, 10, np.nan]):
        judgement = judge("fully_connected_cifar10.dataset_counts", counts, images=45_000)
        assert judgement.verdict == "differs"
