"""Fixtures of the ML code's tests."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import apache_beam as beam
import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

from models.preprocessing import Preprocessing, preprocessing_fn
from models.tasks.interface.chosen_task import ChosenTask

RAW_SPEC = {"text": tf.io.FixedLenFeature([1], tf.string), "label": tf.io.FixedLenFeature([1], tf.string)}
ROWS = [
    {"text": ["A great movie, the food was not bad."], "label": ["good"]},
    {"text": ["awful"], "label": ["bad"]},
    {"text": ["Very POOR service!"], "label": ["bad"]},
]


@pytest.fixture(scope="session")
def transform_output(
    build_transform_output: Callable[..., tft.TFTransformOutput],
) -> tft.TFTransformOutput:
    """What Transform makes of three rows with `preprocessing_fn`, at most 12 pieces long."""
    return build_transform_output(ChosenTask("text_classification"), RAW_SPEC, ROWS)


@pytest.fixture(scope="session")
def build_transform_output(
    tiny_preset: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tft.TFTransformOutput]:
    """Runs Transform on rows of a task, at most 12 pieces long."""

    def build(task: ChosenTask, raw_spec: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Any:
        folder = tmp_path_factory.mktemp("transform")
        settings = Preprocessing(task.to_json(), tiny_preset, sequence_length=12)
        metadata = dataset_metadata.DatasetMetadata(schema_utils.schema_from_feature_spec(raw_spec))
        runner = FnApiRunner()
        with tft_beam.Context(temp_dir=str(folder / "temporary")), beam.Pipeline(runner=runner) as pipeline:
            created = pipeline | beam.Create(rows)
            transform_fn = (created, metadata) | tft_beam.AnalyzeDataset(
                lambda inputs: preprocessing_fn(inputs, settings.to_custom_config())
            )
            _ = transform_fn | tft_beam.WriteTransformFn(str(folder / "output"))
            _ = metadata | tft_beam.WriteMetadata(str(folder / "output" / "metadata"), pipeline)
        return tft.TFTransformOutput(str(folder / "output"))

    return build
