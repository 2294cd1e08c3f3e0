"""Tests that a promotion killed anywhere, or run twice at once, leaves whole versions only."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import pytest

from serving.version_folder import version_folders
from serving.version_record import RECORD_FILE, VersionOrigin
from serving.version_store import VersionStore

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
ORIGIN = VersionOrigin(promoted_by="test", run="run", model="model", reason="good")

PROMOTE_AND_DIE = """
import os, pathlib, signal, sys
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

directory, source = sys.argv[1], pathlib.Path(sys.argv[2])
keep_versions, calls_left = int(sys.argv[3]), int(sys.argv[4])
is_rollback = sys.argv[2] == "rollback"
STEPS = {
    "open", "close", "write", "flush", "fsync", "mkdir", "rename", "unlink", "rmdir", "truncate", "sendfile", "flock",
}

def die_before_the_last_call(frame, event, function):
    global calls_left
    if event == "c_call" and function.__name__ in STEPS:
        calls_left -= 1
        if calls_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

store = VersionStore(directory, "tickets")
sys.setprofile(die_before_the_last_call)
if is_rollback:
    store.rollback(None, "test", "bad")
else:
    store.promote(source, VersionOrigin("test", "run", "model", "good"), keep_versions)
"""


def promote_in_child(store: VersionStore, source: pathlib.Path, keep_versions: int, die_at: int) -> int:
    """Promotes in a process that kills itself (SIGKILL) before its `die_at`-th call that may change the disk."""
    arguments = [str(store.base.parent), str(source), str(keep_versions), str(die_at)]
    command = [sys.executable, "-c", PROMOTE_AND_DIE, *arguments]
    return subprocess.run(command, cwd=REPOSITORY, check=False).returncode


def saved_model(folder: pathlib.Path, content: bytes) -> pathlib.Path:
    (folder / "variables").mkdir(parents=True)
    (folder / "assets").mkdir()
    (folder / "saved_model.pb").write_bytes(b"graph " + content)
    (folder / "assets" / "vocab.txt").write_bytes(b"words " + content)
    (folder / "variables" / "variables.data-00000-of-00001").write_bytes(content * 100_000)
    return folder


def files(folder: pathlib.Path) -> dict[str, bytes]:
    """What a server would load: every file but the promotion's record."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in paths.items() if name != str(RECORD_FILE)}


def check_whole(store: VersionStore, models: list[pathlib.Path]) -> list[int]:
    """Asserts that each folder that a server would load holds all of its model; version n is of models[n - 1]."""
    folders = version_folders(store.base)
    for version, folder in folders.items():
        assert files(folder) == files(models[version - 1]), f"version {version} is not whole"
    return list(folders)


def check_audit(store: VersionStore) -> None:
    """Asserts that the audit log tells what is on disk."""
    alive: set[int] = set()
    for entry in store.audit_log.entries():
        (alive.add if entry["event"] == "promoted" else alive.remove)(entry["version"])
    assert alive == set(version_folders(store.base))
    promoted = [entry["version"] for entry in store.audit_log.entries() if entry["event"] == "promoted"]
    assert promoted == sorted(set(promoted))


@pytest.fixture
def models(tmp_path: pathlib.Path) -> list[pathlib.Path]:
    return [saved_model(tmp_path / f"model-{letter}", letter.encode()) for letter in "abc"]


