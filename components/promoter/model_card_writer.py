"""Writes the model card of a version beside it."""

import dataclasses
import pathlib
from collections.abc import Mapping

from components.evaluator.verdict import Verdict
from components.report.config import ModelCardConfig
from components.report.model_card import ModelCardFacts, model_card
from models.export.description import read_description
from serving.model_fingerprint import MODEL_CARD_FILE
from serving.promotion import ModelVersions


@dataclasses.dataclass(frozen=True)
class ModelCardWriter:
    """What a model card says that the version itself does not know.

    Attributes:
        name: The model's name.
        verdict: How it was judged.
        split: On which split.
        examples: How many examples each split has.
        words: What only people know.
    """

    name: str
    verdict: Verdict
    split: str
    examples: Mapping[str, int]
    words: ModelCardConfig

    def write(self, versions: ModelVersions, version: int, model: pathlib.Path) -> None:
        """Writes the card, unless another program made the model.

        Args:
            versions: The versions of the model.
            version: The one to describe.
            model: The SavedModel that it was made from.
        """
        record, description = versions.record(version), read_description(str(model))
        if record is None or description is None:
            return
        facts = ModelCardFacts(
            name=self.name,
            version=record.version,
            date=record.promoted_at,
            run=record.origin.run,
            description=description,
            verdict=self.verdict,
            split=self.split,
            examples=self.examples,
            path=versions.location_of(version),
        )
        versions.attach(version, MODEL_CARD_FILE, model_card(facts, self.words).encode())
