"""The trained network's answers to raw texts, made without the graph that is exported."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from models.export.expected_answers import ExpectedAnswer, plain_values
from models.network_inputs import network_inputs
from models.preprocessing import storable
from models.tasks.interface.batch import Request
from models.tasks.interface.facts import Facts
from models.tasks.interface.task import Task
from models.tokenisation.text_encoder import TextEncoder
from models.training.predictions import as_function

RAW_EVAL_FILES = "raw_eval_files"
"""Entry of the Trainer's `custom_config`, from its executor: patterns of the raw examples of eval."""

PREDICTIONS_FOLDER = "predictions_folder"
"""Entry of the Trainer's `custom_config`, from its executor: where the answers to some of them go."""

NUM_ROWS = 256
"""Rows of the eval split whose answers are written down."""

_NUM_SCANNED = 20_000
_ROWS_PER_BATCH = 32
_SIGNATURE = "serving_default"


def sample_texts(file_patterns: Sequence[str], columns: Sequence[str]) -> list[dict[str, str]]:
    """Chooses rows of raw examples: the same ones whatever their order, among the first 20,000.

    Args:
        file_patterns: TFRecords of tf.Example, gzip where the name ends in `.gz`.
        columns: The text columns; rows that lack one are left out.

    Returns:
        Texts by column, in the order of their length.
    """
    found: dict[int, dict[str, str]] = {}
    for serialized in _records(file_patterns):
        features = tf.train.Example.FromString(serialized).features.feature
        texts = {name: list(features[name].bytes_list.value) for name in columns if name in features}
        if len(texts) == len(columns) and all(len(values) == 1 for values in texts.values()):
            found[zlib.crc32(serialized)] = {name: value[0].decode() for name, value in texts.items()}
    chosen = [texts for _, texts in sorted(found.items())[:NUM_ROWS]]
    return sorted(chosen, key=lambda texts: sum(map(len, texts.values())))


def predict_texts(
    task: Task, facts: Facts, encoder: TextEncoder, network: keras.Model, rows: Sequence[Mapping[str, str]]
) -> list[ExpectedAnswer]:
    """Answers rows as `serving_default` has to.

    Args:
        task: Packs, cuts and decodes.
        facts: Labels and numbers.
        encoder: Tokenises.
        network: The trained network.
        rows: Texts by the columns of that signature.
    """
    served = as_function(task.served_network(network, facts))
    batches = (rows[start : start + _ROWS_PER_BATCH] for start in range(0, len(rows), _ROWS_PER_BATCH))
    return [answered for batch in batches for answered in _batch(task, facts, encoder, served, batch)]


def _batch(
    task: Task, facts: Facts, encoder: TextEncoder, served: Callable[[Any], Any], rows: Sequence[Mapping[str, str]]
) -> list[ExpectedAnswer]:
    signature = task.signatures()[_SIGNATURE]
    texts = {name: tf.constant([row[name] for row in rows]) for name in signature.columns}
    given = {**texts, **{name: tf.fill([len(rows)], "") for name in signature.empty_columns}}
    packed = {name: storable(value) for name, value in task.pack(given, encoder).items()}
    windows = task.windows(packed, encoder)
    inputs = task.serving_inputs(network_inputs(windows), facts, _SIGNATURE)
    outputs = served(dict(inputs))
    answers = task.answers_to(outputs, Request(packed, windows, given, inputs, _SIGNATURE), facts)
    names = {name: signature.output_names.get(name, name) for name in signature.answers or answers}
    columns: dict[str, Any] = {shown: plain_values(answers[name].numpy()) for name, shown in names.items()}
    return [
        ExpectedAnswer(
            {name: row[name] for name in signature.columns},
            {name: values[index] for name, values in columns.items()},
        )
        for index, row in enumerate(rows)
    ]


def _records(file_patterns: Sequence[str]) -> Any:
    paths = [path for pattern in file_patterns for path in sorted(tf.io.gfile.glob(pattern))]
    for path in paths:
        compression = "GZIP" if path.endswith(".gz") else ""
        yield from tf.data.TFRecordDataset(path, compression_type=compression).take(_NUM_SCANNED).as_numpy_iterator()
