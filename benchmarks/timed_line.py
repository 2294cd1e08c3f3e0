"""Runs the line from its beginning to one of its components, and times each."""

from collections.abc import Mapping
from typing import Any


def run_line(config: Mapping[str, Any], last: str) -> dict[str, float]:
    """Runs a part of the line in this process, with nothing cached.

    Args:
        config: As a config file gives it; `runs_directory` is new.
        last: Name of the component after which nothing more runs.

    Returns:
        Seconds of each component.
    """
    from pipeline.config import PipelineConfig
    from pipeline.dag import create_pipeline
    from pipeline.local_runner import LocalRun, LocalRunner
    from pipeline.places import local_places
    from pipeline.runs.part import RunPart

    checked = PipelineConfig.model_validate(config)
    clock = _Clock()
    run = LocalRun("benchmark", lambda *_: "key", RunPart(last=last), base=None)
    LocalRunner(clock, run).run(create_pipeline(checked, local_places(checked)))
    return clock.seconds


class _Clock:
    """Notes how long each component took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def plan(self, components: list[str]) -> None:
        """Nothing to prepare."""

    def started(self, component: str) -> None:
        """Nothing to show."""

    def finished(self, component: str, state: str, seconds: float, outputs: Mapping[str, str]) -> None:
        self.seconds[component] = seconds
