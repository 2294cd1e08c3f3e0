"""Runs the executor as TFX does, in this process."""

import dataclasses
import json
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import apache_beam as beam
import pytest
import tensorflow as tf
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from tfx.types.standard_artifacts import Examples

from components.text_example_gen.artifact import LabelVocabulary, RejectedRows
from components.text_example_gen.component import KnownLabels, TextExampleGen
from components.text_example_gen.config import DataConfig
from components.text_example_gen.ingest_summary import IngestSummary, read_summary
from components.text_example_gen.label_vocabulary import LabelCount, read_label_vocabulary
from models.encoder_settings import EncoderSettings
from models.tasks.interface.chosen_task import ChosenTask


@dataclasses.dataclass(frozen=True)
class Ingested:
    """The outputs of one run."""

    examples: Examples
    rejects_folder: pathlib.Path
    labels_folder: pathlib.Path

    @property
    def labels(self) -> tuple[LabelCount, ...]:
        return read_label_vocabulary(str(self.labels_folder / "labels.json"))

    @property
    def summary(self) -> IngestSummary:
        return read_summary(str(self.rejects_folder / "summary.json"))

    def rejects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.rejects_folder / "rejects.jsonl").read_bytes().splitlines()]

    def rows(self, split: str) -> list[dict[str, str]]:
        """The examples of a split, read as the trainer reads them."""
        files = sorted(tf.io.gfile.glob(f"{self.examples.uri}/Split-{split}/*"))
        dataset = tf.data.TFRecordDataset(files, compression_type="GZIP")
        return [_plain(tf.train.Example.FromString(data)) for data in dataset.as_numpy_iterator()]


Ingest = Callable[..., Ingested]


@pytest.fixture
def ingest(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Ingest:
    """Runs TextExampleGen on a DataConfig; a failed run leaves its rejects in `tmp_path / "failed"`."""
    monkeypatch.syspath_prepend(pathlib.Path(__file__).parent)

    def run(
        data: DataConfig,
        task: str = "text_classification",
        slices: Sequence[str] = (),
        name: str = "run",
        encoder: EncoderSettings | None = None,
        known: KnownLabels | None = None,
        redact: bool = False,
    ) -> Ingested:
        outputs = {"examples": [Examples()], "rejects": [RejectedRows()], "label_vocabulary": [LabelVocabulary()]}
        for output, (artifact,) in outputs.items():
            artifact.uri = str(tmp_path / name / output)
        component = TextExampleGen(
            task=ChosenTask(task).to_json(),
            data=data,
            slices=slices,
            failed_rejects=str(tmp_path / "failed"),
            encoder=encoder,
            known=known,
            redact=redact,
        )
        executor = component.executor_spec.executor_class
        context = executor.Context(make_beam_pipeline_fn=lambda: beam.Pipeline(runner=FnApiRunner()))
        executor(context).Do({}, outputs, dict(component.exec_properties))
        examples, rejects, labels = (artifact for (artifact,) in outputs.values())
        return Ingested(examples, pathlib.Path(rejects.uri), pathlib.Path(labels.uri))

    return run


def _plain(example: tf.train.Example) -> dict[str, str]:
    return {name: feature.bytes_list.value[0].decode() for name, feature in example.features.feature.items()}
