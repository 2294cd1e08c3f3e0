"""Batches of pairs: two rows of the network for each, whatever fills the batch up."""

import random

import numpy as np
import pytest
import tensorflow as tf

from models.tasks.interface.facts import Facts
from models.tasks.text_embedding import TextEmbedding, TextEmbeddingOptions
from models.tokenisation.text_encoder import TextEncoder
from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary
from models.training.batches import BatchReader

NUM_PAIRS = 203
TASK = TextEmbedding(TextEmbeddingOptions(positive_score=0.5))
VOCABULARY = Vocabulary(SPECIAL_TOKENS, lowercase=True)
SPEC = {
    "token_ids": tf.io.RaggedFeature(tf.int64, row_splits_dtype=tf.int64),
    "pair_token_ids": tf.io.RaggedFeature(tf.int64, row_splits_dtype=tf.int64),
    "text_id": tf.io.FixedLenFeature([], tf.int64),
    "pair_id": tf.io.FixedLenFeature([], tf.int64),
    "score": tf.io.FixedLenFeature([], tf.float32),
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Pairs of texts whose second tokens are numbers n and n + 1000; those of an even n belong together."""
    numbers = random.Random(3)
    path = str(tmp_path_factory.mktemp("pairs") / "pairs.gz")
    with tf.io.TFRecordWriter(path, "GZIP") as writer:
        for number in range(NUM_PAIRS):
            ids = {"token_ids": [2, 5_000 + number], "pair_token_ids": [2, 6_000 + number]}
            ids = {name: values + [7] * numbers.randint(0, 50) for name, values in ids.items()}
            ids |= {"text_id": [2**62 + number], "pair_id": [2**61 + number]}
            feature = {
                name: tf.train.Feature(int64_list=tf.train.Int64List(value=value)) for name, value in ids.items()
            }
            score = [float(number % 2 == 0)]
            feature["score"] = tf.train.Feature(float_list=tf.train.FloatList(value=score))
            writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
    return path


def _reader(row_multiple: int) -> BatchReader:
    return BatchReader(TASK, Facts(VOCABULARY), TextEncoder(VOCABULARY, 60), SPEC, 16, row_multiple=row_multiple)


@pytest.mark.parametrize("row_multiple", [1, 4, 16])
def test_every_pair_is_two_rows_side_by_side(file: str, row_multiple: int) -> None:
    reader = _reader(row_multiple)
    assert reader.count_rows([file]) == NUM_PAIRS
    found = []
    for inputs, targets, weights in reader.training([file], NUM_PAIRS, 1, epoch=0):
        assert len(weights) % row_multiple == 0
        assert inputs["token_ids"].shape[0] == 2 * len(targets) == 2 * len(weights)
        texts, pairs = inputs["token_ids"].numpy()[:, 1].reshape(-1, 2).T
        assert (pairs == texts + 1000).all()
        # Pairs that fill the batch up weigh nothing.
        different = np.unique(texts)
        assert sorted(texts[weights.numpy() > 0]) == different[different % 2 == 0].tolist()
        # Ids beyond what a float32 holds are still told apart.
        assert len(np.unique(targets.numpy()[:, :2])) == 2 * len(different)
        found += different.tolist()
    assert sorted(found) == [5_000 + number for number in range(NUM_PAIRS)]


def test_pairs_are_sorted_by_their_longer_text(file: str) -> None:
    lengths = [inputs["padding_mask"].numpy().sum(axis=1) for inputs, *_ in _reader(1).evaluation([file])]
    longer = np.concatenate(lengths).reshape(-1, 2).max(axis=1)
    assert (np.diff(longer) >= 0).all()
