"""What must not pass for a result: each runs through the notebook's own cells in place of what they measure."""

from itertools import combinations
from types import SimpleNamespace

from course_utils.plotting import PALETTE

import numpy as np
import pytest
from cells import verdicts_of
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import Perceptron

pytestmark = pytest.mark.usefixtures("all_data_at_hand")


@pytest.mark.parametrize("end", [lambda W: W, lambda W: np.array([-3, 2, 1])], ids=["no update", "one line for all"])
def test_ends_that_no_rule_has_found(end):
    def path_of(X, d, W, **_):
        return [end(W)], []

    drawing = {"arrow": {}, "PALETTE": PALETTE}
    verdicts = verdicts_of(1, "neuron", "bundle", "bundle-figure", path_of=path_of, **drawing)
    assert verdicts == {"perceptron.solution_depends_on_start": "differs"}


@pytest.mark.parametrize("meaning", [False, True], ids=["labels tossed by a coin", "a pixel for each digit"])
def test_pairs_of_digits_that_are_all_alike(meaning):
    rng = np.random.default_rng(0)
    labels = rng.permutation(np.repeat(np.arange(10), [6600, 6600, *[100] * 8]))
    pictures = np.eye(10)[labels] if meaning else rng.uniform(size=(len(labels), 10))
    images = SimpleNamespace(name="mnist", x_train=255 * pictures.reshape(-1, 2, 5), y_train=labels)
    libraries = {"csr_matrix": csr_matrix, "hstack": hstack, "Perceptron": Perceptron, "linprog": linprog}
    names = {"images": images, "combinations": combinations, "AND": [0, 0, 0, 1], "XOR": [0, 1, 1, 0], **libraries}
    names["X"] = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    names |= {"metric": lambda *_: None, "recorded": lambda _: [], "sizes": [10, 14_000]}  # the claim looks at the last
    verdicts = verdicts_of(1, "solver", "census-figure", "settle", "many-claim", solver_pairs=45, **names)
    assert verdicts == {"perceptron.many_problems_separable": "differs"}
