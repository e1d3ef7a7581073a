"""What must not pass for a result, in place of what the notebook measures."""

from course_utils.claims import judge
from course_utils.claims.ledger import find_claim

import numpy as np
import pytest
import tensorflow as tf
from cells import verdicts_of

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


@pytest.mark.parametrize(
    "accuracy",
    [0.1, 0.92, 0.976, 0.0, np.nan, 1.0],
    ids=["guessing", "one layer", "1,500 steps", "nothing measured", "diverged", "the training images by heart"],
)
def test_another_network_has_not_the_article_s_accuracy(accuracy):
    settings = find_claim("mnist_tensorflow.test_accuracy").needs
    assert judge("mnist_tensorflow.test_accuracy", accuracy, **settings).verdict == "differs"
    expected = "reproduced" if accuracy == 1 else "differs"
    assert judge("mnist_tensorflow.above_98", accuracy, **settings).verdict == expected


@pytest.mark.parametrize("setting", [{"steps": 1500}, {"penalty": 0.0}, {"batch": 50}, {"learning_rate": 0.002}])
def test_a_run_with_other_settings_settles_nothing(setting):
    settings = find_claim("mnist_tensorflow.test_accuracy").needs | setting
    for name in ("test_accuracy", "above_98"):
        assert judge(f"mnist_tensorflow.{name}", 0.9816, **settings).verdict == "not comparable"


def documents_claims(share=1.0, times=1.0, seed=0):
    """Verdicts of the appendix' cell, for a draw of another spread and a cost with another penalty."""
    rng = np.random.default_rng(seed)
    module = tf_with(
        reduce_mean=lambda values: times * tf.reduce_mean(values),
        truncated_normal=lambda shape, stddev, seed: tf.random.truncated_normal(
            shape, stddev=share * stddev, seed=seed
        ),
    )
    given = {
        "tf": module,
        "restart": lambda: None,
        "params": [tf.constant(rng.standard_normal(shape, dtype="float32")) for shape in ((4, 3), (3,))],
        "logits": lambda x: tf.constant(rng.standard_normal((10, 3), dtype="float32")),
        "x": None,
        "labels": rng.integers(0, 3, 10),
        "accuracy": {"Adam, λ": [0.1]},
        "training": find_claim("mnist_tensorflow.above_98").needs,
        "seed": seed,
        "at_start": [rng.standard_normal((4, 3), dtype="float32") for _ in range(6)],
    }
    return verdicts_of(8, "documents-claims", **given)


def tf_with(reduce_mean, truncated_normal):
    class Random:
        pass

    class Module:
        nn, math, add_n, random = tf.nn, tf.math, staticmethod(tf.add_n), Random()

    Module.reduce_mean = staticmethod(reduce_mean)
    Random.truncated_normal = staticmethod(truncated_normal)
    return Module


def test_the_appendix_tells_right_from_wrong():
    names = [
        f"mnist_tensorflow.{name}"
        for name in ("above_98", "penalty_inside_mean", "truncated_normal_sd", "l2_loss_is_half_sum")
    ]
    assert list(documents_claims().values()) == ["differs", "confirmed", "confirmed", "confirmed"]
    for share in (0.0, 0.5, 1 / 0.88):  # zeros, another scale, as wide as if it were not cut
        assert documents_claims(share=share)[names[2]] == "differs"
    for times in (10.0, 0.0):  # a sum over ten images, nothing
        assert documents_claims(times=times)[names[1]] == "differs"


@pytest.mark.parametrize("halves", [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [0.5, 0.5, 1.0]])
def test_other_factors_of_the_penalty_differ(halves):
    assert judge("mnist_tensorflow.l2_loss_is_half_sum", halves).verdict == "differs"


@pytest.mark.parametrize("with_values", [[6, 6], [0, 0], [0, 6], [3, 0]])
def test_sessions_that_share_or_lose_their_values_differ(with_values):
    assert judge("mnist_tensorflow.accuracy_in_new_session", with_values).verdict == "differs"


@pytest.mark.parametrize("found", [(4, 4), (0, 0), (0, 3)], ids=["TensorFlow 1", "no compat", "one name lost"])
def test_other_versions_of_tensorflow_differ(found):
    printed, corrected = found
    judgement = judge("mnist_tensorflow.graph_api_exists", printed=printed, corrected=corrected)
    assert judgement.verdict == "differs"
