"""A promotion or rollback that is killed anywhere, or run several times at once, shows whole versions only."""

import json
import pathlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.protobuf import text_format
from tensorflow_serving.config import model_server_config_pb2

from serving.config import ServingConfig
from serving.named_versions.named_version_store import NamedVersionStore
from serving.open_versions import open_named_versions
from serving.version_record import RECORD_FILE, VersionOrigin

ORIGIN = VersionOrigin(promoted_by="test", run="run", model="model", reason="good")


def saved_model(folder: pathlib.Path, content: str) -> pathlib.Path:
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_text(f"graph {content}")
    (folder / "variables" / "variables.index").write_text(f"index {content}")
    return folder


def files(folder: pathlib.Path) -> dict[str, bytes]:
    """What a server would load: every file but the promotion's record."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in paths.items() if name != str(RECORD_FILE)}


class Killable:
    """Runs actions in processes that are killed, or that run at once."""

    def __init__(self, process: "subprocess.Popen[str]", serving: ServingConfig) -> None:
        self._process, self._serving = process, serving

    def action(
        self, number: int | None, promote: pathlib.Path | None, die_at: int = 0, judged_against: int | None = None
    ) -> dict[str, Any]:
        """A promotion, or without one a rollback, in the place of a number; None for the place of all."""
        directory = self._serving.directory if number is None else f"{self._serving.directory}/{number}"
        return {
            "serving": {**self._serving.model_dump(), "directory": directory},
            "promote": promote and str(promote),
            "keep_versions": 1 if die_at else 50,
            "judged_against": judged_against,
            "die_at": die_at,
        }

    def run(self, *actions: dict[str, Any]) -> list[int]:
        """Their exit codes, sorted; one with `die_at` kills itself before that change of disk or store."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(actions) + "\n")
        self._process.stdin.flush()
        return sorted(json.loads(self._process.stdout.readline()))


@pytest.fixture
def killable(serving: ServingConfig) -> Iterator[Killable]:
    """The process, with the object store's address in its environment."""
    command = [sys.executable, str(pathlib.Path(__file__).with_name("killable.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Killable(process, serving)
        assert process.stdin
        process.stdin.close()


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
    killable: Killable, places: Places, models: list[pathlib.Path], scratch: pathlib.Path, new: pathlib.Path | None
) -> set[tuple[tuple[int, ...], int]]:
    """Kills a promotion, or a rollback, at each of its calls; returns what servers would load then."""
    seen = set()
    for die_at in range(1, 200):
        store = places(die_at)
        for model in models[:2]:
            store.promote(model, ORIGIN, keep_versions=5)
        [status] = killable.run(killable.action(die_at, new, die_at))
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
    killable: Killable, places: Places, models: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    new = saved_model(tmp_path / "new", "new")
    seen = killed_everywhere(killable, places, [*models, new], tmp_path / "scratch", new)
    assert seen == {((1, 2), 2), ((2, 3), 3)}


def test_a_rollback_killed_anywhere_leaves_the_old_version_or_the_new(
    killable: Killable, places: Places, models: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    seen = killed_everywhere(killable, places, models, tmp_path / "scratch", None)
    assert seen == {((1, 2), 2), ((1,), 1)}


def test_the_first_promotion_killed_anywhere_leaves_nothing_or_a_version(
    killable: Killable, places: Places, models: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    seen = set()
    for die_at in range(1, 200):
        store = places(die_at)
        [status] = killable.run(killable.action(die_at, models[0], die_at))
        seen.add(served(store, models, tmp_path / "scratch"))
        promoted = store.promote(models[0], ORIGIN, keep_versions=1)
        assert store.current() == promoted.version
        assert store.is_published()
        if status == 0:
            break
    assert seen == {((), 0), ((1,), 1)}


def test_of_several_promotions_at_once_one_replaces_what_it_was_judged_against(
    killable: Killable, serving: ServingConfig, models: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    store = open_named_versions(serving, "tickets")
    store.promote(models[0], ORIGIN, 50)
    sources = [saved_model(tmp_path / f"new-{number}", f"new {number}") for number in range(4)]
    assert killable.run(*(killable.action(None, source, judged_against=1) for source in sources)) == [0, 7, 7, 7]
    assert len(store.numbers()) == 2
    versions, stable = served(store, [models[0], *sources], tmp_path / "scratch")
    assert versions == (1, stable)
    assert store.is_published()


def test_promotions_at_once_that_ask_for_nothing_come_one_after_the_other(
    killable: Killable, serving: ServingConfig, tmp_path: pathlib.Path
) -> None:
    store = open_named_versions(serving, "tickets")
    sources = [saved_model(tmp_path / f"new-{number}", f"new {number}") for number in range(4)]
    assert killable.run(*(killable.action(None, source) for source in sources)) == [0] * 4
    numbers = store.numbers()
    assert len(numbers) == 4
    assert list(numbers) == sorted(set(numbers))
    assert store.is_published()
    assert served(store, sources, tmp_path / "scratch") == (numbers[-2:], numbers[-1])
