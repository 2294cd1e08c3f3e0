"""The function that TFX's Tuner calls: makes ready the search that goes on where an earlier one was stopped."""

import contextlib
import os
import pathlib
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from models.presets import preset_location
from models.tasks.interface.chosen_task import ChosenTask
from models.training.checkpoint_key import checkpoint_key
from models.training.progress import tell
from models.training.transformed_examples import TransformedExamples
from models.tuning.fine_tuner import FineTuner
from models.tuning.journal import Journal
from models.tuning.oracle import build_oracle
from models.tuning.search_space import SearchSpace
from models.tuning.trial_job import TrialJob
from models.tuning.trial_places import gpu_names, trial_places
from models.tuning.trial_settings import own_values, tokenisations, trial_settings
from models.tuning.tuner_settings import TunerSettings

if TYPE_CHECKING:
    from tfx.components.trainer.fn_args_utils import FnArgs
    from tfx.components.tuner.component import TunerFnResult


def tuner_fn(fn_args: "FnArgs") -> "TunerFnResult":
    """Builds the tuner of a search from Transform's examples.

    Args:
        fn_args: The Tuner's arguments; `custom_config` is of `TunerSettings`.
    """
    from tfx.components.tuner.component import TunerFnResult

    settings = TunerSettings.from_custom_config(fn_args.custom_config)
    places = _places(settings)
    examples = TransformedExamples(fn_args.transform_graph_path, tuple(fn_args.train_files), tuple(fn_args.eval_files))
    folder = _search_folder(settings, examples)
    journal = Journal(folder)
    _tell_start(settings, journal, folder)
    space = SearchSpace(settings.tuning.space, own_values(settings.tuning.space, settings.model, settings.training))
    monitor = ChosenTask.from_json(settings.task).build().chosen_monitor()
    oracle = build_oracle(settings.tuning, monitor, space, journal)

    def build_job(number: int, values: dict[str, Any]) -> TrialJob:
        return TrialJob(number, values, settings, _examples_of(values, settings, examples), folder)

    tuner = FineTuner(oracle, journal, build_job, places, fn_args.working_dir)
    return TunerFnResult(tuner=tuner, fit_kwargs={})


def _places(settings: TunerSettings) -> list[dict[str, str]]:
    gpus = gpu_names(len(tf.config.list_physical_devices("GPU")), os.environ)
    places = trial_places(settings.tuning.parallel_trials, settings.training, gpus)
    if len(places) > 1:
        # This process only waits: it is to leave the GPUs' memory to those that train.
        with contextlib.suppress(RuntimeError):
            tf.config.set_visible_devices([], "GPU")
    return places


def _search_folder(settings: TunerSettings, examples: TransformedExamples) -> str:
    """The folder of this search: equal data, settings, space and code, the same folder."""
    everything = [examples, *(each.examples for each in settings.tokenisations)]
    patterns = [pattern for each in everything for pattern in (*each.train_files, *each.eval_files)]
    presets = {model.preset for model in tokenisations(settings.tuning.space, settings.model)}
    files = [
        str(path)
        for preset in sorted(presets)
        for path in pathlib.Path(preset_location(preset)).rglob("*")
        if path.is_file()
    ]
    return f"{settings.searches}/{checkpoint_key(settings.identity(), tf.io.gfile.glob(patterns), files)}"


def _tell_start(settings: TunerSettings, journal: Journal, folder: str) -> None:
    known = sum(record.number <= settings.tuning.trials for record in journal.records())
    others = [path for path in pathlib.Path(settings.searches).glob("*") if path.is_dir() and str(path) != folder]
    if known:
        tell(f"{known} of {settings.tuning.trials} trials are known from before")
    elif others and not pathlib.Path(folder).is_dir():
        tell("data, config or code are others than those of earlier searches: the trials begin anew")
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)


def _examples_of(values: dict[str, Any], settings: TunerSettings, examples: TransformedExamples) -> TransformedExamples:
    model, _ = trial_settings(values, settings.model, settings.training)
    if (model.preset, model.sequence_length) == (settings.model.preset, settings.model.sequence_length):
        return examples
    return next(
        each.examples
        for each in settings.tokenisations
        if (each.preset, each.sequence_length) == (model.preset, model.sequence_length)
    )
