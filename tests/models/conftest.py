"""Fixtures of the ML code's tests."""

import pathlib

import apache_beam as beam
import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

from models.preprocessing import Preprocessing, preprocessing_fn

RAW_SPEC = {"text": tf.io.FixedLenFeature([1], tf.string), "label": tf.io.FixedLenFeature([1], tf.string)}
ROWS = [
    {"text": ["A great movie, the food was not bad."], "label": ["good"]},
    {"text": ["awful"], "label": ["bad"]},
    {"text": ["Very POOR service!"], "label": ["bad"]},
]


@pytest.fixture(scope="session")
def transform_output(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> tft.TFTransformOutput:
    """What Transform makes of three rows with `preprocessing_fn`, at most 12 pieces long."""
    folder = tmp_path_factory.mktemp("transform")
    settings = Preprocessing("text_classification", tiny_preset, sequence_length=12)
    metadata = dataset_metadata.DatasetMetadata(schema_utils.schema_from_feature_spec(RAW_SPEC))
    runner = FnApiRunner()
    with tft_beam.Context(temp_dir=str(folder / "temporary")), beam.Pipeline(runner=runner) as pipeline:
        rows = pipeline | beam.Create(ROWS)
        transform_fn = (rows, metadata) | tft_beam.AnalyzeDataset(
            lambda inputs: preprocessing_fn(inputs, settings.to_custom_config())
        )
        _ = transform_fn | tft_beam.WriteTransformFn(str(folder / "output"))
        _ = metadata | tft_beam.WriteMetadata(str(folder / "output" / "metadata"), pipeline)
    return tft.TFTransformOutput(str(pathlib.Path(folder / "output")))
