"""What must not pass for a result: each is judged as the notebook would judge it, on a run that meets all needs."""

from unittest.mock import MagicMock

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import keras
import numpy as np
import pytest
from cells import verdicts_of
from held import needed_run, verdict_with_needs_met

pytestmark = pytest.mark.usefixtures("all_data_at_hand")

MEAN_DIGIT, PCA_64 = 0.064, 0.0093


def verdict(name, *measured, **erratum):
    return verdict_with_needs_met(f"autoencoders.{name}", *measured, **erratum)


@pytest.mark.parametrize(
    "error", [MEAN_DIGIT, 0.1025, PCA_64, 0.0, np.nan], ids=["mean digit", "black", "PCA itself", "a copy", "diverged"]
)
def test_a_network_that_has_not_learned_restores_nothing_decent(error):
    rivals = {"PCA": PCA_64, "mean digit": MEAN_DIGIT}
    assert verdict("shallow_good_after_50_epochs", {"network": 0.0077} | rivals) == "reproduced"
    expected = "reproduced" if error == 0 else "differs"  # an error of 0 is another claim's business
    assert verdict("shallow_good_after_50_epochs", {"network": error} | rivals) == expected
    assert verdict("reconstruction_not_perfect", 0.0072) == "reproduced"
    assert verdict("reconstruction_not_perfect", error) == "differs"


@pytest.mark.parametrize(
    ("deep", "shallow"), [(0.0079, 0.0069), (0.0077, 0.0077), (np.nan, 0.0077)], ids=["worse", "the same", "diverged"]
)
def test_a_deep_network_without_an_advantage_differs(deep, shallow):
    assert verdict("deep_lower_loss_than_shallow", {"deep": 0.0067, "shallow": 0.0077}) == "reproduced"
    assert verdict("deep_lower_loss_than_shallow", {"deep": deep, "shallow": shallow}) == "differs"


@pytest.mark.parametrize(
    ("digits", "photographs"),
    [(0.0, 0.0), (1.0, 1.0), (1.08, 4.4), (0.14, 0.2), (np.nan, 4.3)],
    ids=["a copy", "the mean picture", "untrained", "works for both", "diverged"],
)
def test_codes_that_know_no_kind_differ(digits, photographs):
    name = "only_works_on_training_kind"
    assert verdict(name, {"digits": 0.14, "of use": 1, "photographs": 4.3}) == "reproduced"
    assert verdict(name, {"digits": digits, "of use": 1, "photographs": photographs}) == "differs"


@pytest.mark.parametrize(
    "ratio", [1.0, 0.97, 1.12, 28, 0.0, np.nan], ids=["own", "less", "trucks", "digits", "0", "nan"]
)
def test_a_code_that_is_no_worse_or_of_another_kind_is_no_code_of_cats(ratio):
    assert verdict("cats_and_dogs", 1.02) == "reproduced"
    assert verdict("cats_and_dogs", ratio) == "differs"


@pytest.mark.parametrize("ratio", [0.9, 1.0, 8.0, 0.0, np.nan], ids=["better", "even", "mean digit", "a copy", "nan"])
def test_a_convolutional_network_that_is_no_worse_or_never_learned_differs(ratio):
    assert verdict("conv_better_than_dense", printed=1.9, corrected=1.9) == "erratum"
    assert verdict("conv_better_than_dense", printed=ratio, corrected=ratio) == "differs"


@pytest.mark.parametrize("ratio", [1.0, 1.2, 0.15, 0.0, np.nan], ids=["same", "rougher", "mean digit", "black", "nan"])
def test_what_is_not_smoother_or_is_only_a_blur_differs(ratio):
    assert verdict("conv_fills_gaps", 0.82) == "reproduced"
    assert verdict("conv_fills_gaps", ratio) == "differs"


@pytest.mark.parametrize("ratio", [1.0, 0.0, 0.3, np.nan], ids=["mean digit", "a copy", "two passes", "diverged"])
def test_a_convolutional_network_that_has_not_learned_differs(ratio):
    assert verdict("conv_trains_50_epochs", 0.16) == "reproduced"
    assert verdict("conv_trains_50_epochs", ratio) == "differs"


@pytest.mark.parametrize(
    "error",
    [0.0328, MEAN_DIGIT, 0.1025, 0.0217, 0.0203, np.nan],
    ids=["untouched", "mean digit", "black", "blurred", "trained clean to clean", "diverged"],
)
def test_a_denoiser_that_does_not_beat_the_median_differs(error):
    rivals = {"3 × 3 median": 0.0157, "noisy": 0.0328}
    assert verdict("denoise_works", rivals | {"network": 0.0082}) == "reproduced"
    assert verdict("denoise_works", rivals | {"network": error}) == "differs"


@pytest.mark.parametrize(
    ("digits", "photographs"), [(1, 1), (3.1, 4.7), (0.5, 0.5), (np.nan, 5)], ids=["idle", "black", "median", "nan"]
)
def test_cleaners_of_any_picture_differ(digits, photographs):
    name = "denoise_only_mnist_like"
    assert verdict(name, {"digits": 0.25, "unchanged": 1, "photographs": 5.7}) == "reproduced"
    assert verdict(name, {"digits": digits, "unchanged": 1, "photographs": photographs}) == "differs"


def test_small_runs_are_not_compared():
    for claim_id, settings in (
        ("shallow_good_after_50_epochs", {"tutorial_epochs": 4}),
        ("conv_trains_50_epochs", {"conv_passes": 2}),
        ("denoise_works", {"noisy_passes": 1}),
    ):
        claim = find_claim(f"autoencoders.{claim_id}")
        run = needed_run(claim) | settings
        assert claim.needs.keys() >= settings.keys()
        measured = dict.fromkeys(claim.expect["order"], 1.0) if "order" in claim.expect else 0.2
        assert judge(claim.id, measured, **run).verdict == "not comparable"


class PlainStamps:
    """Keras' operations, but for a transposed convolution with the kernel turned once more."""

    def __getattr__(self, name):
        return getattr(keras.ops, name)

    def conv_transpose(self, inputs, kernel, **settings):
        return keras.ops.conv_transpose(inputs, kernel[::-1, ::-1], **settings)


def test_a_kernel_that_is_not_turned_differs():
    def verdict_of(ops):
        shown = {"image_grid": MagicMock(), "layers": keras.layers}
        verdicts = verdicts_of(31, "undo", ops=ops, **shown)
        return verdicts["autoencoders.deconvolution_with_transposed_kernel"]

    assert verdict_of(keras.ops) == "erratum"
    assert verdict_of(PlainStamps()) == "differs"
