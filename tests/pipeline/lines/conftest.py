"""What the tests of whole lines share: `bertline` as a process of its own, in a folder of its own."""

import os
import pathlib
import subprocess
import sys
from collections.abc import Callable

import pytest

_CODE = "import sys; from pipeline.cli import main; sys.exit(main())"

Bertline = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def bertline() -> Bertline:
    """Runs `bertline` with arguments; modules of this folder can be named as tasks."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        paths = [str(pathlib.Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        command = [sys.executable, "-c", _CODE, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=400, check=False, env=environment)

    return run
