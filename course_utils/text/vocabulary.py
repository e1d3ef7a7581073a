"""Characters as integers and back."""

from collections.abc import Iterable

import numpy as np


class Vocabulary:
    """The distinct characters of a text, in the order of their code points, so that it is the same in every process.

    Args:
        text: Any text with all the characters, such as the training text.

    Attributes:
        characters: The characters; the token of each is its index.

    Raises:
        ValueError: `text` is not a string, or is empty.

    Example:
        >>> vocabulary = Vocabulary("to be or not to be")
        >>> vocabulary.characters, vocabulary.encode("bet")
        (' benort', array([1, 2, 6], dtype=int32))
        >>> vocabulary.decode([1, 2, 6])
        'bet'
    """

    def __init__(self, text: str):
        if not isinstance(text, str) or not text:
            raise ValueError(f"a vocabulary needs a string of at least one character; got {text!r}")
        self.characters = "".join(sorted(set(text)))
        self._code_points = _code_points(self.characters)

    def __len__(self) -> int:
        return len(self.characters)

    def __repr__(self) -> str:
        return f"Vocabulary of {len(self)} characters: {self.characters!r}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self.characters == other.characters

    def __hash__(self) -> int:
        return hash(self.characters)

    def encode(self, text: str) -> np.ndarray:
        """Return the tokens of a text.

        Args:
            text: Characters of this vocabulary only.

        Returns:
            Tokens `(len(text),)`, int32, from 0 to the size of the vocabulary - 1.

        Raises:
            ValueError: `text` is not a string, or has characters outside the vocabulary; the message names them.
        """
        if not isinstance(text, str):
            raise ValueError(f"encode() takes a string; got {type(text).__name__}")
        code_points = _code_points(text)
        tokens = np.searchsorted(self._code_points, code_points).astype(np.int32)
        known = self._code_points[np.minimum(tokens, len(self) - 1)] == code_points
        if not known.all():
            unknown = sorted({chr(code_point) for code_point in code_points[~known]})
            raise ValueError(
                f"not in the vocabulary: {', '.join(map(repr, unknown))}. It has {self.characters!r}: replace them, "
                "or build the vocabulary from a text that has them too"
            )
        return tokens

    def decode(self, tokens: Iterable[int]) -> str:
        """Return the text of tokens, the inverse of `encode`.

        Args:
            tokens: Integers from 0 to the size of the vocabulary - 1, `(n,)`.

        Returns:
            The text, n characters.

        Raises:
            ValueError: A token is out of range.
        """
        indices = np.asarray(list(tokens) if not isinstance(tokens, np.ndarray) else tokens, dtype=np.int64)
        if indices.size and not (indices.min() >= 0 and indices.max() < len(self)):
            wrong = indices[(indices < 0) | (indices >= len(self))][0]
            raise ValueError(f"tokens go from 0 to {len(self) - 1}; got {wrong}")
        return "".join(self.characters[index] for index in indices)


def _code_points(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
