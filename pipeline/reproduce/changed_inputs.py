"""Whether the files that a run read are still what they were."""

import os
from collections.abc import Iterator, Mapping

from components.text_example_gen.fingerprint import hashed_files
from models.user_error import UserError
from pipeline.caching.file_hashes import FileHashes
from pipeline.reproduce.recorded_run import RecordedRun
from pipeline.runs.provenance_of import preset_digest, schema_digest


def require_equal_inputs(run: RecordedRun, hashes: FileHashes) -> None:
    """Hashes what the run read.

    Args:
        run: The run.
        hashes: Hashes files.

    Raises:
        UserError: Something is not what it was; each file is named.
    """
    changes = list(_changes(run, hashes))
    if changes:
        listed = "\n".join(f"  {change}" for change in changes)
        raise UserError(
            f"run {run.record.run} cannot be reproduced, since it read other files than are there now:\n{listed}\n"
            "put them back as they were, or reproduce a run that read these"
        )


def _changes(run: RecordedRun, hashes: FileHashes) -> Iterator[str]:
    before, now = run.provenance.data, _data_now(run, hashes)
    for path, digest in before.items():
        if path not in now:
            yield f"gone: {path}"
        elif now[path] != digest:
            yield f"changed: {path}"
    yield from (f"new: {path}" for path in now if path not in before)
    if run.provenance.schema != schema_digest(run.config):
        yield f"changed: {run.config.schema_file} (schema_file)"
    if run.provenance.preset != preset_digest(run.config, hashes):
        scratch = run.config.model.scratch
        yield f"changed: {scratch.vocabulary if scratch else run.config.model.preset} (model.preset)"


def _data_now(run: RecordedRun, hashes: FileHashes) -> Mapping[str, str]:
    try:
        return {file.path: file.digest for file in hashed_files(run.config.data, hashes.of)}
    except UserError:
        # A pattern matches no file any more: which of the files are gone is told by their names.
        return {path: hashes.of(path) for path in run.provenance.data if os.path.isfile(path)}
