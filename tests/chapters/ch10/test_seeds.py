"""Verdicts that hang on no seed."""

import numpy as np
import pytest
from cells import compiled, verdicts_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("all_data_at_hand")]


@pytest.fixture(scope="module")
def descended():
    """What the cells on the article's polynomials leave, after 2000 steps; no seed has a part in it."""
    names = {"np": np, "descent": 2000, "print": lambda *_, **__: None, "claim": lambda *_, **__: None}
    names |= {
        "powers": lambda x, order: np.vander(x, order + 1, increasing=True),
        "terms": np.polynomial.chebyshev.chebvander,
        "fit": lambda X, y: np.linalg.lstsq(X, y)[0],
        "between": np.linspace(-1, 1, 201),
    }
    exec(compiled(10, "article", "descend"), names)
    left = ["powers", "terms", "fit", "between", "falls", "conditions", "orders", "scaled", "far", "height"]
    return {name: names[name] for name in left}


@pytest.mark.parametrize("seed", range(50))
def test_no_verdict_hangs_on_the_seed(seed, descended):
    verdicts = verdicts_of(10, "descend-figure", "documents-claims", seed=seed, **descended, descent=30_000)
    assert len(verdicts) == 7
    assert {*verdicts.values()} == {"reproduced", "confirmed"}
