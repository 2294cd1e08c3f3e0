"""The example of text embeddings fits its data."""

import csv
import pathlib

from models.tasks.text_embedding import TextEmbedding
from pipeline.config_files.load_config import load_config

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"


def test_its_config_is_valid_and_some_pairs_belong_together() -> None:
    config = load_config(EXAMPLES / "embeddings.yaml")
    task = config.chosen_task().build()
    assert isinstance(task, TextEmbedding)
    assert task.options.positive_score is not None
    with (EXAMPLES / "data" / "sentence_pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    named = config.data.columns
    parsed = [task.parse_row({name: row[column] for name, column in named.items()}) for row in rows]
    scores = [features["score"] for features in parsed]
    num_positive = sum(isinstance(score, float) and score >= task.options.positive_score for score in scores)
    assert len(rows) / 5 < num_positive < len(rows) / 2
