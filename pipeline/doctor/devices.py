"""On what training would compute, and whether a GPU is left out."""

from collections.abc import Sequence

from pipeline.doctor.finding import Finding
from pipeline.doctor.nvidia_driver import NvidiaDriver


def check_devices(
    seen_gpus: Sequence[str], driver: NvidiaDriver, has_cuda_libraries: bool, visible: str | None, num_cores: int
) -> Finding:
    """Compares what TensorFlow sees with what the driver has.

    Args:
        seen_gpus: Names of the GPUs that TensorFlow can use.
        driver: The NVIDIA driver.
        has_cuda_libraries: Whether TensorFlow's CUDA libraries are installed.
        visible: The environment variable CUDA_VISIBLE_DEVICES.
        num_cores: CPU cores that this process may use.
    """
    on_cpu = f"training uses {num_cores} CPU core{'s' * (num_cores != 1)}"
    if seen_gpus:
        hidden = len(driver.gpus) - len(seen_gpus)
        note = f"; {hidden} more hidden by CUDA_VISIBLE_DEVICES={visible}" if hidden > 0 and visible is not None else ""
        return Finding("ok", f"{', '.join(_with_memory(name, driver) for name in seen_gpus)}{note}")
    if not driver.is_there:
        return Finding("ok", f"no GPU; {on_cpu}")
    if visible is not None:
        return Finding("warning", f"CUDA_VISIBLE_DEVICES={visible!r} hides all GPUs; {on_cpu}")
    if not has_cuda_libraries:
        return Finding(
            "warning",
            f"{_names(driver)}, but TensorFlow's CUDA libraries are not installed; {on_cpu}",
            "`make setup GPU=1`",
        )
    version = f" {driver.gpus[0].driver}" if driver.gpus else ""
    fault = f" ({driver.fault})" if driver.fault else ""
    return Finding(
        "warning",
        f"{_names(driver)}, but TensorFlow cannot use it{fault}; {on_cpu}",
        f"the NVIDIA driver{version} may be older than TensorFlow's CUDA libraries want",
    )


def _names(driver: NvidiaDriver) -> str:
    return ", ".join(_with_memory(gpu.name, driver) for gpu in driver.gpus) or "an NVIDIA driver is there"


def _with_memory(name: str, driver: NvidiaDriver) -> str:
    memory = next((gpu.memory_mib for gpu in driver.gpus if gpu.name == name), 0)
    return f"{name} ({memory / 1024:.0f} GiB)" if memory else name
