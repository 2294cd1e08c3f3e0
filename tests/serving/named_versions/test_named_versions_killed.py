"""A promotion or rollback that is killed anywhere, or run several times at once, shows whole versions only."""

import concurrent.futures
import io
import os
import pathlib
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from aiobotocore.client import AioBaseClient
from google.protobuf import text_format
from tensorflow_serving.config import model_server_config_pb2

from serving.config import ServingConfig
from serving.named_versions.named_version_store import NamedVersionStore
from serving.open_versions import open_named_versions
from serving.promotion import JudgedAgainst, StaleBaselineError
from serving.version_record import RECORD_FILE, VersionOrigin

ORIGIN = VersionOrigin(promoted_by="test", run="run", model="model", reason="good")

# What changes a disk.
DISK_CALLS = {os.write, os.fsync, os.mkdir, os.rename, os.replace, os.link, os.unlink, os.rmdir, os.sendfile}


def saved_model(folder: pathlib.Path, content: str) -> pathlib.Path:
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_text(f"graph {content}")
    (folder / "variables" / "variables.index").write_text(f"index {content}")
    return folder


def files(folder: pathlib.Path) -> dict[str, bytes]:
    """What a server would load: every file but the promotion's record."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in paths.items() if name != str(RECORD_FILE)}


class Death:
    """Kills this process before its n-th call that changes a disk or an object store."""

    def __init__(self, calls_left: int) -> None:
        self._calls_left = calls_left
        sys.setprofile(self._at_call)
        ask = AioBaseClient._make_api_call

        def ask_or_die(client: Any, operation: str, parameters: Any) -> Any:
            if not operation.startswith(("Get", "Head", "List")):
                self._count()
            return ask(client, operation, parameters)

        AioBaseClient._make_api_call = ask_or_die

    def _at_call(self, frame: Any, event: str, function: Any) -> None:
        if event == "c_call" and (function in DISK_CALLS or _writes_a_file(function)):
            self._count()

    def _count(self) -> None:
        self._calls_left -= 1
        if self._calls_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def _writes_a_file(function: Any) -> bool:
    return function.__name__ == "write" and isinstance(function.__self__, io.BufferedWriter)


def in_child(action: Callable[[], Any], die_at: int = 0) -> int:
    """Runs something in a child; with `die_at`, it kills itself before its `die_at`-th change of disk or store."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    Death(die_at)
    try:
        action()
    except StaleBaselineError:
        os._exit(7)
    except BaseException:  # noqa: BLE001 (told to the parent, whatever it is)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def served(store: NamedVersionStore, models: list[pathlib.Path], scratch: pathlib.Path) -> tuple[tuple[int, ...], int]:
    """What a server would load now, and what is stable; asserts that all of it is whole."""
    content = store._files.read("models.config")
    if content is None:
        return (), 0
    config = text_format.Parse(content, model_server_config_pb2.ModelServerConfig())
    model = config.model_config_list.config[0]
    expected = [files(each) for each in models]
    for version in model.model_version_policy.specific.versions:
        scratch.mkdir(exist_ok=True)
        folder = store._files.fetch(str(version), scratch / f"{store.location.replace('/', '_')}-{version}")
        assert files(folder) in expected, f"version {version} is not whole"
    return tuple(model.model_version_policy.specific.versions), model.version_labels["stable"]


@pytest.fixture
def models(tmp_path: pathlib.Path) -> list[pathlib.Path]:
    return [saved_model(tmp_path / f"model-{letter}", letter) for letter in "abc"]


Places = Callable[[int], NamedVersionStore]


@pytest.fixture
def places(serving: ServingConfig) -> Places:
    """An empty place for each number."""
    return lambda number: open_named_versions(
        serving.model_copy(update={"directory": f"{serving.directory}/{number}"}), "tickets"
    )


