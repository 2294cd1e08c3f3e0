import pathlib

import pytest

from pipeline.doctor.devices import check_devices
from pipeline.doctor.nvidia_driver import NvidiaDriver, NvidiaGpu, nvidia_driver
from pipeline.doctor.precision import check_precision

H200 = NvidiaGpu("NVIDIA H200", 143771, "570.1")
DRIVER = NvidiaDriver(is_there=True, gpus=(H200,))
NONE = NvidiaDriver(is_there=False)


def _with_nvidia_smi(folder: pathlib.Path, script: str) -> NvidiaDriver:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return nvidia_driver(str(folder), folder / "no_device")


def test_gpus_are_those_that_the_driver_tells(tmp_path: pathlib.Path) -> None:
    script = "echo 'NVIDIA H200, 143771, 570.1'; echo 'GH200, shared, [N/A], 570.1'"
    driver = _with_nvidia_smi(tmp_path, script)
    assert driver == NvidiaDriver(is_there=True, gpus=(H200, NvidiaGpu("GH200, shared", 0, "570.1")))


def test_a_driver_that_fails_is_told(tmp_path: pathlib.Path) -> None:
    script = "echo 'Failed to initialize NVML: Driver/library version mismatch' >&2; exit 18"
    driver = _with_nvidia_smi(tmp_path, script)
    assert driver.is_there
    assert driver.fault == "nvidia-smi failed with Failed to initialize NVML: Driver/library version mismatch"


def test_without_nvidia_smi_the_kernel_tells_of_the_driver(tmp_path: pathlib.Path) -> None:
    assert not nvidia_driver(str(tmp_path), tmp_path / "version").is_there
    (tmp_path / "version").write_text("")
    assert nvidia_driver(str(tmp_path), tmp_path / "version").is_there


@pytest.mark.parametrize(
    ("seen", "driver", "has_cuda", "visible", "expected"),
    [
        ((), NONE, False, None, "ok|no GPU; training uses 2 CPU cores"),
        ((), NONE, True, "0", "ok|no GPU; training uses 2 CPU cores"),
        (("NVIDIA H200",), DRIVER, True, None, "ok|NVIDIA H200 (140 GiB)"),
        (("Tesla",), DRIVER, True, None, "ok|Tesla"),
        (
            ("NVIDIA H200",),
            NvidiaDriver(is_there=True, gpus=(H200, H200)),
            True,
            "0",
            "ok|NVIDIA H200 (140 GiB); 1 more hidden by CUDA_VISIBLE_DEVICES=0",
        ),
        (
            (),
            DRIVER,
            False,
            None,
            "warning|NVIDIA H200 (140 GiB), but TensorFlow's CUDA libraries are not installed; training uses 2 CPU "
            "cores: `make setup GPU=1`",
        ),
        ((), DRIVER, True, "", "warning|CUDA_VISIBLE_DEVICES='' hides all GPUs; training uses 2 CPU cores"),
        (
            (),
            DRIVER,
            True,
            None,
            "warning|NVIDIA H200 (140 GiB), but TensorFlow cannot use it; training uses 2 CPU cores: the NVIDIA driver "
            "570.1 may be older than TensorFlow's CUDA libraries want",
        ),
        (
            (),
            NvidiaDriver(is_there=True, fault="nvidia-smi failed with x"),
            True,
            None,
            "warning|an NVIDIA driver is there, but TensorFlow cannot use it (nvidia-smi failed with x); training uses "
            "2 CPU cores: the NVIDIA driver may be older than TensorFlow's CUDA libraries want",
        ),
    ],
)
def test_a_gpu_that_is_left_out_is_told(
    seen: tuple[str, ...], driver: NvidiaDriver, has_cuda: bool, visible: str | None, expected: str
) -> None:
    finding = check_devices(seen, driver, has_cuda, visible, num_cores=2)
    assert f"{finding.state}|{finding}" == expected


def test_one_core_is_not_cores() -> None:
    assert check_devices((), NONE, False, None, 1).text == "no GPU; training uses 1 CPU core"


@pytest.mark.parametrize(
    ("auto", "configured", "has_gpu", "state"),
    [
        ("bfloat16", "auto", False, "ok"),
        ("float32", "auto", False, "ok"),
        ("bfloat16", "bfloat16", False, "ok"),
        ("bfloat16", "float32", True, "ok"),
        ("bfloat16", "float16", True, "ok"),
        ("float32", "bfloat16", False, "warning"),
        ("bfloat16", "float16", False, "warning"),
        ("float16", "bfloat16", True, "warning"),
    ],
)
def test_a_precision_that_the_hardware_lacks_is_told(auto: str, configured: str, has_gpu: bool, state: str) -> None:
    finding = check_precision(auto, configured, has_gpu)
    assert finding.state == state
    assert (auto if configured == "auto" else configured) in finding.text
