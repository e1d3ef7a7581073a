"""What the text says of an ensemble whatever the seed."""

import numpy as np
import pytest
from cells import cells_of


@pytest.mark.parametrize("seed", range(20))
def test_an_average_has_the_squared_error_that_two_numbers_give(seed):
    """The formula of section 5, for members that share whatever they share."""
    (cell,) = [cell.source for cell in cells_of(11) if cell.id == "ensemble-figure"]
    names = {"np": np, "one_hot": np.eye(10, dtype="float32")}
    exec("from itertools import combinations\n" + cell.split("\n\n\n")[0], names)
    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal((1, 50, 10)), rng.standard_normal((5, 50, 10))
    scores = np.exp(rng.uniform(0, 2) * common + own)
    p = (scores / scores.sum(axis=2, keepdims=True)).astype("float32")
    V = names["squared_errors"](p, rng.integers(10, size=50))
    rho = 2 * V[1] / V[0] - 1
    assert 0 < rho < 1
    assert np.allclose(V, V[0] * (rho + (1 - rho) / np.arange(1, 6)), rtol=1e-4)
