"""The example of pre-training: its config, and what becomes of the sample tickets."""

import csv
import pathlib

import tensorflow as tf

from models.encoder_settings import EncoderSettings
from models.pretraining.check_relations import check_relations
from pipeline.config_files.load_config import load_config

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"


def test_tickets_become_pairs_of_both_kinds() -> None:
    config = load_config(EXAMPLES / "pretraining.yaml")
    task = config.chosen_task().build()
    assert config.data.path
    with open(config.data.path, encoding="utf-8", newline="") as file:
        rows = [task.parse_row({"text": row["message"]}) for row in csv.DictReader(file)][:200]
    examples = list(task.expand(rows, EncoderSettings(config.model.source, config.model.sequence_length).build()))
    assert len(examples) > 300
    check_relations([tf.constant([example["relation"] for example in examples])])
