"""Claims of chapter 13 that would only interrupt the reading: measured here instead of in the notebook."""

import keras
import numpy as np
import pytest


@pytest.fixture
def skewed(rng):
    """Rows of two features far from 0, of very different spread, one of them skewed."""
    return np.column_stack([rng.normal(50, 20, 400), rng.gamma(2, 1.5, 400)])


def mean_and_sd_furthest_from(x, mean, sd):
    """The feature's mean and standard deviation that differ most from the given ones."""
    means, sds = x.mean(axis=0), x.std(axis=0)
    return [means[np.argmax(np.abs(means - mean))], sds[np.argmax(np.abs(sds - sd))]]


def test_subtracting_the_mean_leaves_a_mean_of_zero(holds, skewed):
    assert np.abs(skewed.mean(axis=0)).min() > 1
    holds("normalizing_inputs.subtract_mean", np.abs((skewed - skewed.mean(axis=0)).mean(axis=0)).max())


def test_the_two_lines_of_the_slides(holds, skewed):
    x = skewed.copy()
    x -= np.mean(x, axis=0)
    x /= np.std(x, axis=0)
    holds("normalizing_inputs.two_line_listing", mean_and_sd_furthest_from(x, 0, 1))


def test_the_z_score_of_scipy_has_mean_0_and_variance_1(holds, skewed):
    from scipy.stats import zscore

    by_hand = (skewed - skewed.mean(axis=0)) / skewed.std(axis=0)
    assert np.allclose(by_hand, zscore(skewed, axis=0))
    holds("normalizing_inputs.zscore", mean_and_sd_furthest_from(by_hand, 0, 1))


def test_only_the_training_statistics_can_be_undone(holds, skewed):
    """Scaled by statistics that are kept, every row can be scaled back; by those of its own batch none can."""
    train, test = skewed[:300], skewed[300:]
    mean, sd = train.mean(axis=0), train.std(axis=0)

    def share_that_comes_back(scaled):
        return np.mean(np.all(np.isclose(scaled * sd + mean, test), axis=1))

    by_tens = np.concatenate([(ten - ten.mean(axis=0)) / ten.std(axis=0) for ten in np.split(test, 10)])
    assert share_that_comes_back(by_tens) < 0.1
    holds("normalizing_inputs.same_statistics_for_test", share_that_comes_back((test - mean) / sd))


def test_per_pixel_statistics_of_square_images(holds, rng):
    layer = keras.layers.Normalization(axis=(1, 2))
    layer.adapt(rng.random((5, 28, 28)))
    holds("normalizing_inputs.per_pixel_statistics", [np.size(layer.mean), np.size(layer.variance)])


def test_a_running_mean_stays_near_the_mean_with_the_noise_that_k_sets(holds, rng):
    k, ends = 0.01, np.zeros(2000)
    for _ in range(1500):
        ends += k * (rng.normal(5, 2, 2000) - ends)
    noise = 2 * np.sqrt(k / (2 - k))
    holds("normalizing_inputs.running_mean_formula", [ends.mean() - 5, ends.std() / noise])


def test_the_articles_two_samples(holds):
    samples = np.array([[10, 20], [32, 52]])
    holds("normalizing_inputs.covariance_example_means", samples.mean(axis=0))
    holds("normalizing_inputs.covariance_example_entry", np.cov(samples.T, bias=True)[1, 0])
