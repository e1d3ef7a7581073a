"""Figures in one house style."""

from course_utils.plotting.confusion import confusion_matrix
from course_utils.plotting.curves import learning_curves
from course_utils.plotting.decision import decision_boundary
from course_utils.plotting.images import image_grid
from course_utils.plotting.spread import spread_over_layers
from course_utils.plotting.style import PALETTE, use_house_style

__all__ = [
    "PALETTE",
    "confusion_matrix",
    "decision_boundary",
    "image_grid",
    "learning_curves",
    "spread_over_layers",
    "use_house_style",
]
