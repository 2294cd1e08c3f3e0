"""Which number format a machine trains in."""

import pathlib

import tensorflow as tf

POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16", "float16": "mixed_float16"}
"""Keras' dtype policy for each precision that a config can name; variables are float32 in all."""


def chosen_precision(configured: str, num_devices: int = 1) -> str:
    """Resolves `auto` to the fastest format that the hardware computes in natively.

    Args:
        configured: `auto`, or a key of `POLICIES`, which is returned as it is.
        num_devices: Across how many a step is spread: float16 needs a single one.

    Returns:
        A key of `POLICIES`.
    """
    if configured != "auto":
        return configured
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        capabilities = [tf.config.experimental.get_device_details(gpu).get("compute_capability") for gpu in gpus]
        # Ampere (8.0) brought bfloat16, Volta (7.0) float16 tensor cores.
        if all(capability and capability >= (8, 0) for capability in capabilities):
            return "bfloat16"
        has_float16 = all(capability and capability >= (7, 0) for capability in capabilities)
        return "float16" if has_float16 and num_devices == 1 else "float32"
    return "bfloat16" if {"avx512_bf16", "amx_bf16"} & _cpu_flags() else "float32"


def _cpu_flags() -> set[str]:
    cpuinfo = pathlib.Path("/proc/cpuinfo")
    if not cpuinfo.is_file():
        return set()
    flags = next((line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")), "")
    return set(flags.partition(":")[2].split())
