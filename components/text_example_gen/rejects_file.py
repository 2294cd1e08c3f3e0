"""Puts the rejects of all blocks into one file, and keeps it when the run fails."""

import shutil
from typing import BinaryIO, cast

from apache_beam.io.filesystem import CompressionTypes
from apache_beam.io.filesystems import FileSystems

from components.text_example_gen.output_folders import OutputFolders
from serving.durable_files import errors_naming


def join_rejects(folders: OutputFolders) -> None:
    """Writes `rejects.jsonl`, file by file and in the order of rows, from the parts that the blocks left."""
    match = FileSystems.match([f"{folders.unfinished_rejects}/*.jsonl"])[0]
    parts = sorted(metadata.path for metadata in match.metadata_list)
    with _create(folders.rejects_file) as joined:
        for part in parts:
            with _open(part) as opened:
                shutil.copyfileobj(opened, joined)


def keep_rejects(folders: OutputFolders, directory: str) -> str:
    """Copies rejects and summary to where they outlive a failed run, each at once in place of an earlier one's.

    Returns:
        The copy of the rejects file.
    """
    kept = OutputFolders(examples="", rejects=directory, label_vocabulary="")
    if not FileSystems.exists(directory):
        FileSystems.mkdirs(directory)
    for source, target in ((folders.rejects_file, kept.rejects_file), (folders.summary_file, kept.summary_file)):
        unfinished = f"{target}.unfinished"
        with _open(source) as opened, errors_naming(target), _create(unfinished) as copy:
            shutil.copyfileobj(opened, copy)
        FileSystems.rename([unfinished], [target])
    return kept.rejects_file


def _create(path: str) -> BinaryIO:
    return cast("BinaryIO", FileSystems.create(path, compression_type=CompressionTypes.UNCOMPRESSED))


def _open(path: str) -> BinaryIO:
    return cast("BinaryIO", FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED))
