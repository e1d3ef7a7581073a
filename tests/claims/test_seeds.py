"""Verdicts that hang on no seed: cells of the notebooks that cost next to nothing, run with up to 200 seeds."""

from itertools import pairwise

import numpy as np
import pytest
from cells import Verdicts, compiled, parameters, without_pictures
from threadpoolctl import threadpool_limits

# By chapter: seeds, as many as take seconds, and the cells that the claims need.
CELLS = {
    1: (200, ["neuron", "gates", "learn", "start-figure"]),
    5: (200, ["sigmoid", "backprop", "start", "numeric", "check-depths", "bugs", "bugs-figure", "bugs-claim"]),
    15: (200, ["train-small", "symmetry-figure", "symmetry-claim"]),
    33: (50, ["reach", "lstm-step", "lstm-reach", "lstm-reach-claim"]),
}


@pytest.mark.parametrize("number", CELLS)
def test_no_verdict_hangs_on_the_seed(number):
    seeds, chosen = CELLS[number]
    code, claim, shared = compiled(number, *chosen), Verdicts(), parameters(number) | without_pictures()
    with threadpool_limits(1):  # the matrices are small
        for seed in range(seeds):
            inputs = np.random.default_rng(seed).standard_normal((100, 32))  # of chapter 33, from a cell left out
            exec(code, shared | {"seed": seed, "inputs": inputs, "pairwise": pairwise, "claim": claim})
    assert claim
    for claim_id, verdicts in claim.items():
        wrong = [seed for seed, verdict in enumerate(verdicts) if verdict not in ("reproduced", "erratum")]
        assert len(verdicts) == seeds and not wrong, f"{claim_id} fails with the seeds {wrong}"
