"""Claims of chapter 19 that would only interrupt the reading: measured here instead of in the notebook."""

from itertools import product

from course_utils import document_value
from course_utils.chapters.ch19.slides import COARSE, FINE

import numpy as np
import pytest

DRAWS = 200_000


def decades_of(values, low=-4, high=0):
    """Shares of the values in each decade from 10**low to 10**high."""
    return np.histogram(np.log10(values), np.arange(low, high + 1))[0] / len(values)


def test_whole_values_in_the_ranges(holds, rng):
    units, depth = rng.integers(50, 100, 5000, endpoint=True), rng.integers(2, 4, 5000, endpoint=True)
    holds("hyperparameter_search.ranges", [len(np.unique(units)), len(np.unique(depth))])


def test_random_points_beat_a_lattice_if_one_parameter_matters(holds, rng):
    tops, fifths = rng.random((2000, 1, 2)), (np.arange(5) + 0.5) / 5
    scores = {}
    for weights in ((100, 1), (10, 10)):
        lattice, random = (
            np.max(-((points - tops) ** 2) @ weights, axis=1).mean()
            for points in (np.array(list(product(fifths, fifths))), rng.random((2000, 25, 2)))
        )
        scores[weights] = random - lattice
    holds("hyperparameter_search.random_beats_grid_ng_notes", scores[100, 1])
    assert scores[10, 10] < 0, "the control: the lattice wins where both parameters matter"


def test_a_uniform_exponent_gives_each_decade_its_share(holds, rng):
    exponent = -4 * rng.random(DRAWS)
    assert np.allclose(decades_of(10**exponent), 0.25, atol=0.005)
    holds("hyperparameter_search.log_uniform_decades", decades_of(10 ** rng.uniform(-4, 0, DRAWS)))
    holds("hyperparameter_search.log_sampling", np.quantile(10**exponent, [0, 1]) / [1e-4, 1])
    holds("hyperparameter_search.log_scale", 10 ** np.quantile(exponent, [0, 0.25, 0.5, 0.75, 1]))


def test_uniform_draws_crowd_in_the_last_decade(holds, rng):
    holds("hyperparameter_search.uniform_wastes_ninety_percent", decades_of(rng.uniform(1e-4, 1, DRAWS))[-1])


def test_one_minus_beta_has_these_ends(holds, rng):
    beta = 1 - 10 ** rng.uniform(-3, -1, DRAWS)
    assert beta.min() > 0.899 and beta.max() < 0.9991
    assert np.mean(beta > 0.99) == pytest.approx(0.5, abs=0.01), "half of the draws have a window of 100 and more"
    holds("hyperparameter_search.one_minus_beta", [1 - beta.min(), 1 - beta.max()])


def printed_range(stage, rows):
    """Return the whole exponents of regularisation, low to high, and of the rate, high to low, around the rows."""
    assert len(rows) == len(document_value(f"hyperparameter_search.{stage}_all_rows"))
    exponents = np.log10(rows)
    low, high = np.floor(exponents.min(axis=0)), np.ceil(exponents.max(axis=0))
    return [[low[1], high[1]], [high[0], low[0]]]


def test_the_printed_trials_fill_the_printed_ranges(holds):
    of_coarse, of_fine = printed_range("coarse", COARSE), printed_range("fine", FINE)
    holds("hyperparameter_search.coarse_ranges", of_coarse)
    holds("hyperparameter_search.fine_ranges", of_fine)


def test_size_of_the_mesh(holds):
    mesh = np.array(list(product(10.0 ** np.arange(-8, 0), 10.0 ** np.arange(-6, -2))))
    holds("hyperparameter_search.grid_size", len(np.unique(mesh, axis=0)))


def test_a_mesh_that_is_shifted_at_random_finds_more(holds, rng):
    mesh = np.array(list(product(range(-8, 0), range(-6, -2))), dtype=float)
    tops = rng.uniform([-8, -6], [-1, -3], (3000, 1, 2))
    scores = {}
    for name, shift in {"exact": 0, "shifted by 0.1": 0.1, "shifted by 0.25": 0.25, "shifted by 0.5": 0.5}.items():
        points = mesh + rng.uniform(-shift, shift, (len(tops), *mesh.shape))
        scores[name] = np.exp(-np.sum(((points - tops) / [0.2, 1.5]) ** 2, axis=2) / 2).max(axis=1).mean()
    holds("hyperparameter_search.jittered_grid", scores)
