"""An epoch of LeNet-5 on 54,000 MNIST images in batches of 128, from float32 arrays, from uint8 arrays, and in PyTorch.

The documents divide all images by 255 into float32 arrays and give these to `fit`. The other way gives `fit` the bytes
as they are and divides in the model's first layer: a quarter of the memory. With several steps to a call, which saves
Python's share of each, it should be no slower, neither than the documents' way nor than the same network in PyTorch, if
that is installed, trained on the same numbers with Adam on the same cores.
All sides take turns in one process, so that a busy moment hits all alike; the first epoch of each, in which things are
compiled, is not counted. What is compared is the median over the rounds of a side's time over that of the float32 side
in the same round; the limit is 1.05, since medians of a few epochs are no better than that.
Run from the repository: `python benchmarks/lenet5_epoch.py [ROUNDS]`. The exit code is 1 over a limit.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

from course_utils import datasets, setup
from course_utils.models import lenet5

import keras
import numpy as np

LIMIT = 1.05
IMAGES, BATCH = 54_000, 128
STEPS_PER_CALL = 211  # half an epoch

try:
    import torch
except ImportError:
    torch = None


def keras_epoch(model: keras.Model, x: np.ndarray, y: np.ndarray, steps_per_call: int = 1) -> Callable[[], float]:
    """A function that trains for one epoch and returns the mean loss, with the settings of the documents."""
    loss = "sparse_categorical_crossentropy"
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"], steps_per_execution=steps_per_call)
    return lambda: model.fit(x, y, batch_size=BATCH, verbose=0).history["loss"][0]


def from_bytes() -> keras.Model:
    """LeNet-5 with the division by 255 inside."""
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Rescaling(1 / 255), *lenet5().layers])


def torch_epoch(x: np.ndarray, y: np.ndarray) -> Callable[[], float]:
    """The same in PyTorch: shuffled batches cut from one tensor, which is faster than its DataLoader."""
    nn = torch.nn
    torch.manual_seed(0)
    torch.set_num_threads(os.cpu_count())
    model = nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 120, 5), nn.ReLU(), nn.Flatten()),
        *(nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),  # the loss applies the softmax
    )
    assert sum(parameter.numel() for parameter in model.parameters()) == lenet5().count_params()
    adam, loss_of = torch.optim.Adam(model.parameters()), nn.CrossEntropyLoss()
    images, labels = torch.from_numpy(x).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(y.astype(np.int64))

    def epoch() -> float:
        total = right = 0.0
        for batch in torch.randperm(len(images)).split(BATCH):
            logits = model(images[batch])
            loss = loss_of(logits, labels[batch])
            adam.zero_grad()
            loss.backward()
            adam.step()
            total += loss.item() * len(batch)
            right += (logits.argmax(1) == labels[batch]).sum().item()  # `fit` computes the accuracy too
        return total / len(images)

    return epoch


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    setup(0)
    mnist = datasets.load("mnist")
    pixels, y = mnist.x_train[:IMAGES, ..., None], mnist.y_train[:IMAGES]
    if len(pixels) < IMAGES:
        print(f"only {len(pixels)} images: the times say nothing about MNIST")
    scaled = pixels.astype("float32") / 255
    sides = {
        "fit on float32 arrays": (keras_epoch(lenet5(), scaled, y), scaled.nbytes),
        "fit on uint8 arrays": (keras_epoch(from_bytes(), pixels, y, STEPS_PER_CALL), pixels.nbytes),
    }
    if torch is None:
        print("PyTorch is not installed (pip install torch): that side is left out")
    else:
        sides[f"PyTorch {torch.__version__}"] = (torch_epoch(scaled, y), scaled.nbytes)

    seconds, losses = {name: [] for name in sides}, {}
    for number in range(rounds + 1):
        for name, (epoch, _) in sides.items():
            start = time.perf_counter()
            losses[name] = epoch()
            if number:
                seconds[name].append(time.perf_counter() - start)

    first, *others = sides
    machine = f"{keras.backend.backend()}, {os.cpu_count()} cores"
    print(f"\n| {machine} | images, MB | median of {rounds}, s | smallest | loss |\n|---|---|---|---|---|")
    for name, (_, size) in sides.items():
        times = seconds[name]
        print(f"| {name} | {size / 1e6:.0f} | {statistics.median(times):.2f} | {min(times):.2f} | {losses[name]:.4f} |")
    ratio = {
        name: statistics.median(there / here for here, there in zip(seconds[first], seconds[name], strict=True))
        for name in others
    }
    for name, value in ratio.items():
        print(f"{name}: {value:.2f} times as long as {first}")
    bytes_side = others[0]
    too_slow = ratio[bytes_side] > LIMIT or any(
        ratio[bytes_side] > LIMIT * ratio[name] for name in others if name != bytes_side
    )
    return int(too_slow)


if __name__ == "__main__":
    sys.exit(main())
