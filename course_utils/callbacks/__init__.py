"""Callbacks for `fit` that show what happens inside a network while it trains. They run on TensorFlow and on JAX.

Unsuitable arguments raise an error before the training begins; a later failure ends the callback, not the training.
"""

from course_utils.callbacks.curves import Curves
from course_utils.callbacks.gradient_histogram import GradientHistogram
from course_utils.callbacks.reset_states import ResetStates
from course_utils.callbacks.stop_on_divergence import StopOnDivergence
from course_utils.callbacks.text_sampler import TextSampler
from course_utils.callbacks.update_ratio import UpdateRatio

__all__ = [
    "Curves",
    "GradientHistogram",
    "ResetStates",
    "StopOnDivergence",
    "TextSampler",
    "UpdateRatio",
]
