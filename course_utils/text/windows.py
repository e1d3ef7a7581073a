"""Training arrays from the tokens of a text: windows, or contiguous streams for a model that keeps its state."""

from course_utils.arguments import require_count

import numpy as np


def windows(tokens: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut a text into windows, each with the one token that follows it.

    The windows are views of `tokens`, so they take no memory, although overlapping windows repeat each token.

    Args:
        tokens: A text as integers, `(n,)`.
        length: Tokens in a window.

    Returns:
        x `(n - length, length)` and y `(n - length,)`, read-only.

    Raises:
        ValueError: Sizes below 1, tokens that are not one flat array, or a text too short for one window
            and its target.
    """
    tokens = _flat(tokens)
    require_count("length", length)
    if len(tokens) <= length:
        raise ValueError(f"a window of {length} and its target need {length + 1} tokens; there are {len(tokens)}")
    x = np.lib.stride_tricks.sliding_window_view(tokens[:-1], length)
    y = tokens[length:]
    y.flags.writeable = False  # as x: writing into a view would change the text
    return x, y


def streams(tokens: np.ndarray, batch: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut a text into `batch` long pieces and read them side by side, `length` tokens at a time.

    Row k of each batch goes on where row k of the batch before ended, so a stateful model knows what came before. The
    target of every token is the next one: each token of the text is trained on once per pass, where windows of stride 1
    read it `length` times. Train with `batch_size=batch, shuffle=False` and the callback `ResetStates`.

    Args:
        tokens: A text as integers, `(n,)`.
        batch: Rows of a batch.
        length: Number of tokens that a row advances from batch to batch, and through which gradients flow back.

    Returns:
        x and y, each `(batches * batch, length)`; rows 0 to batch - 1 are the first batch. Tokens at the end that do
        not fill a batch are left out.

    Raises:
        ValueError: Sizes below 1, tokens that are not one flat array, or a text too short for one batch.
    """
    tokens = _flat(tokens)
    require_count("batch", batch)
    require_count("length", length)
    count = (len(tokens) - 1) // (batch * length)
    if count == 0:
        raise ValueError(
            f"{batch} streams of {length} tokens and their targets need {batch * length + 1} tokens; "
            f"there are {len(tokens)}"
        )

    def in_batches(flat: np.ndarray) -> np.ndarray:
        pieces = flat[: batch * count * length].reshape(batch, count, length)
        return np.ascontiguousarray(pieces.swapaxes(0, 1)).reshape(count * batch, length)

    return in_batches(tokens[:-1]), in_batches(tokens[1:])


def _flat(tokens: np.ndarray) -> np.ndarray:
    tokens = np.asarray(tokens)
    if tokens.ndim != 1 or tokens.dtype.kind not in "iu":
        raise ValueError(
            f"tokens must be one flat array of integers; got shape {tokens.shape} of {tokens.dtype}: encode the text"
        )
    return tokens
