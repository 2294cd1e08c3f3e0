"""Tests of promotion and of what a server finds afterwards."""

import json
import pathlib
import shutil

import pytest

from serving.version_record import RECORD_FILE, VersionOrigin, read_version_record
from serving.version_store import (
    JudgedAgainst,
    NoSuchVersionError,
    StaleBaselineError,
    VersionStore,
    WithdrawnModelError,
)

ORIGIN = VersionOrigin(promoted_by="pipeline", run="run-1", model="model", reason="good", metrics={"accuracy": 0.9})


@pytest.fixture
def store(tmp_path: pathlib.Path) -> VersionStore:
    return VersionStore(tmp_path / "serving", "tickets")


def saved_model(folder: pathlib.Path, content: str) -> pathlib.Path:
    """Files laid out as a SavedModel's; the store never looks inside."""
    (folder / "variables").mkdir(parents=True)
    (folder / "saved_model.pb").write_text(f"graph {content}")
    (folder / "variables" / "variables.index").write_text(f"index {content}")
    return folder


def promote_several(store: VersionStore, tmp_path: pathlib.Path, count: int, keep_versions: int = 5) -> None:
    for number in range(1, count + 1):
        store.promote(saved_model(tmp_path / f"model-{number}", str(number)), ORIGIN, keep_versions)


def events(store: VersionStore) -> list[tuple[str, int]]:
    return [(entry["event"], entry["version"]) for entry in store.audit_log.entries()]


def test_a_store_without_promotions_has_no_current_version(store: VersionStore) -> None:
    assert store.current() is None
    assert store.versions() == {}


def test_promotion_copies_every_file_into_the_next_version(store: VersionStore, tmp_path: pathlib.Path) -> None:
    source = saved_model(tmp_path / "model", "a")
    promoted = store.promote(source, ORIGIN, keep_versions=5)
    assert (promoted.version, promoted.is_new) == (1, True)
    assert pathlib.Path(promoted.location) == store.base / "1"
    for path in source.rglob("*"):
        if path.is_file():
            assert (pathlib.Path(promoted.location) / path.relative_to(source)).read_bytes() == path.read_bytes()


def test_the_record_says_what_was_promoted_from_where(store: VersionStore, tmp_path: pathlib.Path) -> None:
    promoted = store.promote(saved_model(tmp_path / "model", "a"), ORIGIN, keep_versions=5)
    record = read_version_record(pathlib.Path(promoted.location))
    assert record is not None
    assert (record.version, record.origin) == (1, ORIGIN)
    assert record.fingerprint == store.fingerprint(1)
    (entry,) = store.audit_log.entries()
    assert entry == {"event": "promoted", **record.to_json()}


def test_a_model_in_service_is_not_promoted_again(store: VersionStore, tmp_path: pathlib.Path) -> None:
    source = saved_model(tmp_path / "model", "a")
    store.promote(source, ORIGIN, keep_versions=5)
    again = store.promote(source, ORIGIN, keep_versions=5)
    assert (again.version, again.is_new) == (1, False)
    assert events(store) == [("promoted", 1)]


@pytest.mark.parametrize(
    ("in_service", "judged_against", "message"),
    [
        (2, 1, "judged against version 1, but version 2 is in service now: run again"),
        (1, None, "judged while none was in service, but version 1 is in service now: run again"),
        (0, 3, "judged against version 3, but no version is in service now: run again"),
    ],
)
def test_a_model_replaces_only_what_it_was_judged_against(
    store: VersionStore, tmp_path: pathlib.Path, in_service: int, judged_against: int | None, message: str
) -> None:
    promote_several(store, tmp_path, in_service)
    before = store.versions()
    with pytest.raises(StaleBaselineError, match=message):
        store.promote(saved_model(tmp_path / "new", "new"), ORIGIN, 1, JudgedAgainst(judged_against))
    assert store.versions() == before
    promoted = store.promote(tmp_path / "new", ORIGIN, 5, JudgedAgainst(in_service or None))
    assert (promoted.version, promoted.is_new) == (in_service + 1, True)


