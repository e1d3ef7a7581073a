"""The character-level language model of the sequence chapters: one recurrent network, three kinds of cell."""

from typing import Any, Literal

from course_utils.arguments import require_count

import keras
from keras import layers, ops

CELLS = {"lstm": layers.LSTM, "gru": layers.GRU, "rnn": layers.SimpleRNN}


@keras.saving.register_keras_serializable("course_utils")
class OneHot(layers.Layer):
    """Turn integer tokens of any shape into one-hot vectors along a new last axis.

    Unlike `keras.layers.CategoryEncoding` it treats an axis of length 1 as any other, so a sequence may be one token.

    Args:
        depth: Size of the vocabulary.
    """

    def __init__(self, depth: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.depth = depth

    def call(self, tokens: Any) -> Any:
        """Encode `(…)` integers as `(…, depth)`."""
        return ops.one_hot(tokens, self.depth, dtype=self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """Add the new axis."""
        return (*input_shape, self.depth)

    def compute_output_spec(self, tokens: keras.KerasTensor) -> keras.KerasTensor:
        """Declare that the output is floating point although the input is not."""
        return keras.KerasTensor((*tokens.shape, self.depth), dtype=self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that rebuild the layer."""
        return {**super().get_config(), "depth": self.depth}


@keras.saving.register_keras_serializable("course_utils")
class StatefulSequential(keras.Sequential):
    """A Sequential model whose stateful layers keep their state on JAX too.

    Keras leaves the states out of a model's variables. TensorFlow updates them nevertheless; on JAX, where a training
    step passes on all that changes, they would silently stay at zero.
    """

    @property
    def non_trainable_variables(self) -> list[keras.Variable]:
        """The variables that Keras lists, and the states."""
        stateful = [layer for layer in self.layers if getattr(layer, "stateful", False) and layer.states is not None]
        return super().non_trainable_variables + [state for layer in stateful for state in layer.states]


def char_language_model(
    vocabulary_size: int,
    cell: Literal["lstm", "gru", "rnn"] = "lstm",
    *,
    units: int = 128,
    stateful_batch: int | None = None,
) -> keras.Sequential:
    """Build a network that predicts, at every character of a text, which comes next; untrained and not compiled.

    Tokens are made one-hot inside, so a training array holds integers. Train it with
    `keras.losses.SparseCategoricalCrossentropy(from_logits=True)`.

    | layer | output shape | parameters for V characters, n units |
    |---|---|---|
    | `one_hot` | `(batch, time, V)` | 0 |
    | `recurrent` | `(batch, time, n)` | lstm 4((V + n)n + n), gru 3((V + n)n + 2n), rnn (V + n)n + n |
    | `logits`, dense | `(batch, time, V)` | (n + 1)V |

    Args:
        vocabulary_size: Number of distinct characters, V.
        cell: Keras' `LSTM`, `GRU` or `SimpleRNN` with its default activations.
        units: Size of the hidden state, n.
        stateful_batch: If given, the model takes batches of exactly this size and keeps its state from one batch to
            the next (see `text.streams`). Without it every sequence starts from a state of zeros.

    Returns:
        A model from tokens `(batch, time)`, integers from 0 to V - 1, to logits `(batch, time, V)`.

    Raises:
        ValueError: Unknown cell, or a size below 1.

    Source: Deshpande, Deep Learning for Human Beings (2018), whose network has one LSTM layer of 128 units and looks
    at its last output only, after a window of 40 one-hot characters.

    Example:
        >>> model = char_language_model(37, "lstm")
        >>> model.count_params()
        89765
    """
    if cell not in CELLS:
        raise ValueError(f"cell must be one of {', '.join(CELLS)}; got {cell!r}")
    stateful = stateful_batch is not None
    sizes = {"vocabulary_size": vocabulary_size, "units": units, "stateful_batch": stateful_batch if stateful else 1}
    for name, size in sizes.items():
        require_count(name, size)
    kind = StatefulSequential if stateful else keras.Sequential
    return kind(
        [
            keras.Input((None,), batch_size=stateful_batch, dtype="int32"),
            OneHot(vocabulary_size, name="one_hot"),
            CELLS[cell](units, return_sequences=True, stateful=stateful, name="recurrent"),
            layers.Dense(vocabulary_size, name="logits"),
        ],
        name=f"char_{cell}",
    )
