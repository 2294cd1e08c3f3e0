"""Tasks of two texts and of several labels, for tests of the ingest."""

from collections.abc import Mapping
from typing import Any, ClassVar

from models.tasks.interface.cell import label_cell, text_cell
from models.tasks.interface.contract import Column, Features
from models.tasks.text_classification import TextClassification


class PairTask(TextClassification):
    """One label for two texts."""

    name: ClassVar[str] = "pair"
    columns: ClassVar[tuple[Column, ...]] = (
        Column("text", "text", required=True, description="The first text."),
        Column("text_pair", "text", required=True, description="The second text."),
        Column("label", "label", required=True, description="The class."),
    )

    def parse_row(self, row: Mapping[str, Any]) -> Features:
        return {name: text_cell(row, name) for name in ("text", "text_pair")} | {"label": label_cell(row, "label")}


class SeveralLabelsTask(TextClassification):
    """Comma-separated labels for a text."""

    name: ClassVar[str] = "several_labels"

    def label_values(self, features: Mapping[str, bytes]) -> tuple[bytes, ...]:
        return tuple(features["label"].split(b","))
