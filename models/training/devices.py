"""On which devices a network is trained."""

import contextlib

import tensorflow as tf

from models.config import TrainingConfig
from models.user_error import UserError


def training_strategy(training: TrainingConfig) -> tf.distribute.Strategy:
    """Chooses the devices.

    Args:
        training: The config's section.

    Returns:
        A MirroredStrategy where there is more than one, else TensorFlow's default strategy.

    Raises:
        UserError: There are fewer devices than the config asks for.
    """
    gpus = tf.config.list_logical_devices("GPU") if tf.config.list_physical_devices("GPU") else []
    if training.devices == "auto":
        num_devices = 1 if training.needs_one_device() else max(len(gpus), 1)
    else:
        num_devices = training.devices
    if num_devices == 1:
        return tf.distribute.get_strategy()
    if gpus and num_devices > len(gpus):
        raise UserError(f"training.devices: this machine has {len(gpus)} GPUs, fewer than {num_devices}")
    return tf.distribute.MirroredStrategy(
        [device.name for device in (gpus or _logical_cpus(num_devices))][:num_devices]
    )


def _logical_cpus(num_devices: int) -> list[tf.config.LogicalDevice]:
    """Cuts the CPU into devices: slower than one, and good for trying out what several do."""
    cpu = tf.config.list_physical_devices("CPU")[0]
    with contextlib.suppress(RuntimeError):  # TensorFlow has started with those it has
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * num_devices)
    cpus = tf.config.list_logical_devices("CPU")
    if len(cpus) < num_devices:
        raise UserError(
            f"training.devices: {num_devices} of them, but this machine has no GPU; a CPU is best used as one device: "
            "set devices to auto"
        )
    return cpus
