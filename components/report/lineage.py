"""The way from the data files to the version in service."""

import os
import urllib.parse
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tfx.types import Artifact

from components.promoter.outcome import PromotionOutcome
from components.report.report import LineageStep
from components.stored_at import stored_at


class _Made(NamedTuple):
    """What an input of Report is, and who made it."""

    what: str
    component: str


MADE = {
    "rejects": _Made("rejected rows", "TextExampleGen"),
    "label_vocabulary": _Made("labels", "TextExampleGen"),
    "statistics": _Made("statistics", "StatisticsGen"),
    "anomalies": _Made("anomalies", "ExampleValidator"),
    "transformed_examples": _Made("word pieces", "Transform"),
    "model_run": _Made("learning curves", "Trainer"),
    "model": _Made("model", "Trainer"),
    "current_model": _Made("model in service before", "CurrentModel"),
    "evaluation": _Made("metrics and verdict", "Evaluator"),
    "validation": _Made("trial as a served model", "ServingValidator"),
    "validated_model": _Made("model with warm-up requests", "ServingValidator"),
    "promotion": _Made("promotion", "Promoter"),
}
"""The inputs of Report, in the order in which they come about."""


def lineage(
    files: Iterable[str], inputs: Mapping[str, Artifact], promotion: PromotionOutcome, page_folder: str
) -> tuple[LineageStep, ...]:
    """Lists what was read and made.

    Args:
        files: The data files.
        inputs: The artifacts by the names of Report's inputs.
        promotion: Where the model went.
        page_folder: The folder of the page, from which links lead.
    """
    steps = [LineageStep("data", "", None, file, _link(file, page_folder)) for file in files]
    for name, made in MADE.items():
        artifact = inputs[name]
        place = stored_at(artifact)
        steps.append(LineageStep(made.what, made.component, artifact.id or None, place, _link(place, page_folder)))
    if promotion.path:
        link = _link(promotion.path, page_folder)
        steps.append(LineageStep(f"version {promotion.version}", "Promoter", None, promotion.path, link))
    return tuple(steps)


def _link(path: str, page_folder: str) -> str | None:
    # What is not here cannot be opened from the page; and a path may hold what has a meaning in addresses.
    if "://" in path or not os.path.exists(path):
        return None
    relative = os.path.relpath(path, page_folder)
    return urllib.parse.quote(relative)