def test_a_kill_at_any_step_leaves_the_old_versions_or_the_new_ones(
    models: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    first = VersionStore(tmp_path / "first", "tickets")
    first.promote(models[0], ORIGIN, keep_versions=1)
    seen = set()
    for die_at in range(1, 1000):
        store = VersionStore(tmp_path / str(die_at), "tickets")
        shutil.copytree(first.base, store.base)
        status = promote_in_child(store, models[1], keep_versions=1, die_at=die_at)
        versions = check_whole(store, models)
        seen.add(tuple(versions))
        assert store.promote(models[2], ORIGIN, keep_versions=2).version == max(versions) + 1
        check_audit(store)
        hidden = {path.name for path in store.base.iterdir() if path.name.startswith(".")}
        assert hidden == {".lock"}
        shutil.rmtree(store.base.parent)
        if status == 0:
            break
        assert status == -signal.SIGKILL
    assert status == 0, "the promotion never came to its end"
    assert die_at > 50
    # Before the new version, with both (before the old one is pruned), with the new one only.
    assert seen == {(1,), (1, 2), (2,)}


def test_a_rollback_killed_at_any_step_leaves_the_bad_model_in_service_or_the_good_one(
    models: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    first = VersionStore(tmp_path / "first", "tickets")
    for model in models[:2]:
        first.promote(model, ORIGIN, keep_versions=5)
    bad = first.fingerprint(2)
    seen = set()
    for die_at in range(1, 1000):
        store = VersionStore(tmp_path / str(die_at), "tickets")
        shutil.copytree(first.base, store.base)
        status = promote_in_child(store, pathlib.Path("rollback"), keep_versions=5, die_at=die_at)
        versions = check_whole(store, [models[0], models[1], models[0]])
        seen.add(tuple(versions))
        # Whatever the kill left: the next run puts the good model into service, and not the bad one again.
        store.promote(models[2], ORIGIN, keep_versions=5)
        check_audit(store)
        assert (bad in store.withdrawn()) == (3 in versions)
        shutil.rmtree(store.base.parent)
        if status == 0:
            break
    assert seen == {(1, 2), (1, 2, 3)}


def test_the_first_promotion_killed_at_any_step_shows_nothing_or_a_whole_version(
    models: list[pathlib.Path], tmp_path: pathlib.Path
) -> None:
    seen = set()
    for die_at in range(1, 1000):
        store = VersionStore(tmp_path / str(die_at), "tickets")
        status = promote_in_child(store, models[0], keep_versions=1, die_at=die_at)
        seen.add(tuple(check_whole(store, models)))
        promoted = store.promote(models[0], ORIGIN, keep_versions=1)
        assert promoted.version == 1
        check_audit(store)
        if status == 0:
            break
    assert seen == {(), (1,)}


def test_concurrent_promotions_do_not_interleave(tmp_path: pathlib.Path) -> None:
    store = VersionStore(tmp_path / "serving", "tickets")
    count = 8
    sources = [saved_model(tmp_path / str(number), b"%d" % number) for number in range(count)]
    never = str(10**9)
    command = [sys.executable, "-c", PROMOTE_AND_DIE, str(store.base.parent)]
    children = [subprocess.Popen([*command, str(source), "100", never], cwd=REPOSITORY) for source in sources]
    assert [child.wait() for child in children] == [0] * count
    folders = version_folders(store.base)
    assert list(folders) == list(range(1, count + 1))
    found = [files(folder) for folder in folders.values()]
    assert all(files(source) in found for source in sources)
    assert [entry["version"] for entry in store.audit_log.entries()] == list(folders)
    check_audit(store)


def test_a_promotion_waits_for_the_lock_of_another_process(models: list[pathlib.Path], tmp_path: pathlib.Path) -> None:
    store = VersionStore(tmp_path / "serving", "tickets")
    store.base.mkdir(parents=True)
    hold = "import pathlib, sys; from serving.folder_lock import folder_lock\n"
    hold += "with folder_lock(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(store.base)], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    command = [sys.executable, "-c", PROMOTE_AND_DIE, str(store.base.parent), str(models[0]), "1", str(10**9)]
    waiting = subprocess.Popen(command, cwd=REPOSITORY)
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(timeout=1)
    assert version_folders(store.base) == {}
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert waiting.wait(timeout=30) == 0
    assert list(version_folders(store.base)) == [1]
    assert json.loads((store.base / "1" / RECORD_FILE).read_text())["version"] == 1
