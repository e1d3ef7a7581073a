"""200 characters from a recurrent network of 128 units: `model.predict` for every character, or one compiled loop.

The document (Deshpande, Deep Learning for Human Beings) gives `predict` a one-hot window of the last 40 characters for
each new one. `TextGenerator` carries the state on and runs the whole loop compiled. Same network, same weights, every
cell, every sampler, in turns; what is compiled is compiled before the clock starts, on both sides. Goal: 300 times.
Run from the repository: `python benchmarks/text_generation.py [ROUNDS]`. The exit code is 1 if a
sampler misses the goal.
"""

import statistics
import sys
import time
from collections.abc import Callable

from course_utils import datasets, setup
from course_utils.models import char_language_model
from course_utils.text import TextGenerator, Vocabulary

import keras
import numpy as np

GOAL, CHARACTERS, WINDOW = 300, 200, 40


def documents_way(model: keras.Model, vocabulary: Vocabulary, prompt: str, characters: int = CHARACTERS) -> float:
    """Seconds of the document's loop, which is quiet here and has one softmax instead of two."""
    last = keras.Sequential([keras.Input((WINDOW, len(vocabulary))), *model.layers[1:]])
    sentence, written = prompt, ""
    last.predict(np.zeros((1, WINDOW, len(vocabulary)), bool), verbose=0)
    start = time.perf_counter()
    for _ in range(characters):
        window = np.eye(len(vocabulary), dtype=bool)[vocabulary.encode(sentence)][None]
        logits = last.predict(window, verbose=0)[0, -1].astype("float64")
        p = np.exp(logits) / np.sum(np.exp(logits))
        written += vocabulary.characters[np.random.choice(len(vocabulary), p=p)]
        sentence = sentence[1:] + written[-1]
    return time.perf_counter() - start


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    setup(0)
    text = datasets.load("sonnets").text.lower()
    vocabulary, prompt = Vocabulary(text), text[:WINDOW]
    ratios = []
    print("| cell | sampler | documents' way, s | compiled loop, s | times as fast |\n|---|---|---|---|---|")
    for cell in ("lstm", "gru", "rnn"):
        model = char_language_model(len(vocabulary), cell)
        generator = TextGenerator(model, vocabulary)
        samplers: dict[str, Callable] = {
            "greedy": lambda generator=generator: generator.greedy(prompt, CHARACTERS),
            "temperature": lambda generator=generator: generator.sample(prompt, CHARACTERS, temperature=0.7),
            "top-k": lambda generator=generator: generator.sample(prompt, CHARACTERS, top_k=5),
            "beam search": lambda generator=generator: generator.beam_search(prompt, CHARACTERS, beams=4),
        }
        for sampler in samplers.values():
            sampler()
        slow, fast = [], {name: [] for name in samplers}
        for _ in range(rounds):
            slow.append(documents_way(model, vocabulary, prompt))
            for name, sampler in samplers.items():
                for _ in range(5):
                    start = time.perf_counter()
                    sampler()
                    fast[name].append(time.perf_counter() - start)
        for name, seconds in fast.items():
            ratios.append(statistics.median(slow) / statistics.median(seconds))
            times = f"{statistics.median(slow):.2f} | {statistics.median(seconds):.4f} | {ratios[-1]:.0f}"
            print(f"| {cell} | {name} | {times} |", flush=True)
    return int(min(ratios) < GOAL)


if __name__ == "__main__":
    sys.exit(main())
