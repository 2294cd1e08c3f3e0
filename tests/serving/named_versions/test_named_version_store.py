"""Promotion, labels, rollback and pruning where a models.config names the versions."""

import json
import pathlib
from collections.abc import Callable

import pytest
from google.protobuf import text_format
from tensorflow_serving.config import model_server_config_pb2

from serving.config import ServingConfig, with_label
from serving.named_versions.named_version_store import NamedVersionStore
from serving.open_versions import open_named_versions, open_versions
from serving.promotion import JudgedAgainst, NoSuchVersionError, StaleBaselineError, WithdrawnModelError
from serving.version_record import VersionOrigin
from serving.version_store import VersionStore

ORIGIN = VersionOrigin(promoted_by="pipeline", run="run-1", model="model", reason="good", metrics={"accuracy": 0.9})

Model = Callable[[str], pathlib.Path]


def told_to_servers(store: NamedVersionStore) -> tuple[list[int], dict[str, int]]:
    """The versions that models.config tells a server to load, and their labels."""
    content = store._files.read("models.config")
    assert content is not None
    config = text_format.Parse(content, model_server_config_pb2.ModelServerConfig())
    (served,) = config.model_config_list.config
    assert (served.name, served.model_platform) == ("tickets", "tensorflow")
    assert served.base_path == store.location
    return list(served.model_version_policy.specific.versions), dict(served.version_labels)


def test_nothing_is_served_at_first(store: NamedVersionStore) -> None:
    assert (store.current(), store.numbers(), dict(store.labels())) == (None, (), {})
    assert store.is_published()


def test_a_promoted_model_is_named_to_servers_whole(
    store: NamedVersionStore, model: Model, tmp_path: pathlib.Path
) -> None:
    promoted = store.promote(model("a"), ORIGIN, 5)
    assert (promoted.version, promoted.is_new, promoted.location) == (1, True, f"{store.location}/1")
    assert told_to_servers(store) == ([1], {"stable": 1})
    fetched = store.fetch(1, tmp_path / "fetched")
    assert (fetched / "saved_model.pb").read_text() == "graph a"
    assert (fetched / "variables" / "variables.index").read_text() == "index a"
    record = store.record(1)
    assert record is not None
    assert (record.version, record.origin, record.fingerprint) == (1, ORIGIN, store.fingerprint(1))


def test_the_former_version_stays_loaded_for_a_rollback(store: NamedVersionStore, model: Model) -> None:
    for content in "abc":
        store.promote(model(content), ORIGIN, 5)
    assert told_to_servers(store) == ([2, 3], {"stable": 3})
    assert store.numbers() == (1, 2, 3)


def test_a_model_in_service_is_not_promoted_again(store: NamedVersionStore, model: Model) -> None:
    source = model("a")
    store.promote(source, ORIGIN, 5)
    again = store.promote(source, ORIGIN, 5)
    assert (again.version, again.is_new) == (1, False)
    assert store.numbers() == (1,)


@pytest.mark.parametrize("judged_against", [None, 1])
def test_a_model_replaces_only_what_it_was_judged_against(
    store: NamedVersionStore, model: Model, judged_against: int | None
) -> None:
    for content in "ab":
        store.promote(model(content), ORIGIN, 5)
    with pytest.raises(StaleBaselineError):
        store.promote(model("c"), ORIGIN, 5, JudgedAgainst(judged_against))
    assert told_to_servers(store) == ([1, 2], {"stable": 2})
    assert store.promote(model("d"), ORIGIN, 5, JudgedAgainst(2)).version == 3


def test_a_canary_is_loaded_beside_the_stable_version_and_then_put_into_service(
    serving: ServingConfig, store: NamedVersionStore, model: Model
) -> None:
    store.promote(model("a"), ORIGIN, 5)
    canaries = open_named_versions(with_label(serving, "canary"), "tickets")
    assert canaries.promote(model("b"), ORIGIN, 5, JudgedAgainst(1)).version == 2
    assert told_to_servers(store) == ([1, 2], {"stable": 1, "canary": 2})
    assert store.current() == 1
    store.label("stable", 2, "Ada", "it held for a day")
    store.remove_label("canary", "Ada", "")
    assert told_to_servers(store) == ([1, 2], {"stable": 2})
    assert [change["event"] for change in store.changes()] == ["promoted", "promoted", "labelled", "label removed"]
    assert store.changes()[2]["reason"] == "it held for a day"


def test_labels_of_what_is_not_there(store: NamedVersionStore, model: Model) -> None:
    store.promote(model("a"), ORIGIN, 5)
    with pytest.raises(NoSuchVersionError, match="no version 7; there are 1"):
        store.label("canary", 7, "Ada", "")
    with pytest.raises(NoSuchVersionError, match="label shadow; there are stable"):
        store.remove_label("shadow", "Ada", "")


