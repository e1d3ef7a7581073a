"""What must not pass for a result: measurements of networks that learned nothing, diverged, or cost the same."""

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest

RUN = {"layers": 32, "shallow": 14, "passes": 10, "depths": 4, "deepest": 102}
NAME = "convnet_architectures."


def verdict(name, *measured, **given):
    return judge(NAME + name, *measured, **given).verdict


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("resnet_beats_plain_when_deep", ["residual", "plain"]),
        ("resnet_trains_deeper", ["residual", "plain"]),
        ("plain_depth_hurts_training", ["14 layers", "4 layers", "32 layers"]),
        ("deeper_learns_better", ["14 layers", "4 layers"]),
    ],
    ids=["plus", "102 layers", "depth", "new digits"],
)
def test_networks_that_did_not_learn_show_nothing(name, names):
    errors = np.linspace(2, 60, len(names))
    assert verdict(name, dict(zip(names, errors, strict=True)), **RUN) == "reproduced"
    for wrong in (errors[::-1], np.full(len(names), 90.0), np.zeros(len(names)), np.full(len(names), np.nan)):
        assert verdict(name, dict(zip(names, wrong, strict=True)), **RUN) == "differs"
    one_broken = dict(zip(names, [*errors[:-1], np.nan], strict=True))
    assert verdict(name, one_broken, **RUN) == "differs"


@pytest.mark.parametrize(
    "name",
    ["resnet_beats_plain_when_deep", "resnet_trains_deeper", "plain_depth_hurts_training", "deeper_learns_better"],
)
def test_a_smaller_run_is_not_comparable(name):
    names = find_claim(NAME + name).expectation().order
    small = RUN | {"layers": 10, "shallow": 6, "passes": 1, "depths": 2, "deepest": 10}
    assert verdict(name, dict.fromkeys(names, 1.0), **small) == "not comparable"


@pytest.mark.parametrize("name", ["vanishing_product", "residual_preserves_gradient", "skip_keeps_gradient"])
def test_gradients_that_are_kept_do_not_vanish(name):
    for lost in (0.0, 1.0, np.nan):
        assert verdict(name, [lost, 30.0]) == "differs"


def test_counts_of_other_networks_differ():
    for count in (0, 14_400_000, 60_965_224, np.nan):
        assert verdict("lenet_14_million", printed=count, corrected=count) == "differs"
    for millions in (0, 192.0, 12.4, 153_632 / 1e6, np.nan):
        assert verdict("inception_5x5_cost", printed=millions, corrected=millions) == "differs"
    for ratios in ([0.31, 0.56], [0, 0], [1, 1], [np.nan, 0.3]):
        assert verdict("densenet_half_parameters", ratios) == "differs"
    for sums in ((303.0, 303.0), (128.0, 303.0), (0.0, 0.0)):
        assert verdict("inception_cost", dict(zip(("naive", "with 1×1"), sums, strict=True))) == "differs"


@pytest.mark.parametrize("share", [0.0, 1.0, 0.9**100, np.nan])
def test_a_decay_that_did_not_happen_differs(share):
    assert verdict("resnet_weight_decay_identity", share) == "differs"
