"""A callback that shows what a character model writes, epoch by epoch."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from course_utils.arguments import is_number, require_count
from course_utils.callbacks._watcher import Watcher
from course_utils.display import emit
from course_utils.text import TextGenerator, Vocabulary

import numpy as np

if TYPE_CHECKING:
    from os import PathLike


class TextSampler(Watcher):
    """Generate text after epochs, at several temperatures, and show it in the notebook and in TensorBoard.

    The draws are the same after every epoch, so that only the model changes from one sample to the next. Sampling does
    not touch the state that a stateful model keeps for its training.

    Args:
        vocabulary: The vocabulary of the model's tokens.
        prompt: The text that each sample continues.
        length: Characters in a sample.
        temperatures: One temperature, or several with a sample for each (see `TextGenerator.sample`).
        every: Number of epochs from one sample to the next.
        log_dir: Folder for TensorBoard. None uses that of the batch; outside of one nothing is written.
        seed: Seeds the draws.

    Attributes:
        samples: Number of epochs done to a dictionary from temperature to text, without the prompt.

    Raises:
        ValueError: At construction, no temperature or one below 0, or `every` or `length` below 1. When training
            begins, before anything is trained: a model that is not a `char_language_model` of this vocabulary, or a
            prompt with other characters.

    Example:
        >>> sampler = TextSampler(vocabulary, "shall i compare thee", temperatures=(0.5, 1.0))
        >>> model.fit(x, y, batch_size=32, shuffle=False, verbose=0, callbacks=[ResetStates(), sampler])
        after epoch 1, temperature 0.5: the the the soun
        …
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        prompt: str,
        *,
        length: int = 200,
        temperatures: float | Sequence[float] = (0.5, 1.0),
        every: int = 1,
        log_dir: "str | PathLike | None" = None,
        seed: int = 0,
    ):
        super().__init__()
        values = np.asarray(temperatures, dtype=object).ravel().tolist()
        if not values or not all(is_number(value) and value >= 0 for value in values):
            raise ValueError(f"temperatures must be a number of at least 0, or a list of them; got {temperatures!r}")
        self.vocabulary = vocabulary
        self.prompt = prompt
        self.length = require_count("length", length)
        self.temperatures = tuple(values)
        self.every = require_count("every", every)
        self.log_dir = log_dir
        self.seed = seed
        self.samples: dict[int, dict[float, str]] = {}

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Compile the generator and try it, so that unsuitable arguments fail before training starts."""
        self.samples = {}
        self._generator = TextGenerator(self.model, self.vocabulary)
        self._generate()
        self._open_file()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Generate samples and show them."""
        if (epoch + 1) % self.every:
            return
        self.samples[epoch + 1] = self._generate()
        emit({"text/plain": "\n\n".join(self._described(epoch + 1))})
        if self._writer is not None:
            for temperature, sample in self.samples[epoch + 1].items():
                as_code = "\n".join(f"    {line}" for line in (self.prompt + sample).splitlines())
                self._writer.add_text(f"samples/temperature {temperature:g}", as_code, epoch + 1)
            self._writer.flush()  # so that an interrupted training keeps its samples

    def _generate(self) -> dict[float, str]:
        sample = self._generator.sample
        return {
            temperature: sample(self.prompt, self.length, temperature=temperature, seed=self.seed)
            for temperature in self.temperatures
        }

    def _described(self, epochs_done: int) -> list[str]:
        return [
            f"after epoch {epochs_done}, temperature {temperature:g}: {sample}"
            for temperature, sample in self.samples[epochs_done].items()
        ]