def test_a_rollback_takes_later_versions_out_of_service_for_good(store: NamedVersionStore, model: Model) -> None:
    bad = model("c")
    for source in (model("a"), model("b"), bad):
        store.promote(source, ORIGIN, 5)
    assert store.rollback(None, "Ada", "wrong prices").version == 2
    assert told_to_servers(store) == ([2], {"stable": 2})
    with pytest.raises(WithdrawnModelError, match="version 3 and was withdrawn: wrong prices"):
        store.promote(bad, ORIGIN, 5, JudgedAgainst(2))
    assert store.rollback(None, "Ada", "these too").version == 1
    with pytest.raises(NoSuchVersionError, match="no version None to go back to; there are 1, 2, 3"):
        store.rollback(None, "Ada", "still wrong")
    # A person may know better.
    assert store.promote(bad, ORIGIN, 5).version == 4
    assert set(store.withdrawn().values()) == {(2, "these too")}


def test_old_versions_go_and_those_that_servers_load_stay(store: NamedVersionStore, model: Model) -> None:
    store.promote(model("a"), ORIGIN, 9)
    store.label("pinned", 1, "Ada", "a customer needs it")
    for content in "bcde":
        store.promote(model(content), ORIGIN, 9)
    assert store.prune(1) == (2, 3)
    assert store.numbers() == (1, 4, 5)
    assert told_to_servers(store) == ([1, 4, 5], {"stable": 5, "pinned": 1})
    assert [bool(store._files.names(f"{version}/variables")) for version in range(1, 6)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    # Numbers are never used twice.
    assert store.promote(model("f"), ORIGIN, 1).version == 6


def test_a_folder_that_was_served_by_its_highest_version_goes_on(model: Model, tmp_path: pathlib.Path) -> None:
    plain = VersionStore(tmp_path / "serving", "tickets")
    for content in "ab":
        plain.promote(model(content), ORIGIN, 5)
    named = open_named_versions(ServingConfig(directory=str(tmp_path / "serving"), models_config=True), "tickets")
    assert (named.current(), named.numbers()) == (2, (1, 2))
    assert named.promote(model("c"), ORIGIN, 5, JudgedAgainst(2)).version == 3
    assert told_to_servers(named) == ([2, 3], {"stable": 3})


def test_what_was_rolled_back_from_before_there_were_labels_stays_withdrawn(
    model: Model, tmp_path: pathlib.Path
) -> None:
    plain = VersionStore(tmp_path / "serving", "tickets")
    bad = model("b")
    for source in (model("a"), bad):
        plain.promote(source, ORIGIN, 5)
    plain.rollback(None, "Ada", "it is rude")
    named = open_named_versions(ServingConfig(directory=str(tmp_path / "serving"), models_config=True), "tickets")
    with pytest.raises(WithdrawnModelError, match="version 2 and was withdrawn"):
        named.promote(bad, ORIGIN, 5, JudgedAgainst(3))


def test_a_file_is_added_once(store: NamedVersionStore, model: Model) -> None:
    store.promote(model("a"), ORIGIN, 5)
    for content in (b"first", b"second"):
        store.attach(1, pathlib.PurePosixPath("assets.extra/model_card.md"), content)
    assert store._files.read("1/assets.extra/model_card.md") == b"first"


def test_servers_that_see_the_place_elsewhere(model: Model, tmp_path: pathlib.Path) -> None:
    config = ServingConfig(directory=str(tmp_path), models_config=True, served_from="/models/")
    store = open_named_versions(config, "tickets")
    store.promote(model("a"), ORIGIN, 5)
    assert 'base_path: "/models/tickets"' in (tmp_path / "tickets" / "models.config").read_text()


def test_a_plain_folder_stays_plain(tmp_path: pathlib.Path) -> None:
    assert isinstance(open_versions(ServingConfig(directory=str(tmp_path)), "tickets"), VersionStore)


def test_what_is_no_model_is_refused(store: NamedVersionStore, tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match=r"no saved_model\.pb"):
        store.promote(tmp_path, ORIGIN, 5)
    assert store.changes() == []


def test_every_change_keeps_the_state_that_it_left(store: NamedVersionStore, model: Model) -> None:
    for content in "ab":
        store.promote(model(content), ORIGIN, 5)
    states = [change["state"] for change in store.changes()]
    assert [state["serial"] for state in states] == [1, 2]
    assert [state["labels"] for state in states] == [{"stable": 1}, {"stable": 2}]
    assert json.dumps(states[0]["versions"]) == json.dumps({"1": store.fingerprint(1)})
