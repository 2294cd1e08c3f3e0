"""Fixtures of the training's tests."""

import importlib.util
import pathlib
from types import ModuleType

import pytest

SCRIPT = pathlib.Path(__file__).with_name("tiny_training.py")


@pytest.fixture(scope="session")
def tiny_training() -> ModuleType:
    """The module `tiny_training.py` beside this file."""
    spec = importlib.util.spec_from_file_location("tiny_training", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
