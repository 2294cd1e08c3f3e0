"""What tests of the compiled pipeline share."""

import importlib.util
import os
import pathlib
import subprocess
import sys
import types

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def entrypoint() -> types.ModuleType:
    """kubeflow/entrypoint.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("kubeflow_entrypoint", REPOSITORY / "kubeflow" / "entrypoint.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def compiled_twice(tmp_path_factory: pytest.TempPathFactory) -> list[pathlib.Path]:
    """examples/tickets.yaml, compiled by two processes with different hash seeds."""
    outputs = [tmp_path_factory.mktemp("compiled") / "pipeline.yaml" for _ in range(2)]
    processes = [
        subprocess.Popen(
            [
                *(pathlib.Path(sys.executable).with_name("bertline"), "kubeflow", "compile"),
                *(REPOSITORY / "examples" / "tickets.yaml", "-o", output),
                *("--image", "registry.example/bertline:1", "--pipeline-root", "minio://mlpipeline/bertline"),
            ],
            env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for hash_seed, output in enumerate(outputs, start=1)
    ]
    for process in processes:
        _, errors = process.communicate()
        assert process.returncode == 0, errors[-4000:]
    return outputs


@pytest.fixture(scope="session")
def compiled(compiled_twice: list[pathlib.Path]) -> pathlib.Path:
    """The compiled tickets pipeline."""
    return compiled_twice[0]
