"""What a search found, as fields of the config, and how they come into its file."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

from models.config import TrainingConfig
from models.tuning.trial_record import TrialRecord
from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.config_files.document import ConfigDocument
from pipeline.config_files.edited_fields import NotEditableError, scalar, with_fields
from pipeline.config_files.load_config import config_as_written
from serving.durable_files import replace_file

_BACKUP = ".bak"


@dataclasses.dataclass(frozen=True)
class Winner:
    """The settings of the best trial.

    Attributes:
        sections: Fields by their section, `training` and, where the space has some of it, `model`.
    """

    sections: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of_trial(cls, trial: TrialRecord, path: pathlib.Path, loaded: PipelineConfig) -> "Winner":
        """Reads a trial.

        Args:
            trial: The best one.
            path: The config file, whose presets may be relative paths.
            loaded: The same, with absolute ones.
        """
        values = dict(trial.values)
        if "preset" in values:
            written = config_as_written(path)
            absolute = [loaded.model.preset, *(loaded.tuning.space.preset or ())]
            values["preset"] = [written.model.preset, *(written.tuning.space.preset or ())][
                absolute.index(values["preset"])
            ]
        training = {name: value for name, value in values.items() if name in TrainingConfig.model_fields}
        model = {name: value for name, value in values.items() if name not in training}
        return cls({name: fields for name, fields in (("training", training), ("model", model)) if fields})

    def block(self) -> str:
        """The fields as lines of YAML, to be put into a config by hand."""
        lines = []
        for section, fields in self.sections.items():
            lines += [f"{section}:", *(f"  {name}: {scalar(value)}" for name, value in fields.items())]
        return "\n".join(lines)

    def edited(self, path: pathlib.Path) -> str:
        """The text of the config with these fields; comments and all other fields stay.

        Args:
            path: The config file.

        Raises:
            UserError: The file says them in a way that cannot be changed here.
        """
        # With its own line breaks, and its byte order mark.
        text = path.read_bytes().decode("utf-8")
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        try:
            edited = text.removeprefix(mark)
            for section, fields in self.sections.items():
                edited = with_fields(edited, section, fields)
        except NotEditableError as error:
            raise UserError(f"{path} is left as it is, since {error}; write it by hand:\n{self.block()}") from error
        self._check(path, edited)
        return mark + edited

    def _check(self, path: pathlib.Path, edited: str) -> None:
        expected = ConfigDocument.read(path).values
        for section, fields in self.sections.items():
            expected[section] = {**(expected.get(section) or {}), **fields}
        try:
            values = ConfigDocument.of_text(edited, path).values
        except UserError:
            values = {}
        if PipelineConfig.model_validate(expected) != (values and PipelineConfig.model_validate(values)):
            raise UserError(f"{path} is left as it is: its form is not known here; write it by hand:\n{self.block()}")


def check_target(path: pathlib.Path, target: pathlib.Path) -> None:
    """Finds out before the trials whether their result can be written.

    Args:
        path: The config file.
        target: The file to write, which may be the same.

    Raises:
        UserError: It is there already, or in another folder.
    """
    if target.absolute().parent.resolve() != path.absolute().parent.resolve():
        raise UserError(f"--to {target}: name a file beside {path}, since relative paths in it are taken from there")
    if target.exists() and not target.samefile(path):
        raise UserError(f"--to {target}: is there already; delete it, or name another file")


def write_winner(path: pathlib.Path, target: pathlib.Path, text: str) -> pathlib.Path | None:
    """Writes the new text in one step.

    Args:
        path: The config file.
        target: The file to write; the same for a change in place, which keeps the old file beside it.
        text: The new text.

    Returns:
        Where the old file is kept; None where there was none.
    """
    if not target.exists():
        replace_file(target, text.encode())
        return None
    backup = path.with_name(path.name + _BACKUP)
    replace_file(backup, path.read_bytes())
    mode = path.stat().st_mode
    # A link stays one.
    replace_file(path.resolve(), text.encode())
    path.chmod(mode)
    return backup
