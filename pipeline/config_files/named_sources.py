"""Finds what a config names and is not there, as far as that can be seen in a moment: without TensorFlow and Beam."""

from components.text_example_gen.config import SPLITS, DataConfig
from components.text_example_gen.source_file import SourceFile, find_source_files
from models.tasks.interface.registry import task_class
from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.config_files.fault import Place
from pipeline.config_files.named_preset import check_named_preset


def missing_sources(config: PipelineConfig) -> dict[Place, str]:
    """What is wrong with the files that a config names: the sentence by the field's place.

    Args:
        config: With absolute paths. What is named by a URI is not looked at: it may take long to answer.
    """
    missing = _missing_data(config.data)
    try:
        config.curated_schema()
    except UserError as error:
        missing["schema_file",] = str(error)
    try:
        needs_word_pieces = task_class(config.task).needs_word_pieces
        check_named_preset(config.model.source, config.model.sequence_length, needs_word_pieces)
    except UserError as error:
        missing["model", "preset"] = str(error)
    return missing


def local_files(data: DataConfig) -> list[SourceFile]:
    """The files of this machine that a config names.

    Raises:
        UserError: A pattern matches none, a file's format cannot be told, or a file is in two splits.
    """
    fields = ("path", *SPLITS)
    remote = {name: None for name in fields if "://" in (getattr(data, name) or "")}
    return find_source_files(data.model_copy(update=remote))


def _missing_data(data: DataConfig) -> dict[Place, str]:
    missing: dict[Place, str] = {}
    fields = ("path", *SPLITS)
    for name in fields:
        try:
            local_files(data.model_copy(update={other: None for other in fields if other != name}))
        except UserError as error:
            missing["data", name] = str(error)
    if not missing:
        try:
            local_files(data)
        except UserError as error:
            missing["data",] = str(error)
    return missing
