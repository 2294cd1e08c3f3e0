"""A folder and a bucket of a real S3 server, in turns, as the place of versions."""

import pathlib
from collections.abc import Callable, Iterator

import pytest
from moto.server import ThreadedMotoServer

from serving.config import ServingConfig
from serving.named_versions.named_version_store import NamedVersionStore
from serving.open_versions import open_named_versions


@pytest.fixture(scope="session")
def object_store() -> Iterator[str]:
    """A server that speaks S3, on loopback; the environment names it, as it would name MinIO."""
    import fsspec

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "somebody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        fsspec.filesystem("s3").mkdir("models")
        yield "s3://models"
    server.stop()


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
