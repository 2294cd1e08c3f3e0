"""Finds out what a run is made of when it begins."""

import hashlib
from collections.abc import Iterable

from components.report.this_machine import library_versions, machine_parts
from components.text_example_gen.fingerprint import HashedFile
from pipeline.caching.file_hashes import FileHashes
from pipeline.caching.run_fingerprint import preset_fingerprint
from pipeline.config import PipelineConfig
from pipeline.runs.code_version import code_version, lock_hash
from pipeline.runs.provenance import Provenance


def provenance_of(config: PipelineConfig, data_files: Iterable[HashedFile], hashes: FileHashes) -> Provenance:
    """Asks git, the environment and the machine; TensorFlow is imported, which alone knows of accelerators.

    Args:
        config: What runs, with absolute paths.
        data_files: Its data files.
        hashes: Knows files that were hashed before.
    """
    return Provenance(
        code=code_version(config.task),
        lock=lock_hash(),
        libraries=library_versions(),
        data={file.path: file.digest for file in data_files},
        schema=schema_digest(config),
        preset=preset_digest(config, hashes),
        config=config.model_dump(mode="json", exclude={"notifications"}),
        machine=machine_parts(),
    )


def schema_digest(config: PipelineConfig) -> str | None:
    """The SHA-256 of the curated schema in hex; None where there is none."""
    schema = config.curated_schema()
    return hashlib.sha256(schema.encode()).hexdigest() if schema else None


def preset_digest(config: PipelineConfig, hashes: FileHashes) -> str:
    """The hash of the preset's files, or of the vocabulary of `scratch`, wherever they lie; else the preset's name."""
    return preset_fingerprint(config.model.source, hashes).rpartition(" ")[2]