def test_a_model_in_service_is_not_stale(store: VersionStore, tmp_path: pathlib.Path) -> None:
    promote_several(store, tmp_path, 1)
    assert not store.promote(tmp_path / "model-1", ORIGIN, 5, JudgedAgainst(None)).is_new


def test_a_model_put_there_by_hand_is_recognised_as_in_service(store: VersionStore, tmp_path: pathlib.Path) -> None:
    source = saved_model(tmp_path / "model", "a")
    shutil.copytree(source, store.base / "0042")
    assert store.promote(source, ORIGIN, keep_versions=5).version == 42
    assert store.promote(saved_model(tmp_path / "other", "b"), ORIGIN, keep_versions=5).version == 43


def test_an_earlier_version_can_be_promoted_again(store: VersionStore, tmp_path: pathlib.Path) -> None:
    promote_several(store, tmp_path, count=2)
    republished = store.promote(store.versions()[1], ORIGIN, keep_versions=5)
    assert (republished.version, republished.is_new) == (3, True)
    assert store.fingerprint(3) == store.fingerprint(1)
    assert json.loads((pathlib.Path(republished.location) / RECORD_FILE).read_text())["version"] == 3


def test_only_the_newest_versions_stay(store: VersionStore, tmp_path: pathlib.Path) -> None:
    promote_several(store, tmp_path, count=4, keep_versions=2)
    assert sorted(store.versions()) == [3, 4]
    assert [event for event in events(store) if event[0] == "removed"] == [("removed", 1), ("removed", 2)]


def test_folders_that_were_not_promoted_here_are_never_deleted(store: VersionStore, tmp_path: pathlib.Path) -> None:
    saved_model(store.base / "1", "by hand")
    store.promote(saved_model(tmp_path / "a", "a"), ORIGIN, keep_versions=1)
    store.promote(saved_model(tmp_path / "b", "b"), ORIGIN, keep_versions=1)
    assert sorted(store.versions()) == [1, 3]


def test_a_number_is_never_used_twice(store: VersionStore, tmp_path: pathlib.Path) -> None:
    promote_several(store, tmp_path, count=2)
    shutil.rmtree(store.base / "2")
    assert store.promote(saved_model(tmp_path / "next", "next"), ORIGIN, keep_versions=5).version == 3


def test_a_file_with_an_integer_name_blocks_its_number(store: VersionStore, tmp_path: pathlib.Path) -> None:
    store.base.mkdir(parents=True)
    (store.base / "5").write_text("not a folder")
    assert store.promote(saved_model(tmp_path / "a", "a"), ORIGIN, keep_versions=5).version == 6


def test_a_version_deleted_by_hand_is_noted_at_the_next_promotion(store: VersionStore, tmp_path: pathlib.Path) -> None:
    promote_several(store, tmp_path, count=1)
    shutil.rmtree(store.base / "1")
    store.promote(saved_model(tmp_path / "next", "next"), ORIGIN, keep_versions=5)
    assert store.audit_log.entries()[1]["reason"] == "found missing"
    assert events(store) == [("promoted", 1), ("removed", 1), ("promoted", 2)]


def test_what_is_not_a_saved_model_leaves_no_trace(store: VersionStore, tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match=r"not a SavedModel: it has no saved_model\.pb"):
        store.promote(tmp_path, ORIGIN, keep_versions=5)
    assert not store.base.exists()


def test_a_server_under_another_user_can_read_a_version(store: VersionStore, tmp_path: pathlib.Path) -> None:
    source = saved_model(tmp_path / "model", "a")
    source.chmod(0o700)
    (source / "saved_model.pb").chmod(0o600)
    folder = pathlib.Path(store.promote(source, ORIGIN, keep_versions=5).location)
    assert folder.stat().st_mode & 0o055 == 0o055
    assert (folder / "saved_model.pb").stat().st_mode & 0o044 == 0o044


