"""Where trials run: how many at a time, and on which GPU each."""

from collections.abc import Mapping, Sequence
from typing import Literal

from models.config import TrainingConfig
from models.user_error import UserError

VISIBLE_DEVICES = "CUDA_VISIBLE_DEVICES"
"""Environment variable: the GPUs that a process sees."""

_NO_GPU = "-1"


def gpu_names(num_gpus: int, environment: Mapping[str, str]) -> list[str]:
    """What the GPUs that this process sees are called for a child: by their numbers, or as they were given to it.

    Args:
        num_gpus: How many TensorFlow found.
        environment: This process's.
    """
    given = [name for name in environment.get(VISIBLE_DEVICES, "").split(",") if name]
    return given[:num_gpus] if given else [str(number) for number in range(num_gpus)]


def trial_places(
    parallel_trials: Literal["auto"] | int, training: TrainingConfig, gpus: Sequence[str]
) -> list[dict[str, str]]:
    """The environment of each process that runs trials, one trial after the other.

    Args:
        parallel_trials: The config's field.
        training: The config's section.
        gpus: The GPUs of this machine, as `gpu_names` gives them.

    Returns:
        A single empty one where trials run one at a time: in this process, with all that is there.

    Raises:
        UserError: There are fewer GPUs than trials at a time.
    """
    if parallel_trials == "auto":
        uses_several = training.devices != "auto" and training.devices > 1
        num_places = 1 if uses_several else max(len(gpus), 1)
    else:
        num_places = parallel_trials
    if num_places == 1:
        return [{}]
    if training.devices != "auto" and training.devices > 1:
        raise UserError(
            f"tuning.parallel_trials: each trial has one device, and training.devices asks for {training.devices}; "
            "set one of them to 1 or auto"
        )
    if gpus and num_places > len(gpus):
        raise UserError(f"tuning.parallel_trials: this machine has {len(gpus)} GPUs, fewer than {num_places}")
    return [{VISIBLE_DEVICES: name} for name in (gpus[:num_places] or [_NO_GPU] * num_places)]
