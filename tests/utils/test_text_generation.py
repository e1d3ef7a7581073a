"""The compiled loops against step by step predictions of the same Keras model."""

from course_utils.models import char_language_model
from course_utils.text import TextGenerator, Vocabulary

import keras
import numpy as np
import pytest

VOCABULARY = Vocabulary("abcdefg")
PROMPT = "bad cab".replace(" ", "")


def sharp_model(cell, **settings):
    """A model with large weights, so that what comes next depends on what came before."""
    keras.utils.set_random_seed(1)
    model = char_language_model(len(VOCABULARY), cell, units=12, **settings)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(scale=0.8, size=weights.shape) for weights in model.get_weights()])
    return model


@pytest.fixture(params=["lstm", "gru", "rnn"])
def model(request):
    return sharp_model(request.param)


def expected_logits(model, text):
    """The logits after the last character, from the whole text anew, as `predict` gives them."""
    return model.predict(VOCABULARY.encode(text)[None], verbose=0)[0, -1].astype(float)


def softmax(logits):
    exponentials = np.exp(logits - logits.max())
    return exponentials / exponentials.sum()


def drawn_step_by_step(model, length, temperature, top_k, seed):
    """The same Gumbel noise, one prediction per character."""
    text = PROMPT
    noise = np.random.default_rng(seed).gumbel(size=(256, len(VOCABULARY)))
    while len(text) < len(PROMPT) + length:
        logits = expected_logits(model, text)
        allowed = np.argsort(logits)[::-1][:top_k]
        text += VOCABULARY.characters[allowed[np.argmax((logits + temperature * noise[len(text) - 1])[allowed])]]
    return text[len(PROMPT) :]


@pytest.mark.parametrize(("temperature", "top_k"), [(0.0, None), (0.7, None), (1.5, 3), (1.0, 1)])
def test_sampling_is_what_predict_would_give(model, temperature, top_k):
    generator = TextGenerator(model, VOCABULARY)
    text = generator.sample(PROMPT, 12, temperature=temperature, top_k=top_k, seed=3)
    assert text == drawn_step_by_step(model, 12, temperature, top_k, 3)
    if temperature == 0 or top_k == 1:
        assert text == generator.greedy(PROMPT, 12)


def test_log_probabilities_are_those_of_keras(model):
    text = PROMPT + "gfedcba" * 3
    found = TextGenerator(model, VOCABULARY).log_probabilities(text)
    logits = model.predict(VOCABULARY.encode(text)[None], verbose=0)[0]
    np.testing.assert_allclose(found, np.log([softmax(row) for row in logits]), atol=1e-4)
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, atol=1e-5)


def test_beam_search_is_what_predict_would_give(model):
    found = TextGenerator(model, VOCABULARY).beam_search(PROMPT, 6, beams=3)
    beams = [(0.0, "")]
    for _ in range(6):
        longer = [
            (score + log_probability, text + character)
            for score, text in beams
            for character, log_probability in zip(
                VOCABULARY.characters, np.log(softmax(expected_logits(model, PROMPT + text))), strict=True
            )
        ]
        beams = sorted(longer, reverse=True)[:3]
    assert [text for text, _ in found] == [text for _, text in beams]
    np.testing.assert_allclose([score for _, score in found], [score for score, _ in beams], atol=1e-4)


def test_beams_enough_for_all_find_the_likeliest_text():
    model = sharp_model("gru")
    generator = TextGenerator(model, VOCABULARY)
    found = generator.beam_search(PROMPT, 2, beams=60)
    assert len(found) == 49 and sum(np.exp(score) for _, score in found) == pytest.approx(1, abs=1e-4)
    assert generator.beam_search(PROMPT, 12, beams=1)[0][0] == generator.greedy(PROMPT, 12)


def test_draws_follow_the_distribution():
    model = sharp_model("lstm")
    generator = TextGenerator(model, VOCABULARY)
    draws = "".join(generator.sample(PROMPT, 1, temperature=2.0, seed=seed) for seed in range(800))
    frequencies = [draws.count(character) / 800 for character in VOCABULARY.characters]
    np.testing.assert_allclose(frequencies, softmax(expected_logits(model, PROMPT) / 2.0), atol=0.06)


def test_long_texts_go_beyond_one_buffer():
    model = sharp_model("lstm")
    generator = TextGenerator(model, VOCABULARY)
    long = generator.greedy(PROMPT, 300)
    assert len(long) == 300 and long[:200] == generator.greedy(PROMPT, 200)
    assert generator.sample(PROMPT, 0) == ""


