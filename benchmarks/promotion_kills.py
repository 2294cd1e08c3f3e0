"""Kills promotions at random moments, and looks at what a server would load then.

    python -m benchmarks.promotion_kills SAVED_MODEL --kills 100

Three places in turns: a folder of which the highest version is served, a folder with labels, and a bucket of an S3
server that this program starts (moto). After each kill every version that a server would load must hold all files of
its model, and the next promotion must succeed.
"""

import argparse
import itertools
import os
import pathlib
import random
import shutil
import signal
import tempfile
import time

import fsspec
from google.protobuf import text_format
from moto.server import ThreadedMotoServer
from tensorflow_serving.config import model_server_config_pb2

from serving.config import ServingConfig
from serving.model_fingerprint import model_fingerprint
from serving.named_versions.local_copy import local_copy
from serving.named_versions.models_config import MODELS_CONFIG
from serving.named_versions.named_version_store import NamedVersionStore
from serving.open_versions import open_versions
from serving.promotion import ModelVersions
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

_NAME = "model"
_ORIGIN = VersionOrigin(promoted_by="benchmark", run="run", model="model", reason="none")


def main() -> None:
    """Kills and counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path, help="a SavedModel")
    parser.add_argument("--kills", type=int, default=100, help="in all places together")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ.update(
        AWS_ENDPOINT_URL=f"http://{host}:{port}",
        AWS_ACCESS_KEY_ID="somebody",
        AWS_SECRET_ACCESS_KEY="secret",
        AWS_DEFAULT_REGION="us-east-1",
    )
    fsspec.filesystem("s3").mkdir("models")
    with tempfile.TemporaryDirectory() as scratch:
        places = {
            "folder": ServingConfig(directory=f"{scratch}/plain"),
            "folder with labels": ServingConfig(directory=f"{scratch}/labels", models_config=True),
            "object store": ServingConfig(directory="s3://models/serving"),
        }
        chance = random.Random(arguments.seed)
        for number, (place, serving) in enumerate(places.items()):
            share = arguments.kills // 3 + (number < arguments.kills % 3)
            _kill_promotions(place, serving, arguments.model, share, chance, pathlib.Path(scratch))
    server.stop()


def _kill_promotions(
    place: str, serving: ServingConfig, model: pathlib.Path, kills: int, chance: random.Random, scratch: pathlib.Path
) -> None:
    sources = scratch / "sources" / place.replace(" ", "-")
    whole: set[str] = set()

    def another(number: int) -> pathlib.Path:
        folder = sources / str(number)
        shutil.copytree(model, folder)
        (folder / "assets").mkdir(exist_ok=True)
        (folder / "assets" / "number.txt").write_text(str(number))
        whole.add(model_fingerprint(folder))
        return folder

    _in_child(serving, another(0), None)
    started = time.monotonic()
    # The first one also reads the files from disk.
    _in_child(serving, another(-1), None)
    undisturbed = time.monotonic() - started
    killed = partial = new = 0
    # What is killed too late does not count, so that each of them hits a promotion.
    for number in itertools.count(1):
        if killed == kills:
            break
        source = another(number)
        before = open_versions(serving, _NAME).numbers()
        killed += _in_child(serving, source, chance.uniform(0, undisturbed))
        versions = open_versions(serving, _NAME)
        new += versions.numbers() != before
        partial += any(_fingerprint(versions, version) not in whole for version in _loaded(versions))
        versions.promote(another(-1 - number), _ORIGIN, 3)
        shutil.rmtree(source)
        shutil.rmtree(sources / str(-1 - number))
    print(
        f"{place}: {killed} promotions killed, of some {undisturbed:.2f} s ({new} showed the new version, "
        f"{number - 1 - killed} more came to their end): {partial} with a partial version"
    )


def _in_child(serving: ServingConfig, source: pathlib.Path, die_after: float | None) -> bool:
    child = os.fork()
    if not child:
        try:
            open_versions(serving, _NAME).promote(source, _ORIGIN, 3)
        finally:
            os._exit(0)
    if die_after is not None:
        time.sleep(die_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def _loaded(versions: ModelVersions) -> list[int]:
    """What a server would load, as it would find out."""
    if isinstance(versions, VersionStore):
        return list(versions.versions())
    assert isinstance(versions, NamedVersionStore)
    with fsspec.open(f"{versions.location}/{MODELS_CONFIG}") as file:
        content = file.read()
    config = text_format.Parse(content, model_server_config_pb2.ModelServerConfig())
    return list(config.model_config_list.config[0].model_version_policy.specific.versions)


def _fingerprint(versions: ModelVersions, version: int) -> str:
    with local_copy(versions.location_of(version)) as folder:
        return model_fingerprint(folder)


if __name__ == "__main__":
    main()
