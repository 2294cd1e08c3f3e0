"""Writes the model card of a version into its folder."""

import pathlib

from components.evaluator.verdict import Verdict
from components.report.config import ModelCardConfig
from components.report.model_card import ModelCardFacts, model_card
from models.export.description import read_description
from serving.durable_files import replace_file
from serving.model_fingerprint import MODEL_CARD_FILE
from serving.version_record import read_version_record


def write_model_card(version: pathlib.Path, name: str, verdict: Verdict, split: str, words: ModelCardConfig) -> None:
    """Writes the card, unless the version has one, or another program made the model.

    Args:
        version: The folder of a promoted version.
        name: The model's name.
        verdict: How it was judged.
        split: On which split.
        words: What only people know.
    """
    path = version / MODEL_CARD_FILE
    record, description = read_version_record(version), read_description(str(version))
    if path.exists() or record is None or description is None:
        return
    facts = ModelCardFacts(
        name=name,
        version=record.version,
        date=record.promoted_at,
        run=record.origin.run,
        description=description,
        verdict=verdict,
        split=split,
        examples={},
        path=str(version),
    )
    replace_file(path, model_card(facts, words).encode())
