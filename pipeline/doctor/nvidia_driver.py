"""What the NVIDIA driver knows of GPUs."""

import dataclasses
import pathlib
import shutil

from pipeline.doctor.child_process import ChildProcess

_LIMIT_SECONDS = 20.0
_DEVICE = pathlib.Path("/proc/driver/nvidia/version")


@dataclasses.dataclass(frozen=True)
class NvidiaGpu:
    """A GPU as the driver tells it.

    Attributes:
        name: Such as `NVIDIA H200`.
        memory_mib: Its memory, in MiB.
        driver: The driver's version.
    """

    name: str
    memory_mib: int
    driver: str


@dataclasses.dataclass(frozen=True)
class NvidiaDriver:
    """The NVIDIA driver.

    Attributes:
        is_there: Whether there is one.
        gpus: Its GPUs.
        fault: Why it does not tell them; empty where it does.
    """

    is_there: bool
    gpus: tuple[NvidiaGpu, ...] = ()
    fault: str = ""


def nvidia_driver(search_path: str | None = None, device: pathlib.Path = _DEVICE) -> NvidiaDriver:
    """Asks `nvidia-smi`.

    Args:
        search_path: Folders of programs, as PATH holds them; PATH itself where it is None.
        device: The file by which the kernel shows that the driver is loaded.
    """
    program = shutil.which("nvidia-smi", path=search_path)
    if program is None:
        return NvidiaDriver(device.exists(), fault="nvidia-smi is not there")
    query = [program, "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader,nounits"]
    with ChildProcess(query, _LIMIT_SECONDS) as child:
        outcome = child.outcome()
    if outcome.fault:
        return NvidiaDriver(is_there=True, fault=f"nvidia-smi {outcome.fault}")
    rows = [line.rsplit(",", 2) for line in outcome.output.splitlines() if line.count(",") >= 2]
    return NvidiaDriver(is_there=True, gpus=tuple(_gpu(*(cell.strip() for cell in row)) for row in rows))


def _gpu(name: str, memory: str, driver: str) -> NvidiaGpu:
    # Shared memory (Grace, Jetson) is `[N/A]`.
    return NvidiaGpu(name, int(memory) if memory.isdecimal() else 0, driver)
