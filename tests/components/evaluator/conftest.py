"""A tiny real classifier and real examples, evaluated by the real component."""

import dataclasses
import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import tensorflow as tf
from tfx.types.artifact_utils import encode_split_names
from tfx.types.standard_artifacts import Examples, Model, ModelBlessing, ModelEvaluation

from components.current_model.artifact import CurrentModelPointer
from components.current_model.record import CurrentModelRecord, write_current_model
from components.evaluator.config import EvaluationConfig
from components.evaluator.executor import Executor
from components.evaluator.verdict import Verdict, read_verdict
from components.text_example_gen.example_bytes import example_bytes
from models.encoder_settings import EncoderSettings
from models.export.description import ModelDescription
from models.tasks.interface.chosen_task import ChosenTask

LABELS = ("a", "b", "c")

Row = Mapping[str, str | float]


class FirstLetterModel(tf.Module):
    """Says that a text's class is its first letter; of texts longer than `reads`, that it is the first class."""

    def __init__(self, labels: Sequence[str], reads: int, confidence: float, prediction: str) -> None:
        super().__init__()
        self._labels, self._reads = tuple(labels), reads
        self._confidence, self._prediction = confidence, prediction

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def serve_examples(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        text = tf.io.parse_example(examples, {"text": tf.io.FixedLenFeature([], tf.string)})["text"]
        letter = tf.where(tf.strings.length(text) > self._reads, self._labels[0], tf.strings.substr(text, 0, 1))
        rest = (1 - self._confidence) / (len(self._labels) - 1)
        scores = tf.where(letter[:, tf.newaxis] == tf.constant(self._labels), self._confidence, rest)
        classes = tf.tile(tf.constant([self._labels]), [tf.shape(text)[0], 1])
        return {"classes": classes, self._prediction: scores}


@dataclasses.dataclass(frozen=True)
class Evaluated:
    """What one run of Evaluator left."""

    verdict: Verdict
    blessing: ModelBlessing
    evaluation_uri: str


@pytest.fixture
def build_model(tmp_path: pathlib.Path) -> Callable[..., pathlib.Path]:
    """Exports a `FirstLetterModel` and returns its folder."""

    def build(
        name: str,
        labels: Sequence[str] = LABELS,
        reads: int = 10_000,
        confidence: float = 0.8,
        signature: str = "serve_examples",
        prediction: str = "scores",
        task: str | None = "text_classification",
        vocabulary: str = "",
    ) -> pathlib.Path:
        folder = tmp_path / name / "Format-Serving"
        module = FirstLetterModel(labels, reads, confidence, prediction)
        tf.saved_model.save(module, str(folder), signatures={signature: module.serve_examples})
        if task:
            ModelDescription(ChosenTask(task), tuple(labels), "tiny", 8, vocabulary=vocabulary).write(str(folder))
        return folder

    return build


@pytest.fixture
def evaluate(tmp_path: pathlib.Path) -> Callable[..., Evaluated]:
    """Runs Evaluator's executor on rows."""

    def run(
        rows: Sequence[Row],
        candidate: pathlib.Path,
        current: pathlib.Path | None = None,
        chosen_task: ChosenTask = ChosenTask("text_classification"),  # noqa: B008
        **config: Any,
    ) -> Evaluated:
        inputs = {
            "examples": [_examples(tmp_path / "examples", rows)],
            "model": [_artifact(Model(), candidate.parent)],
            "current_model": [_current_model(tmp_path / "current_model", current)],
        }
        blessing = _artifact(ModelBlessing(), tmp_path / "blessing")
        outputs = {"evaluation": [_artifact(ModelEvaluation(), tmp_path / "evaluation")], "blessing": [blessing]}
        properties = {
            "task": chosen_task.to_json(),
            "encoder": EncoderSettings("minilm_l6_en", 16).to_json(),
            "evaluation_config": EvaluationConfig.model_validate(config).model_dump_json(),
        }
        runner = "--runner=apache_beam.runners.portability.fn_api_runner.fn_runner.FnApiRunner"
        Executor(Executor.Context(beam_pipeline_args=[runner], tmp_dir=str(tmp_path), unique_id="1")).Do(
            inputs, outputs, properties
        )
        uri = outputs["evaluation"][0].uri
        return Evaluated(read_verdict(uri), blessing, uri)

    return run


def write_examples(path: pathlib.Path, rows: Sequence[Row]) -> None:
    """Writes rows as TextExampleGen does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tf.io.TFRecordWriter(str(path), "GZIP") as writer:
        for row in rows:
            values = {name: value.encode() if isinstance(value, str) else value for name, value in row.items()}
            writer.write(example_bytes(values))


def _examples(folder: pathlib.Path, rows: Sequence[Row]) -> Examples:
    write_examples(folder / "Split-eval" / "data_tfrecord-00000-of-00001.gz", rows)
    examples = _artifact(Examples(), folder)
    examples.split_names = encode_split_names(["eval"])
    return examples


def _current_model(folder: pathlib.Path, model: pathlib.Path | None) -> CurrentModelPointer:
    write_current_model(CurrentModelRecord(7, str(model)) if model else CurrentModelRecord(), str(folder))
    return _artifact(CurrentModelPointer(), folder)


def _artifact(artifact: Any, folder: pathlib.Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    artifact.uri = str(folder)
    return artifact