def test_a_rollback_publishes_the_version_before_under_the_next_number(
    store: VersionStore, tmp_path: pathlib.Path
) -> None:
    promote_several(store, tmp_path, count=3)
    back = store.rollback(None, "ada", "it answers in French")
    assert (back.version, store.current()) == (4, 4)
    assert store.fingerprint(4) == store.fingerprint(2)
    record = read_version_record(pathlib.Path(back.location))
    assert record is not None
    assert (record.origin.promoted_by, record.origin.metrics) == ("ada", ORIGIN.metrics)
    assert record.origin.reason == "rolled back to version 2: it answers in French"
    assert record.origin.withdraws == (store.fingerprint(3),)


def test_each_rollback_goes_further_back_past_what_was_withdrawn(store: VersionStore, tmp_path: pathlib.Path) -> None:
    promote_several(store, tmp_path, count=3)
    store.rollback(None, "ada", "bad")
    assert store.fingerprint(store.rollback(None, "ada", "bad too").version) == store.fingerprint(1)
    with pytest.raises(NoSuchVersionError, match="there is no version None to go back to; there are 1, 2, 3, 4, 5"):
        store.rollback(None, "ada", "and this")


def test_a_rollback_to_a_named_version_withdraws_all_that_came_after_it(
    store: VersionStore, tmp_path: pathlib.Path
) -> None:
    promote_several(store, tmp_path, count=3)
    store.rollback(1, "ada", "bad")
    assert store.withdrawn() == {
        store.fingerprint(2): (2, "rolled back to version 1: bad"),
        store.fingerprint(3): (3, "rolled back to version 1: bad"),
    }


@pytest.mark.parametrize("to", [3, 7])
def test_a_rollback_needs_another_version(store: VersionStore, tmp_path: pathlib.Path, to: int) -> None:
    promote_several(store, tmp_path, count=3)
    with pytest.raises(NoSuchVersionError, match=f"there is no version {to} to go back to; there are 1, 2, 3"):
        store.rollback(to, "ada", "bad")
    assert sorted(store.versions()) == [1, 2, 3]


def test_no_run_puts_a_withdrawn_model_into_service_again_but_a_person_can(
    store: VersionStore, tmp_path: pathlib.Path
) -> None:
    promote_several(store, tmp_path, count=2)
    store.rollback(None, "ada", "bad")
    with pytest.raises(
        WithdrawnModelError, match="in service as version 2 and was withdrawn: rolled back to version 1: bad"
    ):
        store.promote(tmp_path / "model-2", ORIGIN, 5, JudgedAgainst(3))
    assert store.promote(tmp_path / "model-2", ORIGIN, 5).version == 4
    assert store.withdrawn() == {}


def test_what_was_withdrawn_is_known_after_it_was_pruned(store: VersionStore, tmp_path: pathlib.Path) -> None:
    promote_several(store, tmp_path, count=2)
    store.rollback(None, "ada", "bad")
    assert store.prune(1) == (1, 2)
    with pytest.raises(WithdrawnModelError):
        store.promote(tmp_path / "model-2", ORIGIN, 5, JudgedAgainst(3))


def test_pruning_says_what_it_deleted(store: VersionStore, tmp_path: pathlib.Path) -> None:
    assert store.prune(1) == ()
    promote_several(store, tmp_path, count=3)
    assert store.prune(2) == (1,)
    assert store.prune(2) == ()


@pytest.mark.parametrize("name", ["tf_serving_warmup_requests", "model_card.md"])
def test_what_is_added_to_a_model_does_not_make_it_another(
    store: VersionStore, tmp_path: pathlib.Path, name: str
) -> None:
    source = saved_model(tmp_path / "model", "a")
    store.promote(source, ORIGIN, keep_versions=5)
    (source / "assets.extra").mkdir()
    (source / "assets.extra" / name).write_text("added")
    assert not store.promote(source, ORIGIN, keep_versions=5).is_new
    (source / "assets.extra" / "else.txt").write_text("added")
    assert store.promote(source, ORIGIN, keep_versions=5).is_new
