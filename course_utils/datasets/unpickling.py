"""Reading a foreign pickle without running any code of it.

A pickle is a program: it may call any function that it can name. CIFAR-10's Python version needs lists, dicts, strings
and integers, which name nothing, and NumPy arrays, which need the four names below.
"""

import io
import pickle
from typing import Any

import numpy as np
from numpy._core import multiarray

_ARRAY_PARTS = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    # NumPy 2 moved the function; CIFAR-10's files were written long before and use the old place.
    ("numpy.core.multiarray", "_reconstruct"): multiarray._reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): multiarray._reconstruct,
}


class _DataUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ARRAY_PARTS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which data does not need") from None


def unpickle_data(data: bytes) -> Any:
    """Unpickle plain data and NumPy arrays, and nothing else.

    Args:
        data: The pickle. Strings written by Python 2 come back as bytes.

    Raises:
        pickle.UnpicklingError: The pickle names a class or function other than NumPy's array and dtype.
    """
    return _DataUnpickler(io.BytesIO(data), encoding="bytes").load()
