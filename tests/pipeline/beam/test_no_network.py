"""The runner of the local profiles asks nobody outside of this machine; Beam's plain DirectRunner does."""

import json
import os
import pathlib
import subprocess
import sys

from pipeline.beam.config import BeamConfig
from pipeline.beam.options import beam_arguments

SCRIPT = pathlib.Path(__file__).with_name("without_network.py")


def _tried(folder: pathlib.Path, *options: str) -> list[str]:
    # What DirectRunner downloads it keeps in the home folder.
    environment = os.environ | {"HOME": str(folder)}
    ran = subprocess.run(
        [sys.executable, SCRIPT, *options], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    tried = json.loads(ran.stdout.splitlines()[-1])
    assert isinstance(tried, list)
    return tried


def test_local_needs_no_network(tmp_path: pathlib.Path) -> None:
    assert _tried(tmp_path, *beam_arguments(BeamConfig())) == []


def test_the_plain_runner_would_look_for_another_one(tmp_path: pathlib.Path) -> None:
    assert "github.com" in _tried(tmp_path, "--runner=DirectRunner")
