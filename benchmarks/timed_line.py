"""Runs the line from its beginning to one of its components, and times each."""

import dataclasses
import os
import time
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class Spent:
    """What a component took.

    Attributes:
        seconds: By the clock.
        cpu_seconds: Of processor time, in this process and those that it started.
    """

    seconds: float
    cpu_seconds: float


def run_line(config: Mapping[str, Any], last: str) -> dict[str, Spent]:
    """Runs a part of the line in this process, with nothing cached.

    Args:
        config: As a config file gives it; `runs_directory` is new.
        last: Name of the component after which nothing more runs.

    Returns:
        What each component took.
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
    return clock.spent


class _Clock:
    """Notes what each component took."""

    def __init__(self) -> None:
        self.spent: dict[str, Spent] = {}

    def plan(self, components: list[str]) -> None:
        """Nothing to prepare."""

    def started(self, component: str) -> None:
        self._started = time.monotonic(), sum(os.times()[:4])

    def finished(self, component: str, state: str, seconds: float, outputs: Mapping[str, str]) -> None:
        clock, processors = self._started
        self.spent[component] = Spent(time.monotonic() - clock, sum(os.times()[:4]) - processors)
