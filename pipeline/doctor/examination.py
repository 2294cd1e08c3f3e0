"""Does all checks, one after the other, and gives each finding when it is there."""

import pathlib
from collections.abc import Iterator

from models.config import TrainingConfig
from pipeline.doctor.check import Check
from pipeline.doctor.checks import CHILD_SECONDS, child_checks, config_checks, installation_checks, machine_checks
from pipeline.doctor.child_process import ChildProcess
from pipeline.doctor.config_findings import read_config
from pipeline.doctor.finding import Finding


def examine(path: pathlib.Path | None) -> Iterator[tuple[str, Finding | None]]:
    """Does all checks.

    Args:
        path: The config to look at; None where there is none.

    Yields:
        The name of a check that begins, with None; and again with its finding.
    """
    with (
        ChildProcess.of_module("pipeline.doctor.try_libraries", CHILD_SECONDS) as libraries,
        ChildProcess.of_module("pipeline.doctor.try_tensorflow", CHILD_SECONDS) as tensorflow,
    ):
        yield from _do(installation_checks())
        precision = TrainingConfig().precision
        config = None
        if path:
            config, finding = read_config(path)
            yield "config", finding
        if config:
            precision = config.training.precision
            yield from _do(config_checks(config))
        else:
            yield from _do(machine_checks())
        yield from _do(child_checks(libraries, tensorflow, precision))


def _do(checks: tuple[Check, ...]) -> Iterator[tuple[str, Finding | None]]:
    for check in checks:
        yield check.name, None
        yield check.name, check.finding()