def test_it_follows_the_weights_and_works_on_stateful_models():
    stateful = sharp_model("gru", stateful_batch=3)
    stateless = sharp_model("gru")
    generator = TextGenerator(stateful, VOCABULARY)
    before = generator.sample(PROMPT, 30, seed=5)
    assert before == TextGenerator(stateless, VOCABULARY).sample(PROMPT, 30, seed=5)
    stateful.set_weights([-weights for weights in stateful.get_weights()])
    after = generator.sample(PROMPT, 30, seed=5)
    stateless.set_weights(stateful.get_weights())
    assert after != before and after == TextGenerator(stateless, VOCABULARY).sample(PROMPT, 30, seed=5)


def test_bad_arguments_and_models_are_refused():
    generator = TextGenerator(sharp_model("rnn"), VOCABULARY)
    with pytest.raises(ValueError, match="not in the vocabulary: 'x'"):
        generator.greedy("x", 3)
    with pytest.raises(ValueError, match="prompt must be a string of at least one character"):
        generator.greedy("", 3)
    with pytest.raises(ValueError, match="top_k must be an integer from 1 to 7"):
        generator.sample(PROMPT, 3, top_k=8)
    with pytest.raises(ValueError, match="temperature must be a number of at least 0; got -1"):
        generator.sample(PROMPT, 3, temperature=-1)
    with pytest.raises(ValueError, match="beams must be an integer of at least 1"):
        generator.beam_search(PROMPT, 3, beams=0)
    with pytest.raises(ValueError, match="predicts 7 characters, the vocabulary has 3"):
        TextGenerator(sharp_model("rnn"), Vocabulary("abc"))
    dense = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(7)])
    with pytest.raises(ValueError, match="must be a char_language_model"):
        TextGenerator(dense, VOCABULARY)
    for too_few in (keras.Sequential(name="empty"), keras.Sequential([keras.Input((3,)), keras.layers.Dense(7)])):
        with pytest.raises(ValueError, match="must be a char_language_model"):
            TextGenerator(too_few, VOCABULARY)
    softmax = sharp_model("rnn")
    softmax.layers[-1].activation = keras.activations.softmax
    with pytest.raises(ValueError, match="the last layer of model 'char_rnn', 'logits', must give logits"):
        TextGenerator(softmax, VOCABULARY)


@pytest.fixture
def single_precision_afterwards():
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize(
    ("cell", "policy", "floatx"),
    [
        ("lstm", "mixed_float16", "float32"),
        ("gru", "mixed_float16", "float32"),
        ("rnn", "mixed_bfloat16", "float32"),
        ("lstm", "float64", "float32"),
        ("gru", "float64", "float64"),  # of a reader's keras.json
    ],
)
def test_texts_in_any_precision(cell, policy, floatx, single_precision_afterwards):
    if policy == "float64" and keras.backend.backend() == "jax":
        pytest.skip("JAX has no float64 unless it is told so")
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)
    model = sharp_model(cell)
    generator = TextGenerator(model, VOCABULARY)
    text = PROMPT + generator.sample(PROMPT, 20, seed=3)
    found = generator.log_probabilities(text)
    logits = model.predict(VOCABULARY.encode(text)[None], verbose=0)[0].astype(float)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.log([softmax(row) for row in logits]), atol=0.1)
    np.testing.assert_allclose(np.exp(found).sum(axis=1), 1, atol=1e-5)
    (best, score), *_ = generator.beam_search(PROMPT, 4, beams=3)
    steps = generator.log_probabilities(PROMPT + best)[len(PROMPT) - 1 : -1]
    expected = steps[range(4), VOCABULARY.encode(best)].sum()
    assert score == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda generator: generator.sample(["a", "b"], 3), r"prompt must be a string.*got \['a', 'b'\]"),
        (lambda generator: generator.sample(None, 3), "prompt must be a string.*got None"),
        (lambda generator: generator.sample("a", 2.5), "length must be an integer of at least 0; got 2.5"),
        (lambda generator: generator.sample("a", 3, temperature="1"), "temperature must be a number.*got '1'"),
        (lambda generator: generator.sample("a", 3, temperature=None), "temperature must be a number.*got None"),
        (lambda generator: generator.sample("a", 3, top_k="2"), "top_k must be an integer from 1 to 7; got '2'"),
        (lambda generator: generator.beam_search("a", 3, beams=None), "beams must be an integer.*got None"),
        (lambda generator: generator.vocabulary.encode(["a"]), "takes a string; got list"),
        (lambda generator: Vocabulary(["ab", "c"]), r"a vocabulary needs a string.*got \['ab', 'c'\]"),
        (lambda generator: TextGenerator(sharp_model("rnn"), "abcdefg"), "must be a Vocabulary.*got str"),
    ],
)
def test_arguments_of_another_kind_are_refused_in_one_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call(TextGenerator(sharp_model("rnn"), VOCABULARY))
