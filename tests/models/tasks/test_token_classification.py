from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from models.tasks.interface.chosen_task import ChosenTask
from models.tasks.interface.contract import RowError
from models.tasks.interface.facts import Facts
from models.tasks.token_classification import TokenClassification
from models.tokenisation.text_encoder import TextEncoder
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary

TASK = TokenClassification()
WORDS = {"words": ["Ann", "left", "New", "York", "."], "tags": ["I-PER", "O", "B-LOC", "I-LOC", "O"]}
TEXT = {
    "text": "Ann left 北京",
    "entities": [{"start": 9, "end": 11, "type": "LOC"}, {"start": 0, "end": 3, "type": "PER"}],
}
VOCABULARY = Vocabulary((*SPECIAL_TOKENS, "a", "b", "##b", "."), lowercase=True)


@pytest.mark.parametrize(
    ("row", "text", "entities"),
    [
        (WORDS, "Ann left New York .", (b"0 3 PER", b"9 17 LOC")),
        (TEXT, "Ann left 北京", (b"0 3 PER", b"9 11 LOC")),
        ({**TEXT, "words": ["Ann"], "tags": None}, "Ann left 北京", (b"0 3 PER", b"9 11 LOC")),
        ({**WORDS, "text": "Ann left New York.", "entities": None}, "Ann left New York .", (b"0 3 PER", b"9 17 LOC")),
        ({"text": "x", "entities": []}, "x", ()),
        ({"words": ["x"], "tags": ["O"]}, "x", ()),
    ],
)
def test_rows_are_words_with_tags_or_a_text_with_entities(
    row: dict[str, Any], text: str, entities: tuple[bytes, ...]
) -> None:
    assert TASK.parse_row(row) == {"text": text.encode(), "entities": entities}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({}, "text is missing"),
        ({"entities": []}, "text is missing"),
        ({"text": " ", "entities": []}, "text is empty"),
        ({"text": "x"}, "entities is missing"),
        ({"words": ["x"]}, "tags is missing"),
        ({"words": [], "tags": []}, "words are empty"),
        ({"words": ["x"], "tags": ["O", "O"]}, "tags and words of different number: 2 and 1"),
        ({"words": ["x"], "tags": ["PER"]}, "unknown tag: 'PER'"),
        ({"words": "x", "tags": ["O"]}, "words not a list of strings: x"),
        ({"text": "x", "entities": [{"start": 0, "end": 9, "type": "A"}]}, "entity outside its text: A at 0 to 9 of 1"),
        ({"text": "x", "entities": "0 1 A"}, "entities not a list"),
    ],
)  # fmt: skip
def test_unusable_rows_say_why(row: dict[str, Any], reason: str) -> None:
    with pytest.raises(RowError, match=f"^{reason}"):
        TASK.parse_row(row)


@pytest.mark.parametrize(
    ("columns", "is_enough"),
    [
        (["words", "tags"], True),
        (["text", "entities"], True),
        (["text", "entities", "words"], True),
        (["text"], False),
        (["words", "entities"], False),
        ([], False),
    ],
)
def test_files_need_one_pair_of_columns(columns: list[str], is_enough: bool) -> None:
    assert (TASK.fault_of_columns(columns) is None) is is_enough


def test_entity_types_are_the_labels() -> None:
    assert TASK.label_values(TASK.parse_row(WORDS)) == (b"PER", b"LOC")
    assert TASK.label_values(TASK.parse_row({"text": "x", "entities": []})) == ()


def test_naming_the_text_makes_no_other_task() -> None:
    renamed = ChosenTask.of(TASK.name, {}, ["text", "entities"])
    assert renamed == ChosenTask.of(TASK.name, {}, [])
    assert renamed.build().text_columns() == ("text",)


def test_a_row_weighs_in_the_window_that_owns_it_and_on_first_pieces_only() -> None:
    """Windows of six pieces, on a text of twelve: a ##b a ##b a . b a ##b a ##b a."""
    encoder = TextEncoder(VOCABULARY, sequence_length=8)
    packed = TASK.pack({"text": tf.constant(["ab ab a. b ab ab a", "", "b"])}, encoder)
    labels = {"entities": tf.ragged.constant([[b"3 5 Y", b"9 13 X", b"14 16 X"], [], [b"0 1 Y"]], dtype=tf.string)}
    packed |= TASK.pack_labels({"entities": labels["entities"].with_row_splits_dtype(tf.int64)}, packed, encoder)
    rows = TASK.windows(packed, encoder)
    assert rows["row"].numpy().tolist() == [0, 0, 0, 1, 2]
    inputs = {"token_ids": rows["token_ids"].to_tensor(shape=[None, 10])}
    batch = TASK.training_batch(rows, inputs, Facts(VOCABULARY, ("X", "Y")), tf.constant([0, 0]))
    weights = batch.weights.numpy()
    # What each word of the text is, in order, wherever it weighs: O=0, B-X=1, I-X=2, B-Y=3.
    assert batch.targets.numpy()[weights > 0].tolist() == [0, 3, 0, 0, 1, 2, 1, 0, 3]
    assert weights.sum() == 9
    assert not batch.targets.numpy()[weights == 0].any()
    ids = rows["token_ids"].to_tensor(shape=[None, 10]).numpy()
    assert {VOCABULARY.tokens[piece] for piece in ids[weights > 0]} == {"a", "b", "."}


def test_the_loss_is_a_mean_over_words() -> None:
    loss = TASK.build_loss(Facts(VOCABULARY, ("X",)), None)
    logits = np.random.default_rng(1).normal(size=(2, 4, 3)).astype("float32")
    weights = np.array([[0, 1, 1, 0], [0, 1, 0, 0]], "float32")
    targets = np.array([[0, 2, 1, 0], [0, 0, 0, 0]])
    losses = -tf.math.log_softmax(logits).numpy()[[0, 0, 1], [1, 2, 1], [2, 1, 0]]
    assert float(loss(targets, logits, sample_weight=weights)) == pytest.approx(losses.mean(), rel=1e-5)


def test_answers_are_shown_without_their_padding() -> None:
    answer = {
        "types": ["PER", ""], "texts": ["Ann", ""], "starts": [0, -1], "ends": [3, -1], "scores": [0.998, 0.0],
        "num_entities": 1,
    }  # fmt: skip
    entity = {"type": "PER", "text": "Ann", "start": 0, "end": 3, "score": 0.998}
    assert TASK.plain_answer(answer) == {"entities": [entity]}
    assert TASK.answer_line({"text": "Ann left"}, answer) == "PER Ann 0-3 0.998\tAnn left"
    two = {**answer, "types": ["PER", "LOC"], "texts": ["Ann", "Rome"], "num_entities": 2}
    assert TASK.answer_line({"text": "x"}, two).startswith("PER Ann 0-3 0.998; LOC Rome")
    assert TASK.answer_line({"text": "left"}, {**answer, "num_entities": 0}) == "(none)\tleft"
