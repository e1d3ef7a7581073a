"""Train the weights of `pretrained_convnet` anew: `python -m course_utils.models.train_small_convnet`."""

import sys

from course_utils.datasets import load
from course_utils.models.small_convnet import SEEN_CLASSES, WEIGHTS, small_convnet

import keras
import numpy as np

PASSES, BATCH, PEAK_RATE, CROP, SEED = 15, 128, 0.1, 24, 0


def seen_part(images: np.ndarray, labels: np.ndarray, class_names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return the images of `SEEN_CLASSES`, and each one's position in it.

    Args:
        images: `(n, height, width, channels)`.
        labels: `(n,)`, positions in `class_names`.
        class_names: Of all classes.

    Returns:
        The images that are left, and their new labels, int64.
    """
    positions = np.array([SEEN_CLASSES.index(name) if name in SEEN_CLASSES else -1 for name in class_names])
    new_labels = positions[labels]
    return images[new_labels >= 0], new_labels[new_labels >= 0]


def random_crops(images: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Cut a square out of each image at a random place, and mirror every second one on average.

    Args:
        images: `(n, height, width, channels)`.
        size: Height and width of the squares, in pixels.
        rng: Draws the places and the mirrored images.

    Returns:
        `(n, size, size, channels)`, of the same dtype.
    """
    windows = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
    top = rng.integers(windows.shape[1], size=len(images))
    left = rng.integers(windows.shape[2], size=len(images))
    crops = np.moveaxis(windows[np.arange(len(images)), top, left], 1, -1)
    mirrored = rng.random(len(images)) < 0.5
    crops[mirrored] = crops[mirrored, :, ::-1]
    return crops


def main() -> None:
    """Train for fifteen passes (three minutes on two cores), print the test accuracy and write the weights."""
    data = load("cifar10_jpeg")
    if data.is_substitute:
        sys.exit("These weights need CIFAR-10, re-encoded as JPEG; datasets/README.md says where to put it.")
    keras.utils.set_random_seed(SEED)
    rng = np.random.default_rng(SEED)
    x_train, y_train = seen_part(data.x_train, data.y_train, data.class_names)
    x_test, y_test = seen_part(data.x_test, data.y_test, data.class_names)
    steps = PASSES * (len(x_train) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(
        PEAK_RATE / 100, steps - steps // 5, warmup_target=PEAK_RATE, warmup_steps=steps // 5
    )
    optimizer = keras.optimizers.SGD(rate, momentum=0.9, nesterov=True, weight_decay=5e-4)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    model = small_convnet()
    model.compile(
        optimizer, keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1), metrics=["accuracy"]
    )
    targets = keras.utils.to_categorical(y_train, len(SEEN_CLASSES))
    for number in range(1, PASSES + 1):
        order = rng.permutation(len(x_train))[: len(x_train) // BATCH * BATCH]
        seen = model.fit(random_crops(x_train[order], CROP, rng), targets[order], batch_size=BATCH, verbose=0)
        print(f"pass {number}: training accuracy {seen.history['accuracy'][0]:.3f}", flush=True)
    predicted = model.predict(x_test, batch_size=500, verbose=0).argmax(axis=-1)
    for position, name in enumerate(SEEN_CLASSES):
        print(f"{name:<11}{np.mean(predicted[y_test == position] == position):.3f}")
    print(f"test accuracy {np.mean(predicted == y_test):.4f}")
    without_optimizer = small_convnet()  # half the file would be the optimizer's momentum
    without_optimizer.set_weights(model.get_weights())
    without_optimizer.save_weights(WEIGHTS)


if __name__ == "__main__":
    main()
