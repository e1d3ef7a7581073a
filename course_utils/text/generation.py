"""New text from a character model: one compiled loop that passes the state from character to character."""

from typing import Any

from course_utils.arguments import is_number, require_count
from course_utils.backend import compiled
from course_utils.text.vocabulary import Vocabulary

import keras
import numpy as np
from keras import ops

BUCKET = 256  # buffer lengths are rounded up to a multiple of this, to limit recompilation


class TextGenerator:
    """A generator of text from a `char_language_model` with any cell, stateful or not.

    The loop calls the layers' own cells, one character at a time, and every call reads the current weights, so one
    generator can follow a training. It is compiled at the first call of each method; later calls of any temperature,
    `top_k` and seed, and of any length up to the next multiple of 256 characters, use what was compiled.

    Args:
        model: A model as `char_language_model` builds it.
        vocabulary: The vocabulary that its tokens come from.

    Raises:
        ValueError: The model is of another kind, gives no logits, or its vocabulary has another size.

    Source: for the draws the Gumbel-max trick, as in Maddison, Tarlow and Minka, A* sampling (2014); for `top_k` Fan,
    Lewis and Dauphin, Hierarchical neural story generation (2018); for the beam search Sutskever, Vinyals and Le,
    Sequence to sequence learning with neural networks (2014), whose decoder is a recurrent network too.

    Example:
        >>> generator = TextGenerator(model, vocabulary)
        >>> generator.sample("shall i compare thee", 200, temperature=0.5)
        >>> generator.beam_search("shall i compare thee", 40, beams=4)[0]
    """

    def __init__(self, model: keras.Model, vocabulary: Vocabulary):
        if not isinstance(vocabulary, Vocabulary):
            raise ValueError(f"vocabulary must be a Vocabulary(text); got {type(vocabulary).__name__}")
        recurrent = model.layers[1:-1]
        if not recurrent or not all(isinstance(layer, keras.layers.RNN) for layer in recurrent):
            raise ValueError(
                f"model {model.name!r} must be a char_language_model: an encoding, recurrent layers, logits; it has "
                f"{', '.join(type(layer).__name__ for layer in model.layers) or 'no layers'}"
            )
        output = model.layers[-1]
        if not isinstance(output, keras.layers.Dense) or output.activation is not keras.activations.linear:
            raise ValueError(
                f"the last layer of model {model.name!r}, {output.name!r}, must give logits: a Dense layer without an "
                "activation (train it with a loss that has from_logits=True)"
            )
        if model.output_shape[-1] != len(vocabulary):
            raise ValueError(
                f"model {model.name!r} predicts {model.output_shape[-1]} characters, the vocabulary has "
                f"{len(vocabulary)}"
            )
        self.vocabulary = vocabulary
        self._encoding, self._recurrent, self._output = model.layers[0], recurrent, output
        self._sample = compiled(model, self._sampling_loop)
        self._search = compiled(model, self._search_loop)
        self._read = compiled(model, self._reading_loop)

    def sample(
        self, prompt: str, length: int, *, temperature: float = 1.0, top_k: int | None = None, seed: int = 0
    ) -> str:
        """Draw each character from the model's distribution.

        Args:
            prompt: The text to continue, at least one character.
            length: Characters to generate.
            temperature: Divides the logits: below 1 likely characters become likelier, above 1 the draw becomes more
                even. 0 always takes the likeliest character (see `greedy`).
            top_k: Draw only from this many of the likeliest characters.
            seed: Seeds the draws.

        Returns:
            The generated characters, without the prompt.

        Raises:
            ValueError: An empty prompt, one with unknown characters, or an argument out of its range.
        """
        if not is_number(temperature) or temperature < 0:
            raise ValueError(f"temperature must be a number of at least 0; got {temperature!r}")
        if top_k is not None:
            require_count("top_k", top_k, most=len(self.vocabulary))
        tokens, prompt_length, total = self._buffer(prompt, length)
        # Gumbel-max trick: the largest of logits / T + Gumbel noise is a draw from softmax(logits / T). Multiplied by
        # T, so that T = 0 is allowed: then the noise is gone and the largest logit is taken.
        noise = np.random.default_rng(seed).gumbel(size=(len(tokens), len(self.vocabulary)))
        settings = np.float32(temperature), np.int32(top_k or len(self.vocabulary))
        drawn = self._sample(tokens, prompt_length, total, noise.astype(np.float32), *settings)
        return self._decoded(drawn, prompt_length, total)

    def greedy(self, prompt: str, length: int) -> str:
        """Take the likeliest character at every step; arguments, result and errors are those of `sample`."""
        return self.sample(prompt, length, temperature=0.0)

    def beam_search(self, prompt: str, length: int, *, beams: int = 4) -> list[tuple[str, float]]:
        """Search for the likeliest continuation as a whole, keeping the best few beginnings at every step.

        Args:
            prompt: The text to continue, at least one character.
            length: Characters to generate.
            beams: Number of beginnings to keep. 1 is greedy.

        Returns:
            The remaining continuations with their log probabilities (natural logarithm), the likeliest first.

        Raises:
            ValueError: As `sample`.
        """
        require_count("beams", beams)
        tokens, prompt_length, total = self._buffer(prompt, length)
        found, scores = self._search(np.tile(tokens, (beams, 1)), prompt_length, total)
        scores = ops.convert_to_numpy(scores)
        texts = [self._decoded(row, prompt_length, total) for row in ops.convert_to_numpy(found)]
        # more beams than continuations of this length leave some over, with probability 0
        return [(text, float(score)) for text, score in zip(texts, scores, strict=True) if np.isfinite(score)]

    def log_probabilities(self, text: str) -> np.ndarray:
        """Return the log probabilities of the next character after each character of a text.

        Args:
            text: At least one character.

        Returns:
            Natural logarithms, shape `(len(text), vocabulary)`, float32; row k follows the first k + 1 characters.

        Raises:
            ValueError: As `sample`.
        """
        tokens, _, total = self._buffer(text, 0)
        return np.array(ops.convert_to_numpy(self._read(tokens, total)))[: len(text)]

    def _buffer(self, prompt: str, length: int) -> tuple[np.ndarray, np.int32, np.int32]:
        """Return a padded array of tokens that begins with the prompt, the prompt's length, and the text's length."""
        if not isinstance(prompt, str) or not prompt:
            raise ValueError(f"the prompt must be a string of at least one character; got {prompt!r}")
        total = len(prompt) + require_count("length", length, least=0)
        tokens = np.zeros(-(-total // BUCKET) * BUCKET, np.int32)
        tokens[: len(prompt)] = self.vocabulary.encode(prompt)
        return tokens, np.int32(len(prompt)), np.int32(total)

    def _decoded(self, tokens: Any, prompt_length: int, total: int) -> str:
        return self.vocabulary.decode(ops.convert_to_numpy(tokens)[prompt_length:total])

    # What follows is traced and compiled. Arrays have the size of the buffer; `total` says where the text ends.

    def _initial_states(self, batch: int) -> list[list[Any]]:
        return [list(layer.get_initial_state(batch)) for layer in self._recurrent]

    def _step(self, tokens: Any, states: list[list[Any]]) -> tuple[Any, list[list[Any]]]:
        """Return logits `(batch, vocabulary)`, float32, after one more token `(batch,)` in each row, and the states."""
        x = self._encoding(tokens)
        following = []
        for layer, state in zip(self._recurrent, states, strict=True):
            x, state = layer.cell(x, state, training=False)
            following.append(list(state) if isinstance(state, (list, tuple)) else [state])
        return ops.cast(self._output(x), "float32"), following  # in any precision of the model

    def _sampling_loop(
        self, tokens: Any, prompt_length: Any, total: Any, noise: Any, temperature: Any, top_k: Any
    ) -> Any:
        noise = ops.cast(noise, "float32")

        def body(place: Any, tokens: Any, states: Any) -> tuple:
            logits, states = self._step(tokens[place][None], states)
            least = ops.take(ops.sort(logits[0]), len(self.vocabulary) - top_k)
            scores = ops.where(logits[0] >= least, logits[0] + temperature * noise[place], -np.inf)
            drawn = ops.cast(ops.argmax(scores), "int32")
            following = ops.where(place + 1 < prompt_length, tokens[place + 1], drawn)
            return place + 1, ops.slice_update(tokens, [place + 1], following[None]), states

        start = ops.zeros((), "int32"), tokens, self._initial_states(1)
        return ops.while_loop(lambda place, *_: place + 1 < total, body, start)[1]

    def _search_loop(self, tokens: Any, prompt_length: Any, total: Any) -> tuple[Any, Any]:
        beams, size = tokens.shape[0], len(self.vocabulary)

        def body(place: Any, tokens: Any, scores: Any, states: Any) -> tuple:
            logits, states = self._step(tokens[:, place], states)
            candidates = ops.reshape(scores[:, None] + ops.log_softmax(logits), (-1,))
            best, index = ops.top_k(candidates, beams)
            index = ops.cast(index, "int32")
            reading = place + 1 < prompt_length
            parent = ops.where(reading, ops.arange(beams, dtype="int32"), index // size)
            following = ops.where(reading, tokens[:, place + 1], index % size)
            tokens, states = keras.tree.map_structure(lambda rows: ops.take(rows, parent, axis=0), (tokens, states))
            tokens = ops.slice_update(tokens, [0, place + 1], following[:, None])
            return place + 1, tokens, ops.where(reading, scores, best), states

        # All beams read the same prompt. Only the first may have successors, or the others would be copies of it.
        scores = ops.convert_to_tensor(np.where(np.arange(beams) == 0, 0, -np.inf).astype(np.float32))
        start = ops.zeros((), "int32"), tokens, scores, self._initial_states(beams)
        _, tokens, scores, _ = ops.while_loop(lambda place, *_: place + 1 < total, body, start)
        return tokens, scores

    def _reading_loop(self, tokens: Any, total: Any) -> Any:
        def body(place: Any, log_probabilities: Any, states: Any) -> tuple:
            logits, states = self._step(tokens[place][None], states)
            return place + 1, ops.slice_update(log_probabilities, [place, 0], ops.log_softmax(logits)), states

        empty = ops.zeros((tokens.shape[0], len(self.vocabulary)), dtype="float32")
        start = ops.zeros((), "int32"), empty, self._initial_states(1)
        return ops.while_loop(lambda place, *_: place < total, body, start)[1]
