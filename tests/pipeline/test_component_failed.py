import logging
import pathlib
from collections.abc import Mapping
from typing import Any

import pytest
from tfx.dsl.component.experimental.decorators import component
from tfx.orchestration import metadata, pipeline

from models.user_error import UserError
from pipeline.component_failed import ComponentFailedError
from pipeline.local_runner import LocalRun, LocalRunner
from pipeline.runs.part import RunPart


class _Silent:
    def plan(self, components: list[str]) -> None: ...

    def started(self, component: str) -> None: ...

    def finished(self, component: str, state: str, seconds: float, outputs: Mapping[str, str]) -> None: ...


@component
def WrapsAUserError() -> None:  # noqa: N802
    try:
        raise UserError("line 7 is wrong")
    except UserError as error:
        try:
            raise KeyError("in between") from error
        except KeyError:
            raise RuntimeError("a library's wrapping")  # noqa: B904


@component
def HasABug() -> None:  # noqa: N802
    raise ZeroDivisionError("a bug")


def _run(folder: pathlib.Path, node: Any) -> None:
    run = LocalRun(name="run", cache_key=lambda classes, properties: "", part=RunPart(), base=None)
    LocalRunner(_Silent(), run).run(
        pipeline.Pipeline(
            "failing",
            str(folder / "artifacts"),
            metadata_connection_config=metadata.sqlite_metadata_connection_config(str(folder / "metadata.sqlite")),
            components=[node],
        )
    )


def test_user_error_inside_of_others_is_what_the_user_sees(
    tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(UserError, match="line 7 is wrong"), caplog.at_level(logging.ERROR):
        _run(tmp_path, WrapsAUserError())
    assert "a library's wrapping" in caplog.text, "the log has the stack trace"


def test_other_failures_are_logged_with_their_stack_trace(
    tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ComponentFailedError, match="HasABug failed: ZeroDivisionError: a bug"):
        _run(tmp_path, HasABug())
    [record] = [record for record in caplog.records if record.name == "pipeline.local_runner"]
    assert record.exc_info is not None
    assert "Traceback" in caplog.text
