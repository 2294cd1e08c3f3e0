"""Runs in a container of its own at the start of each run on Kubeflow: finds the keys of the tasks that are cached.

python -m pipeline.kubeflow.fingerprint_task --executor_input EXECUTOR_INPUT
"""

import argparse
import contextlib
import json
import pathlib
import sys
from collections.abc import Mapping
from typing import Any

from components.run_parameters import with_run_parameters
from components.text_example_gen.fingerprint import data_fingerprint
from components.text_example_gen.source_file import with_chosen_span
from models.user_error import UserError
from pipeline.caching.component_key import ComponentCode, component_key
from pipeline.caching.file_hashes import FileHashes
from pipeline.caching.run_fingerprint import preset_fingerprint, task_modules
from pipeline.config import PipelineConfig
from pipeline.places import runs_folder

INGEST = "data"
"""The config's section that says which files are read."""
SPAN = "data_span"
"""The run's parameter, and the output that says which span it is."""
_READS_FILES = "TextExampleGen"


def main(argv: list[str]) -> int:
    """Reads the parameters `config`, `components` and those of the run.

    Writes one parameter for each component, its key, and the span that is read, where the data have any.

    Args:
        argv: The arguments, without the program's name.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--executor_input", required=True, help="KFP's ExecutorInput, as JSON.")
    executor_input = json.loads(parser.parse_args(argv).executor_input)
    try:
        found = _look(executor_input["inputs"]["parameterValues"])
    except UserError as error:
        sys.stderr.write(f"bertline: {error}\n")
        return 1
    output_file = pathlib.Path(executor_input["outputs"]["outputFile"])
    output_file.parent.mkdir(parents=True, exist_ok=True)
    output_file.write_text(json.dumps({"parameterValues": found}), encoding="utf-8")
    return 0


def _look(parameters: Mapping[str, Any]) -> dict[str, str]:
    config = PipelineConfig.model_validate_json(parameters["config"])
    data = with_chosen_span(with_run_parameters(INGEST, config.data, parameters))
    hashes = FileHashes(runs_folder(config) / "file_hashes.json")
    preset = preset_fingerprint(config.model.source, hashes)
    modules = task_modules(config.task)
    keys = {
        name: component_key(ComponentCode(tuple(code["modules"]), code["is_told_of_model"]), modules, preset)
        for name, code in json.loads(parameters["components"]).items()
    }
    keys[_READS_FILES] += f" {data_fingerprint(data, hashes.of)}"
    # Where they cannot be remembered, the next run reads all files again: it costs only time.
    with contextlib.suppress(OSError):
        hashes.save()
    return {**keys, SPAN: data.span or ""}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
