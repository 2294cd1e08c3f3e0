"""The work of Tuner."""

import pathlib
from typing import Any

from tfx.components.tuner import executor as tfx_executor
from tfx.types import Artifact
from tfx.types.artifact_utils import get_single_uri
from typing_extensions import override

from components.tuner.trials_file import write_trials
from models.user_error import UserError


class Executor(tfx_executor.Executor):
    """TFX's, which also writes the records of all trials, not only the values and scores of those that went well."""

    @override
    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        tuner = tfx_executor.search(input_dict, exec_properties, self._get_tmp_dir(), print_tuning_summary=False)
        records = tuner.records()
        if tuner.best() is None:
            reasons = ", ".join(dict.fromkeys(record.reason for record in records))
            raise UserError(f"none of the {len(records)} trials could be trained: {reasons}; narrow tuning.space")
        tfx_executor.write_best_hyperparameters(tuner, output_dict)
        write_trials(pathlib.Path(get_single_uri(output_dict["tuner_results"])), records)
