"""keras-tuner's oracles, that begin with the config's own setting and choose the same whoever asks them again."""

from typing import Any

import keras_tuner
import numpy as np
from keras_tuner.oracles import BayesianOptimizationOracle, RandomSearchOracle
from scipy.stats import qmc
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern, WhiteKernel
from typing_extensions import override

from models.tasks.interface.evaluation import Monitor
from models.tuning.config import TuningConfig
from models.tuning.journal import Journal
from models.tuning.search_space import SearchSpace

_NUM_INITIAL = 4
"""Trials before the Gaussian process has a say; keras-tuner would take three for each dimension, most of a search."""

_LENGTH_SCALES, _NOISE = (0.2, 20.0), (1e-3, 1.0)
"""Bounds, for settings between 0 and 1 and metrics of variance 1."""
_BETA = 1.0
"""Standard deviations by which the unknown is taken for better than it seems; keras-tuner's 2.6 explores for longer
than fine-tunings can be afforded."""

_POINTS_PER_TURN, _MAX_TURNS = 1_009, 100
"""Where points are looked for when a trial's own was tried already: far from those of all other trials, in steps of a
prime, since every tenth or hundredth point of the sequence has the same numbers in some dimensions."""


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
        tried = [self._journal.known_values(other) for other in range(1, number)]
        # A choice depends on the trials so far, not on which process made the ones before it.
        self._random_state = np.random.RandomState([self.seed, number])
        found = self._decoded(super().populate_space(trial_id)["values"])
        if found not in tried:
            return found
        # Lists make points equal: the next ones are taken instead, for as long as the space is not used up.
        points = (self._decoded(self._point(number, turn)) for turn in range(1, _MAX_TURNS))
        return next((point for point in points if point not in tried), None)

    def _random_values(self) -> dict[str, Any]:
        return self._point(len(self.trials) + 1)

    def _decoded(self, values: dict[str, Any]) -> dict[str, Any]:
        return self._space.decoded(values)

    def _point(self, number: int, turn: int = 0) -> dict[str, Any]:
        """A trial's point of a sequence that fills the space evenly, however soon it ends; or, in a turn, another's."""
        dimensions = self.hyperparameters.space
        sequence = qmc.Halton(len(dimensions), scramble=True, seed=self.seed)
        sequence.fast_forward(number - 2 + turn * _POINTS_PER_TURN)
        shares = sequence.random(1)[0]
        return {each.name: each.prob_to_value(float(share)) for each, share in zip(dimensions, shares, strict=True)}


class _Bayesian(_JournaledOracle, BayesianOptimizationOracle):
    """By a Gaussian process that knows trials to be noisy, and settings to matter unequally.

    keras-tuner's own has one length scale for all settings and hardly any noise: from a dozen trials of a fine-tuning
    it learns that nothing is like anything else, and chooses at random.
    """

    @override
    def _make_gpr(self) -> Any:
        num_settings = len(self.hyperparameters.space)
        kernel = Matern([1.0] * num_settings, length_scale_bounds=_LENGTH_SCALES, nu=2.5) + WhiteKernel(
            0.1, noise_level_bounds=_NOISE
        )
        return GaussianProcessRegressor(kernel, normalize_y=True, n_restarts_optimizer=2, random_state=self.seed)


class _QuasiRandom(_JournaledOracle, RandomSearchOracle):
    """By a sequence that fills the space evenly: a few points drawn at random leave holes and heaps."""


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
        oracle: _JournaledOracle = _Bayesian(**arguments, num_initial_points=_NUM_INITIAL, beta=_BETA)
    else:
        oracle = _QuasiRandom(**arguments)
    oracle.keep_in(journal, space)
    return oracle
