import numpy as np
import pytest
import tensorflow as tf

from models.network_inputs import network_inputs
from models.pretraining.fill_mask import answers_to_masks, guesses, mask_positions, tokenize_masked
from models.pretraining.pack_segments import pack_segments
from models.tokenisation.text_encoder import TextEncoder
from models.tokenisation.vocabulary import Vocabulary

NUM_READ = {
    "the [MASK] sat": 1,
    "": 0,
    "[MASK]": 1,
    "un[MASK]": 1,
    "[MASK][MASK] on [mask] [MASK]": 3,
    "no mask": 0,
    "中[MASK]文": 1,
    "a " * 30 + "[MASK]": 0,
    "[MASK] " + "a " * 30 + "[MASK]": 1,
}
"""Masks of texts that lie within the 16 pieces that the model reads."""
TEXTS = list(NUM_READ)


def test_masks_are_one_token_and_the_rest_is_read_as_ever(encoder: TextEncoder) -> None:
    found = tokenize_masked(tf.constant(TEXTS), encoder).to_list()
    for text, ids in zip(TEXTS, found, strict=True):
        expected: list[int] = []
        for number, part in enumerate(text.split("[MASK]")):
            expected += [encoder.vocabulary.mask_id] * (number > 0)
            expected += encoder.tokenize(tf.constant([part])).to_list()[0]
        assert ids == expected
    assert tokenize_masked(tf.constant([], tf.string), encoder).to_list() == []


def test_a_second_segment_that_is_empty_leaves_no_trace(encoder: TextEncoder) -> None:
    first, second = (encoder.tokenize(tf.constant(texts)) for texts in (["a b", "the cat", ""], ["c", "", ""]))
    packed = pack_segments([first, second], encoder)
    single = encoder.pack(first)["token_ids"].to_list()
    assert packed["token_ids"].to_list()[1:] == single[1:]
    assert packed["token_ids"].to_list()[0] == encoder.pack(first, second)["token_ids"].to_list()[0]
    assert packed["segment_ids"].to_list() == [[0, 0, 0, 0, 1, 1], [0, 0, 0, 0], [0, 0]]


def _answers(texts: list[str], encoder: TextEncoder, k: int = 3) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Answers to texts of a network whose logits are random; and the logits."""
    packed = pack_segments([tokenize_masked(tf.constant(texts, tf.string), encoder)], encoder)
    positions = mask_positions(network_inputs(packed)["token_ids"], encoder.vocabulary.mask_id)
    shape = [len(texts), positions.shape[1], encoder.vocabulary.size]
    logits = np.random.default_rng(1).normal(0, 3, shape).astype("float32")
    answers = answers_to_masks(tf.constant(texts, tf.string), positions, guesses(logits, encoder.vocabulary, k))
    return {name: value.numpy() for name, value in answers.items()}, logits


def _offline(text: str, logits: np.ndarray, vocabulary: Vocabulary, k: int) -> tuple[list[list[str]], str]:
    """The same in plain Python: pieces for each mask that the model reads, and the text filled with the best."""
    tokens, parts = [], text.split("[MASK]")
    ordinary = [index for index, token in enumerate(vocabulary.tokens) if not token.startswith("[")]
    filled = parts[0]
    for number, part in enumerate(parts[1:]):
        if number >= NUM_READ[text]:
            filled += "[MASK]" + part
            continue
        best = sorted(ordinary, key=lambda index: (-logits[number, index], index))[:k]
        tokens.append([vocabulary.tokens[index] for index in best])
        word = tokens[-1][0]
        filled = (filled.rstrip() + word[2:] if word.startswith("##") else filled + word) + part
    return tokens, filled


def test_served_answers_equal_those_of_plain_python(encoder: TextEncoder) -> None:
    answers, logits = _answers(TEXTS, encoder)
    for row, text in enumerate(TEXTS):
        tokens, filled = _offline(text, logits[row], encoder.vocabulary, 3)
        served = [[piece.decode() for piece in pieces] for pieces in answers["tokens"][row]]
        assert served == tokens + [["", "", ""]] * (len(served) - len(tokens))
        assert answers["filled"][row].decode() == filled
        exponentials = np.exp(logits[row] - logits[row].max(-1, keepdims=True))
        scores = np.sort(exponentials / exponentials.sum(-1, keepdims=True))[..., ::-1]
        assert (answers["scores"][row][: len(tokens)] <= scores[: len(tokens), :3] + 1e-6).all()
        assert (answers["scores"][row][len(tokens) :] == 0).all()
    assert answers["filled"][7].decode() == TEXTS[7]


@pytest.mark.parametrize(("texts", "num_masks"), [([], 0), (["a", ""], 0), (["[MASK] [MASK]"], 2)])
def test_shapes(texts: list[str], num_masks: int, encoder: TextEncoder) -> None:
    answers, _ = _answers(texts, encoder, k=2)
    assert answers["tokens"].shape == answers["scores"].shape == (len(texts), num_masks, 2)
    assert answers["filled"].shape == (len(texts),)


def test_there_are_no_more_guesses_than_pieces(encoder: TextEncoder) -> None:
    answers, _ = _answers(["[MASK]"], encoder, k=100)
    # Neither special tokens nor slots that the vocabulary leaves free.
    assert answers["tokens"].shape[-1] == encoder.vocabulary.size - 6
    assert not any(token.startswith(b"[") for token in answers["tokens"][0, 0])


def test_a_piece_that_continues_a_word_is_put_right_behind_it() -> None:
    texts = tf.constant(["un [MASK] b", "[MASK]", "a \t[MASK][MASK]"])
    tokens = np.array([[["##aff"], [""]], [["##able"], [""]], [["##aff"], ["##able"]]])
    positions = tf.constant([[2, 0], [1, 0], [2, 3]])
    found = {"tokens": tf.constant(tokens), "scores": tf.ones([3, 2, 1])}
    filled = answers_to_masks(texts, positions, found)["filled"].numpy().tolist()
    assert filled == [b"unaff b", b"able", b"aaffable"]
