"""The state that every notebook starts from."""

import warnings


def setup(seed: int) -> None:
    """Seed every source of randomness, keep logs quiet, let a GPU's memory grow, and use the course's figure style.

    Args:
        seed: Seeds `random`, NumPy's global generator and the Keras backend. Code of the course that needs NumPy
            randomness makes its own `numpy.random.default_rng(seed)`.

    Raises:
        ValueError: The seed is not an integer from 0 to 2**32 - 1.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"seed must be an integer from 0 to {2**32 - 1}; got {seed!r}")
    import keras

    from course_utils.plotting.style import use_house_style

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.get_logger().setLevel("ERROR")
        for gpu in tf.config.list_physical_devices("GPU"):
            try:
                tf.config.experimental.set_memory_growth(gpu, True)
            except RuntimeError:  # the GPU is in use already, in this kernel: too late to change, and no harm
                warnings.warn("setup() came after the GPU's first use, so its memory does not grow", stacklevel=2)
    keras.utils.set_random_seed(seed)
    use_house_style()