def killed_everywhere(
    places: Places, models: list[pathlib.Path], scratch: pathlib.Path, action: Callable[[NamedVersionStore], Any]
) -> set[tuple[tuple[int, ...], int]]:
    """Kills an action at each of its calls; returns what servers would load then."""
    seen = set()
    for die_at in range(1, 200):
        store = places(die_at)
        for model in models[:2]:
            store.promote(model, ORIGIN, keep_versions=5)
        status = in_child(lambda: action(places(die_at)), die_at)  # noqa: B023 (called at once)
        seen.add(served(store, models, scratch))
        # Whatever the kill left, the next promotion mends it, and says to servers what it did.
        promoted = store.promote(models[2], ORIGIN, keep_versions=5)
        assert store.is_published()
        assert served(store, models, scratch)[1] == promoted.version
        if status == 0:
            return seen
        assert status == -signal.SIGKILL
    raise AssertionError("it never came to its end")


def test_a_promotion_killed_anywhere_leaves_the_old_versions_or_the_new(
    places: Places, models: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    new = saved_model(tmp_path / "new", "new")
    seen = killed_everywhere(
        places, [*models, new], tmp_path / "scratch", lambda store: store.promote(new, ORIGIN, keep_versions=1)
    )
    assert seen == {((1, 2), 2), ((2, 3), 3)}


def test_a_rollback_killed_anywhere_leaves_the_old_version_or_the_new(
    places: Places, models: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    seen = killed_everywhere(places, models, tmp_path / "scratch", lambda store: store.rollback(None, "test", "bad"))
    assert seen == {((1, 2), 2), ((1,), 1)}


def test_the_first_promotion_killed_anywhere_leaves_nothing_or_a_version(
    places: Places, models: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    seen = set()
    for die_at in range(1, 200):
        store = places(die_at)
        status = in_child(lambda: places(die_at).promote(models[0], ORIGIN, 1), die_at)  # noqa: B023 (called at once)
        seen.add(served(store, models, tmp_path / "scratch"))
        promoted = store.promote(models[0], ORIGIN, keep_versions=1)
        assert store.current() == promoted.version
        assert store.is_published()
        if status == 0:
            break
    assert seen == {((), 0), ((1,), 1)}


def at_once(*actions: Callable[[], Any]) -> list[int]:
    """Runs all in processes of their own; returns their exit codes, sorted."""
    with concurrent.futures.ThreadPoolExecutor(len(actions)) as pool:
        return sorted(pool.map(in_child, actions))


def test_of_several_promotions_at_once_one_replaces_what_it_was_judged_against(
    serving: ServingConfig, models: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    store = open_named_versions(serving, "tickets")
    store.promote(models[0], ORIGIN, 50)
    sources = [saved_model(tmp_path / f"new-{number}", f"new {number}") for number in range(4)]

    def promotion(source: pathlib.Path) -> Callable[[], Any]:
        return lambda: open_named_versions(serving, "tickets").promote(source, ORIGIN, 50, JudgedAgainst(1))

    assert at_once(*map(promotion, sources)) == [0, 7, 7, 7]
    assert len(store.numbers()) == 2
    versions, stable = served(store, [models[0], *sources], tmp_path / "scratch")
    assert versions == (1, stable)
    assert store.is_published()


def test_promotions_at_once_that_ask_for_nothing_come_one_after_the_other(
    serving: ServingConfig, tmp_path: pathlib.Path
) -> None:
    store = open_named_versions(serving, "tickets")
    sources = [saved_model(tmp_path / f"new-{number}", f"new {number}") for number in range(4)]

    def promotion(source: pathlib.Path) -> Callable[[], Any]:
        return lambda: open_named_versions(serving, "tickets").promote(source, ORIGIN, 50)

    assert at_once(*map(promotion, sources)) == [0] * 4
    numbers = store.numbers()
    assert len(numbers) == 4
    assert list(numbers) == sorted(set(numbers))
    assert store.is_published()
    assert served(store, sources, tmp_path / "scratch") == (numbers[-2:], numbers[-1])
