"""The state that every notebook starts from: quiet imports, seeds, figure style.

This module imports Keras and its backend quietly, so notebooks import from `course_utils` before they import Keras.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from course_utils.arguments import require_count


@contextmanager
def _without_start_up_messages() -> Iterator[None]:
    """Hide what C++ code writes to standard error, unless the code fails.

    TensorFlow says at every import that it found no GPU, with a time and a process id, before it reads
    TF_CPP_MIN_LOG_LEVEL (tensorflow/tensorflow issue 100442); a kernel shows that as output of the cell.
    """
    saved = os.dup(2)
    with tempfile.TemporaryFile() as messages:
        os.dup2(messages.fileno(), 2)
        try:
            yield
        except BaseException:
            messages.seek(0)
            os.write(saved, messages.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# JAX would reserve three quarters of a GPU's memory; `setup` tells TensorFlow the same.
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
with _without_start_up_messages():
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf


def setup(seed: int) -> None:
    """Seed every source of randomness, keep logs quiet, let a GPU's memory grow, and use the course's figure style.

    Except for the backend, it overrides a reader's `keras.json` with what the course is written for: images with their
    channels last, numbers in float32, an epsilon of 1e-7.

    In a batch every training from here on also writes its curves for TensorBoard (see `callbacks.curves`).

    Args:
        seed: Seeds `random`, NumPy's global generator and the Keras backend. Code of the course that needs NumPy
            randomness makes its own `numpy.random.default_rng(seed)`.

    Raises:
        ValueError: The seed is not an integer from 0 to 2**32 - 1.
    """
    seed = require_count("seed", seed, least=0, most=2**32 - 1)
    from course_utils.callbacks.curves import record_trainings
    from course_utils.plotting.style import use_house_style

    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    if keras.backend.backend() == "tensorflow":
        tf.get_logger().setLevel("ERROR")
        with _without_start_up_messages():
            gpus = tf.config.list_physical_devices("GPU")
        for gpu in gpus:
            try:
                tf.config.experimental.set_memory_growth(gpu, True)
            except RuntimeError:  # the GPU is in use already, in this kernel: too late to change, and no harm
                warnings.warn("setup() ran after the GPU's first use: its memory cannot grow on demand", stacklevel=2)
    with _without_start_up_messages():  # on JAX too, Keras imports TensorFlow to seed it
        keras.utils.set_random_seed(seed)
    use_house_style()
    record_trainings()
