"""A folder and a bucket of a real S3 server, in turns, as the place of versions."""

import pathlib
from collections.abc import Callable

import pytest

from serving.config import ServingConfig
from serving.named_versions.named_version_store import NamedVersionStore
from serving.open_versions import open_named_versions


@pytest.fixture(params=["folder", "object store"])
def serving(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> ServingConfig:
    """Where versions go: an empty place in each test."""
    if request.param == "folder":
        return ServingConfig(directory=str(tmp_path / "serving"), models_config=True)
    return ServingConfig(directory=f"{request.getfixturevalue('object_store')}/{tmp_path.name}")


@pytest.fixture
def store(serving: ServingConfig) -> NamedVersionStore:
    return open_named_versions(serving, "tickets")


@pytest.fixture
def model(tmp_path: pathlib.Path) -> Callable[[str], pathlib.Path]:
    """Writes files laid out as a SavedModel's; the store never looks inside."""

    def write(content: str) -> pathlib.Path:
        folder = tmp_path / "models" / content
        (folder / "variables").mkdir(parents=True)
        (folder / "saved_model.pb").write_text(f"graph {content}")
        (folder / "variables" / "variables.index").write_text(f"index {content}")
        return folder

    return write
