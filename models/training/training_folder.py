"""The folder in which a training keeps what it would need to go on after a kill."""

import dataclasses
import logging
import pathlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

import tensorflow as tf

from models.presets import preset_location
from models.training.checkpoint_key import checkpoint_key, file_digest
from models.training.predict_texts import PREDICTIONS_FOLDER, RAW_EVAL_FILES
from models.training.starting_weights import START, FoundModel
from models.training.training_loop import EVENTS

if TYPE_CHECKING:
    from tfx.components.trainer.fn_args_utils import FnArgs

logger = logging.getLogger(__name__)

# Whoever has not taken a stopped training up again by then has trained another instead.
_DAYS_KEPT = 7

# Entries of the settings that are other folders in each run, and change nothing of the training.
_PLACES = ("checkpoints", RAW_EVAL_FILES, PREDICTIONS_FOLDER, START)


@dataclasses.dataclass(frozen=True)
class TrainingFolder:
    """One training's folder, among those of others.

    Attributes:
        root: Where all trainings of a pipeline have theirs.
        key: This one's name.
    """

    root: str
    key: str

    @classmethod
    def of_training(cls, root: str, fn_args: "FnArgs") -> Self:
        """The folder of the training that a call of `run_fn` asks for: equal data, settings and code, the same folder.

        Args:
            root: Where all trainings have theirs; a path or a URI.
            fn_args: The Trainer's arguments.
        """
        settings = {name: value for name, value in fn_args.custom_config.items() if name not in _PLACES}
        found = FoundModel.of_settings(fn_args.custom_config)
        start = found.file() if found else None
        if start:
            settings[START] = file_digest(str(start))
        # The transform graph was applied to the examples already: it says nothing new.
        examples = tf.io.gfile.glob([*fn_args.train_files, *fn_args.eval_files])
        preset = pathlib.Path(preset_location(settings["model"]["preset"]))
        files = [str(path) for path in preset.rglob("*") if path.is_file()]
        return cls(root.rstrip("/"), checkpoint_key(settings, examples, files))

    @property
    def path(self) -> str:
        """The folder."""
        return f"{self.root}/{self.key}"

    def finish(self, event_folder: str) -> None:
        """Keeps the event files and removes the rest, and what other trainings left long ago.

        Args:
            event_folder: Where the event files are to be.
        """
        for source in _files(f"{self.path}/{EVENTS}"):
            target = event_folder + source.removeprefix(f"{self.path}/{EVENTS}")
            tf.io.gfile.makedirs(target.rpartition("/")[0])
            tf.io.gfile.copy(source, target, overwrite=True)
        tf.io.gfile.rmtree(self.path)
        self._remove_old()

    def _remove_old(self) -> None:
        oldest = time.time() - _DAYS_KEPT * 24 * 3600
        for name in tf.io.gfile.listdir(self.root):
            folder = f"{self.root}/{name.rstrip('/')}"
            written = [tf.io.gfile.stat(file).mtime_nsec / 1e9 for file in _files(folder)]
            if written and max(written) < oldest:
                logger.info("removing the checkpoints of a training that was stopped long ago: %s", folder)
                tf.io.gfile.rmtree(folder)


def _files(folder: str) -> Iterator[str]:
    """All files below a folder."""
    for path, _, names in tf.io.gfile.walk(folder):
        for name in names:
            yield f"{path.rstrip('/')}/{name}"
