"""Layers that Keras does not have; the chapter that teaches a layer also builds it step by step."""

from course_utils.layers.rbf import RBF

__all__ = ["RBF"]
