"""The identity of all that a run reads: an equal one has nothing to do."""

import hashlib
import json
import pathlib

from components.text_example_gen.fingerprint import HashedFile, fingerprint_of_files, hashed_files
from models.config import ScratchConfig
from models.presets import check_scratch, preset_location
from models.tasks.interface.registry import task_class
from pipeline.caching.code_fingerprint import code_fingerprint
from pipeline.caching.file_hashes import FileHashes
from pipeline.config import PipelineConfig
from serving.open_versions import open_versions

_CHANGE_NOTHING = {"notifications", "kubeflow", "beam", "monitoring", "tuning", "component_timeout_minutes"}
"""Whom to tell, where or how widely it runs, how long it may take, what is watched afterwards, what a search tries."""


def run_fingerprint(
    config: PipelineConfig, hashes: FileHashes, data_files: tuple[HashedFile, ...] | None = None
) -> str:
    """Hashes config, data, code, schema and preset of a run.

    Args:
        config: What to run.
        hashes: Knows files that were hashed before.
        data_files: The config's data files, where the caller has hashed them.

    Raises:
        UserError: A file that the config names is not there.
    """
    parts = {
        "config": config.model_dump(mode="json", exclude=_CHANGE_NOTHING),
        "data": fingerprint_of_files(data_files or hashed_files(config.data, hashes.of)),
        "code": code_of_run(config.task),
        "schema": config.curated_schema(),
        "preset": preset_fingerprint(config.model.source, hashes),
    }
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()


def code_of_run(task: str) -> str:
    """Hashes all code that a run comes to.

    Args:
        task: The task, as the config names it.
    """
    return code_fingerprint(["pipeline.dag", *task_modules(task)])


def preset_fingerprint(preset: str, hashes: FileHashes) -> str:
    """Hashes the files of a bundled or local preset, or of the vocabulary that a model is trained on from scratch.

    Others are known by their names.

    Args:
        preset: The preset's name.
        hashes: Knows files that were hashed before.
    """
    scratch = ScratchConfig.of_source(preset)
    if scratch:
        check_scratch(scratch)
        return f"{preset} {hashes.of(scratch.vocabulary)}"
    folder = pathlib.Path(preset_location(preset))
    if "://" in preset or not folder.is_dir():
        return preset
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    found = "".join(f"{path.relative_to(folder)} {hashes.of(str(path))}\n" for path in files)
    return hashlib.blake2b(found.encode(), digest_size=16).hexdigest()


def task_modules(task: str) -> tuple[str, ...]:
    """The modules that hold a task's code: that of its class, and the one that the config names."""
    named = task.partition(":")[0] if ":" in task else ()
    return (task_class(task).__module__, *([named] if named else []))


def model_in_service(config: PipelineConfig) -> str:
    """The version that new models are judged against, and its content; `none` where there is none."""
    store = open_versions(config.serving, config.name)
    version = store.current()
    return "none" if version is None else f"{version} {store.fingerprint(version)}"
