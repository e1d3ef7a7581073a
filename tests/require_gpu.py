"""Ends with exit code 1 and one line if TensorFlow sees no GPU; `make test-gpu` asks it first."""

import sys

from course_utils import session  # noqa: F401  keeps TensorFlow's messages quiet

import keras

if keras.backend.backend() != "tensorflow":
    sys.exit(f"The tests on a GPU are for TensorFlow; KERAS_BACKEND is {keras.backend.backend()}.")

import tensorflow as tf

gpus = tf.config.list_physical_devices("GPU")
if not gpus:
    sys.exit(
        "TensorFlow sees no GPU here, so nothing was tested. On Linux with an NVIDIA GPU install its build: "
        ".venv/bin/pip install -c constraints.txt 'tensorflow[and-cuda]'. Without a GPU `make test` tests everything."
    )
for gpu in gpus:
    print(gpu.name, tf.config.experimental.get_device_details(gpu).get("device_name", ""))
