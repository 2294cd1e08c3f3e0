"""What the version in service was made of: texts of its train split, and its answers to rows that it never saw."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from models.encoder_settings import EncoderSettings
from models.tasks.interface.task import Task
from models.tasks.interface.watched_answer import WatchedAnswer
from pipeline.config import PipelineConfig
from pipeline.monitoring.examples import sampled_texts
from pipeline.monitoring.logged_requests import SAMPLE_ROWS
from pipeline.monitoring.row_facts import Reference, TextFacts
from pipeline.monitoring.service import Service
from pipeline.monitoring.text_facts import text_facts
from pipeline.places import runs_folder
from serving.durable_files import replace_file
from serving.local_model import LocalModel

_TRAIN = "Split-train"
_FORM = 1
"""Of the file; another number makes files of before be written anew."""


def reference_of(config: PipelineConfig, service: Service) -> Reference:
    """Samples what the version in service was made of; once for each version, since the model has to answer rows.

    Args:
        config: The pipeline.
        service: The version.

    Raises:
        UserError: Its examples hold no texts.
    """
    folder = runs_folder(config) / "monitoring"
    # A version's number is never used twice, but other folders may have been put in its place.
    path = folder / f"reference-{service.version}-{service.fingerprint[:16]}.json"
    made_of = {"form": _FORM, "examples": service.examples, "preset": config.model.source, "rows": SAMPLE_ROWS}
    known = _read(path, made_of)
    if known is None:
        known = _sample(config, service)
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(path, json.dumps({"made_of": made_of, **dataclasses.asdict(known)}).encode())
    return known


def _sample(config: PipelineConfig, service: Service) -> Reference:
    task = config.chosen_task().build()
    columns = task.signatures()["serving_default"].columns
    splits = sorted(path for path in pathlib.Path(service.examples).glob("Split-*") if path.is_dir())
    trained_on = sampled_texts([str(path) for path in splits if path.name == _TRAIN], task, columns, SAMPLE_ROWS)
    held_out = sampled_texts([str(path) for path in splits if path.name != _TRAIN], task, columns, SAMPLE_ROWS)
    encoder = EncoderSettings(config.model.source, config.model.sequence_length)
    facts = text_facts([tuple(row.values()) for row in trained_on], encoder)
    return Reference(facts, _answers(task, service.folder, held_out))


def _answers(task: Task, folder: pathlib.Path, rows: Sequence[Mapping[str, str]]) -> tuple[WatchedAnswer, ...]:
    model = LocalModel(str(folder))
    # Of most tasks that tell nothing there are many rows to no end.
    tells = rows and task.watched_answer(model.answer(rows[:1])[0]) != WatchedAnswer()
    return tuple(map(task.watched_answer, model.answer(rows))) if tells else ()


def _read(path: pathlib.Path, made_of: Mapping[str, Any]) -> Reference | None:
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        if fields["made_of"] != made_of:
            return None
        texts = tuple(TextFacts(**{**each, "pieces": tuple(each["pieces"])}) for each in fields["texts"])
        return Reference(texts, tuple(map(_answer, fields["answers"])))
    except (OSError, ValueError, KeyError, TypeError):
        # What is not there, or no such file, is made anew.
        return None


def _answer(fields: Mapping[str, Any]) -> WatchedAnswer:
    labels = fields["labels"]
    return WatchedAnswer(**{**fields, "labels": None if labels is None else tuple(labels)})
