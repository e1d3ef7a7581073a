"""Vocabulary, windows and streams."""

from course_utils.text import Vocabulary, streams, windows

import numpy as np
import pytest


def test_there_and_back_again():
    text = "Größe: 3 €\n\t𝄞 to be"
    vocabulary = Vocabulary(text)
    tokens = vocabulary.encode(text)
    assert tokens.dtype == np.int32 and len(tokens) == len(text)
    assert vocabulary.decode(tokens) == vocabulary.decode(list(tokens)) == text
    assert sorted(set(tokens.tolist())) == list(range(len(vocabulary)))
    assert vocabulary.decode([]) == "" and len(vocabulary.encode("")) == 0


def test_the_order_does_not_depend_on_the_text():
    assert Vocabulary("hello").characters == Vocabulary("olleh").characters == "ehlo"
    assert Vocabulary("hello") == Vocabulary("olleh") != Vocabulary("help")


def test_unknown_characters_are_named():
    with pytest.raises(ValueError, match="not in the vocabulary: '!', 'z'"):
        Vocabulary("hello").encode("hell! zz!".replace(" ", ""))
    with pytest.raises(ValueError, match="tokens go from 0 to 3; got 4"):
        Vocabulary("hello").decode([0, 4])
    with pytest.raises(ValueError, match="tokens go from 0 to 3; got -1"):
        Vocabulary("hello").decode([-1])
    with pytest.raises(ValueError, match="a string of at least one character; got ''"):
        Vocabulary("")


def test_windows_are_those_of_a_loop_and_take_no_memory():
    tokens = np.arange(100) % 13
    x, y = windows(tokens, 10)
    assert x.tolist() == [tokens[i : i + 10].tolist() for i in range(90)]
    assert y.tolist() == [tokens[i + 10] for i in range(90)]
    assert np.shares_memory(x, tokens)
    assert not x.flags.writeable and not y.flags.writeable
    assert tokens.flags.writeable


def test_each_row_of_a_stream_goes_on_where_it_ended():
    tokens = np.arange(103)
    x, y = streams(tokens, 4, 5)
    assert x.shape == y.shape == (20, 5)
    assert (y == x + 1).all(), "the target of every token is the next one"
    batches = x.reshape(5, 4, 5)
    for row in range(4):
        assert batches[:, row].ravel().tolist() == list(range(25 * row, 25 * row + 25))


def test_text_too_short_and_sizes_below_one_are_refused():
    with pytest.raises(ValueError, match="need 11 tokens; there are 10"):
        windows(np.arange(10), 10)
    with pytest.raises(ValueError, match="need 41 tokens; there are 40"):
        streams(np.arange(40), 4, 10)
    assert len(streams(np.arange(41), 4, 10)[0]) == 4
    with pytest.raises(ValueError, match="length must be an integer of at least 1; got 0"):
        windows(np.arange(10), 0)
    with pytest.raises(ValueError, match="batch must be an integer of at least 1"):
        streams(np.arange(10), 0, 3)
    with pytest.raises(ValueError, match="encode the text"):
        streams(np.arange(10.0), 2, 3)
