"""The work of Report."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any

from tfx.dsl.components.base.base_executor import BaseExecutor
from tfx.types import Artifact
from tfx.types.artifact_utils import get_single_instance, get_single_uri

from components.report.files import NUMBERS_FILE, PAGE_FILE
from components.report.finished import Finished
from components.run_name import run_name
from components.run_parameters import RUN_PARAMETERS, merged
from models.tasks.interface.chosen_task import ChosenTask


class ReportError(Exception):
    """The page of a run could not be written; nothing else is amiss."""


class Executor(BaseExecutor):
    """Reads what a run left, and writes a page on it and the same numbers as JSON."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Writes the page; see `ReportSpec` for the properties.

        Raises:
            ReportError: The page could not be written.
        """
        finished = Finished(
            run=run_name(self._context),
            task=ChosenTask.from_json(exec_properties["task"]).build(),
            config=_config_of_run(exec_properties),
            code=exec_properties["code"],
            inputs={name: get_single_instance(artifacts) for name, artifacts in input_dict.items()},
        )
        try:
            _write(finished, pathlib.Path(get_single_uri(output_dict["report"])))
        except Exception as error:
            raise ReportError(
                f"the page on the run could not be written ({type(error).__name__}: {error}); the model was judged and "
                "promoted or refused before, and nothing of that is lost"
            ) from error


def _config_of_run(properties: Mapping[str, Any]) -> dict[str, Any]:
    config = json.loads(properties["config"])
    return {
        **config,
        **{each.section: merged(each.section, config[each.section], properties) for each in RUN_PARAMETERS},
    }


def _write(finished: Finished, folder: pathlib.Path) -> None:
    # Only here: the line is built at the start of every run, and matplotlib takes a second.
    from components.report.gather import gather
    from components.report.page import render_page

    report = gather(finished, str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    numbers = json.dumps(dataclasses.asdict(report), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / NUMBERS_FILE).write_text(numbers + "\n", encoding="utf-8")
    (folder / PAGE_FILE).write_text(render_page(report), encoding="utf-8")
