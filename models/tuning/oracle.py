"""keras-tuner's oracles, that begin with the config's own setting and choose the same whoever asks them again."""

from typing import Any

import keras_tuner
import numpy as np
from keras_tuner.oracles import BayesianOptimizationOracle, RandomSearchOracle
from typing_extensions import override

from models.tasks.interface.evaluation import Monitor
from models.tuning.config import TuningConfig
from models.tuning.journal import Journal
from models.tuning.search_space import SearchSpace

_NUM_INITIAL = 4
"""Trials before the Gaussian process has a say; keras-tuner would take three for each dimension, most of a search."""

_SEEDS_PER_TRIAL = 1_000
"""keras-tuner's random values take a seed for each dimension and each attempt at values that were not tried yet."""


class _JournaledOracle(keras_tuner.Oracle):
    """Asks the journal first, then keras-tuner; goes before one of its oracles among the base classes."""

    def keep_in(self, journal: Journal, space: SearchSpace) -> None:
        """Sets what is asked before.

        Args:
            journal: The search's.
            space: What may be chosen.
        """
        self._journal, self._space = journal, space
        self.verbose = 0

    @override
    def populate_space(self, trial_id: str) -> dict[str, Any]:
        number = int(trial_id) + 1
        values = self._journal.values_of(number, lambda: self._chosen(number, trial_id))
        if values is None:
            return {"status": "STOPPED", "values": None}
        return {"status": "RUNNING", "values": self._space.encoded(values)}

    def _chosen(self, number: int, trial_id: str) -> dict[str, Any] | None:
        if number == 1:
            return self._space.own()
        # A choice depends on the trials so far, not on which process made the ones before it.
        self._seed_state = self.seed + number * _SEEDS_PER_TRIAL
        self._random_state = np.random.RandomState([self.seed, number])
        found = super().populate_space(trial_id)["values"]
        if found and self._space.decoded(found) in [self._journal.known_values(other) for other in range(1, number)]:
            # A Gaussian process over a few lists likes to be told again what it knows.
            found = self._random_values()
        return found and self._space.decoded(found)


class _Bayesian(_JournaledOracle, BayesianOptimizationOracle):
    """By a Gaussian process."""


class _Random(_JournaledOracle, RandomSearchOracle):
    """At random."""


def build_oracle(tuning: TuningConfig, monitor: Monitor, space: SearchSpace, journal: Journal) -> Any:
    """The oracle of a search.

    Args:
        tuning: The config's section.
        monitor: The metric and its direction.
        space: What may be chosen.
        journal: What was chosen before.
    """
    arguments: dict[str, Any] = {
        "objective": keras_tuner.Objective(f"val_{monitor.metric}", monitor.mode),
        "max_trials": tuning.trials,
        "seed": tuning.seed,
        "hyperparameters": space.hyperparameters(),
        # Who asks for this many has to hear of those that were not trained, not of three in a row; and keras-tuner
        # would tell so while it holds its lock.
        "max_consecutive_failed_trials": tuning.trials + 1,
    }
    if tuning.algorithm == "bayesian":
        oracle: _JournaledOracle = _Bayesian(**arguments, num_initial_points=_NUM_INITIAL)
    else:
        oracle = _Random(**arguments)
    oracle.keep_in(journal, space)
    return oracle
