"""Two served versions judged on the same rows."""

import dataclasses
import glob
import tempfile

from apache_beam import Pipeline
from apache_beam.options.pipeline_options import PipelineOptions

from components.current_model.record import CurrentModelRecord
from components.evaluator.eval_config import BASELINE, CANDIDATE
from components.evaluator.find_baseline import find_baseline
from components.evaluator.measurement import Measurement
from components.evaluator.verdict import SliceMetrics
from models.encoder_settings import EncoderSettings
from models.user_error import UserError
from pipeline.beam.config import BeamConfig
from pipeline.beam.options import beam_arguments
from pipeline.config import PipelineConfig
from pipeline.runs.history import RunHistory
from serving.named_versions.local_copy import local_copy
from serving.promotion import ModelVersions


@dataclasses.dataclass(frozen=True)
class Rows:
    """The rows of a run.

    Attributes:
        run: The run that read them.
        pattern: Their files.
    """

    run: str
    pattern: str


def newest_rows(history: RunHistory, split: str) -> Rows:
    """Finds the examples of the newest run that has any.

    Args:
        history: The pipeline's runs.
        split: Which of them.

    Raises:
        UserError: There are none.
    """
    for record in history.records():
        example_gen = record.components.get("TextExampleGen")
        folder = example_gen.outputs.get("examples") if example_gen else None
        pattern = f"{glob.escape(folder)}/Split-{split}/*" if folder else ""
        if folder and glob.glob(pattern):
            return Rows(record.run, pattern)
    raise UserError(f"no run in {history.runs_folder} has rows of the split {split}; `bertline run` reads them")


def measure_on_same_rows(
    config: PipelineConfig, versions: ModelVersions, rows: Rows, one: int, other: int
) -> tuple[SliceMetrics, ...]:
    """Measures two versions as the pipeline would: `baseline` in the result is the one, `candidate` the other.

    Raises:
        UserError: They cannot be compared.
    """
    task = config.chosen_task().build()
    encoder = EncoderSettings(config.model.source, config.model.sequence_length)
    pipeline = Pipeline(options=PipelineOptions(list(beam_arguments(BeamConfig()))))
    with (
        local_copy(versions.location_of(one)) as first,
        local_copy(versions.location_of(other)) as second,
        tempfile.TemporaryDirectory() as results,
    ):
        record = CurrentModelRecord(one, versions.location_of(one), versions.fingerprint(one))
        found = find_baseline(second, record, first, task.evaluation())
        if found.is_candidate:
            raise UserError(f"versions {one} and {other} are the same model")
        if not found.is_comparable:
            raise UserError(f"versions {one} and {other} cannot be compared: of version {one}: {found.incomparable}")
        measurement = Measurement(task, config.evaluation, encoder, (rows.pattern,))
        models = {CANDIDATE: str(second), BASELINE: str(first)}
        return measurement.of(models, results, pipeline)
