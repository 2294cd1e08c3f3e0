"""Pre-training a model of two layers on a small corpus, from scratch and from a preset that has no such head."""

import pathlib
import random
from collections.abc import Iterator

import numpy as np
import pytest
import tensorflow as tf

from models.config import ModelConfig, ScratchConfig, TrainingConfig
from models.encoder_settings import EncoderSettings
from models.presets import load_backbone
from models.pretraining.options import PretrainingOptions
from models.tasks.interface.facts import Facts
from models.tasks.masked_lm import MaskedLM
from models.tasks.text_classification import TextClassification
from models.tasks.text_regression import TextRegression
from models.tokenisation.vocabulary_training import count_words, train_vocabulary
from models.training.batches import BatchReader
from models.training.fine_tuning import FineTuning
from models.training.training_data import TrainingData

_PLACES = (
    ("the cook boils the soup .", "the soup is hot .", "a cook tastes the sauce .", "the sauce is salty ."),
    ("the ship leaves the port .", "the port is quiet .", "a sailor paints the ship .", "the sea is calm ."),
)
LENGTH = 32


def _documents(seed: int) -> list[dict[str, bytes]]:
    numbers = random.Random(seed)
    return [{"text": "\n".join(numbers.choices(numbers.choice(_PLACES), k=8)).encode()} for _ in range(60)]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model from scratch."""
    path = tmp_path_factory.mktemp("scratch") / "vocab.txt"
    texts = (row["text"].decode() for row in _documents(0))
    vocabulary = train_vocabulary(count_words(texts, lowercase=True), 100, lowercase=True)
    path.write_text("\n".join(vocabulary.tokens))
    sizes = {"num_layers": 2, "hidden_dim": 32, "num_heads": 2, "max_sequence_length": LENGTH}
    return ScratchConfig(vocabulary=str(path), **sizes).to_source()


def _value(value: np.ndarray | bytes) -> tf.train.Feature:
    if isinstance(value, bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))
    return tf.train.Feature(int64_list=tf.train.Int64List(value=value))


def _write(path: pathlib.Path, task: MaskedLM, source: str, seed: int) -> None:
    """What ingest and Transform make of documents."""
    encoder = EncoderSettings(source, LENGTH).build()
    examples = list(task.expand(_documents(seed), encoder))
    packed = task.pack(
        {name: tf.constant([example[name] for example in examples]) for name in task.text_columns()}, encoder
    )
    with tf.io.TFRecordWriter(str(path), "GZIP") as writer:
        for row, example in enumerate(examples):
            features = {name: _value(values[row].numpy()) for name, values in packed.items()}
            if "relation" in example:
                features["relation"] = _value(example["relation"])
            writer.write(tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString())


def _reader(task: MaskedLM, source: str, batch_size: int = 16) -> BatchReader:
    encoder = EncoderSettings(source, LENGTH).build()
    spec = {"token_ids": tf.io.RaggedFeature(tf.int64, row_splits_dtype=tf.int64)}
    if task.options.next_sentence:
        spec["segment_ids"] = tf.io.RaggedFeature(tf.int64, row_splits_dtype=tf.int64)
        spec["relation"] = tf.io.FixedLenFeature([], tf.string)
    return BatchReader(task, Facts(encoder.vocabulary), encoder, spec, batch_size)


def _pretrain(task: MaskedLM, source: str, folder: pathlib.Path, epochs: int) -> tuple[float, float, object]:
    """Perplexity on other documents before and after training, and the network."""
    for seed, split in enumerate(("train", "eval")):
        _write(folder / f"{split}.gz", task, source, seed)
    train, held_out = [str(folder / "train.gz")], [str(folder / "eval.gz")]
    reader = _reader(task, source)
    task.measure(reader.parsed(train), reader.facts)
    num_rows = reader.count_rows(train)
    data = TrainingData(
        lambda epoch: reader.training(train, num_rows, 1, epoch),
        reader.evaluation(held_out),
        num_rows,
        reader.count_batches(num_rows),
    )
    training = TrainingConfig(epochs=epochs, batch_size=16, learning_rate=5e-3, precision="float32")
    preset = "scratch" if source.startswith("scratch:") else source
    model = ModelConfig(preset=preset, scratch=ScratchConfig.of_source(source), sequence_length=LENGTH)
    tuning = FineTuning(task, reader.facts, model, training)
    network = tuning.run(data, str(folder / "training"))
    untrained = task.build_network(load_backbone(source, "float32"), reader.facts, 0.1)
    return _perplexity(untrained, reader, held_out), _perplexity(network, reader, held_out), network


def _perplexity(network: object, reader: BatchReader, files: list[str]) -> float:
    assert callable(network)
    losses, number = 0.0, 0.0
    for inputs, targets, weights in reader.evaluation(files):
        logits = network(inputs, training=False)["mlm"]
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(targets["mlm"], logits)
        losses += float(tf.reduce_sum(loss * weights["mlm"]))
        number += float(tf.reduce_sum(weights["mlm"]))
    return float(np.exp(losses / number))


@pytest.mark.parametrize("next_sentence", [True, False])
def test_perplexity_falls_and_other_tasks_begin_with_the_preset(
    next_sentence: bool, source: str, tmp_path: pathlib.Path
) -> None:
    task = MaskedLM(PretrainingOptions(next_sentence=next_sentence))
    before, after, network = _pretrain(task, source, tmp_path, epochs=4)
    assert after < before / 2
    facts = Facts(EncoderSettings(source, LENGTH).build().vocabulary, ("a", "b"))
    task.write_assets(network, facts, str(tmp_path))
    for other in (TextClassification(), TextRegression()):
        other.build_network(load_backbone(str(tmp_path / "preset"), "float32"), facts, 0.1)


def test_training_goes_on_from_a_preset_without_head(tiny_preset: str, tmp_path: pathlib.Path) -> None:
    before, after, _ = _pretrain(MaskedLM(), tiny_preset, tmp_path, epochs=1)
    assert after < before


def test_a_small_batch_at_the_end_and_filled_rows_do_not_change_the_loss(source: str, tmp_path: pathlib.Path) -> None:
    """Rows that fill up a batch weigh nothing, and whichever batches rows are in, the same pieces are hidden."""
    task = MaskedLM()
    _write(tmp_path / "eval.gz", task, source, 1)
    files = [str(tmp_path / "eval.gz")]

    def guesses(batch_size: int, few_shapes: bool) -> Iterator[tuple[int, ...]]:
        reader = _reader(task, source, batch_size)
        reader = reader.with_few_shapes() if few_shapes else reader
        for inputs, targets, weights in reader.evaluation(files):
            for row, weight in enumerate(weights["mlm"].numpy()):
                length = int(inputs["padding_mask"][row].numpy().sum())
                if weights["nsp"][row] > 0:
                    hidden = inputs["token_ids"][row, :length].numpy().tolist()
                    yield (*hidden, *targets["mlm"].numpy()[row][weight > 0].tolist())

    assert sorted(guesses(16, False)) == sorted(guesses(7, False)) == sorted(guesses(32, True))
