"""Tokenises the data for the other presets and lengths that a search tries."""

import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.tuning.trial_settings import tokenisations
from pipeline.config import PipelineConfig
from pipeline.runs.line_run import LineRun
from pipeline.runs.part import RunPart

if TYPE_CHECKING:
    from models.tuning.tuner_settings import Tokenisation
    from pipeline.runs.recorder import RunView

_LAST = "Transform"


def other_configs(config: PipelineConfig) -> Iterator[PipelineConfig]:
    """The configs whose runs up to Transform leave what trials need besides the config's own."""
    for model in list(tokenisations(config.tuning.space, config.model))[1:]:
        yield config.model_copy(update={"model": model})


def tokenise(config: PipelineConfig, log: pathlib.Path, view: "RunView") -> "Tokenisation":
    """Runs the line up to Transform, as `bertline run --to Transform` would: what is unchanged is not done again.

    A run with these settings finds the result, whether a search or a run made it first.

    Args:
        config: One of `other_configs`.
        log: The run's log file.
        view: Shows what happens.
    """
    from tfx.utils.io_utils import all_files_pattern

    from models.training.transformed_examples import TransformedExamples
    from models.tuning.tuner_settings import Tokenisation

    line = LineRun(config, RunPart(last=_LAST))
    line.check()
    outputs = line.execute(log, view).components[_LAST].outputs
    train, evaluation = (
        (all_files_pattern(f"{outputs['transformed_examples']}/Split-{split}"),) for split in ("train", "eval")
    )
    examples = TransformedExamples(outputs["transform_graph"], train, evaluation)
    return Tokenisation(config.model.preset, config.model.sequence_length, examples)
