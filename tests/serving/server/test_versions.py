"""Versioned folders, policies, labels and reloads, with servers that look at the folders twenty times a second."""

import pathlib
import shutil
import threading
import time
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.protobuf import text_format
from tensorflow_serving.apis import model_management_pb2

from models.user_error import UserError


def _put(exported: pathlib.Path, source: str, base: pathlib.Path, name: str) -> None:
    """Makes a version visible in one step."""
    base.mkdir(exist_ok=True)
    shutil.copytree(exported / source, base / f".{name}")
    (base / f".{name}").rename(base / name)


def _config(base: pathlib.Path, name: str = "half", more: str = "", platform: str = "tensorflow") -> str:
    return (
        f'model_config_list {{ config {{ name: "{name}" base_path: "{base}" model_platform: "{platform}" {more} }} }}'
    )


def _reload(served: Any, config: str, timeout: float = 30) -> Any:
    request = model_management_pb2.ReloadConfigRequest()
    text_format.Parse(config, request.config)
    return served.model.HandleReloadConfigRequest(request, timeout=timeout)


def _refusal(served: Any, config: str, timeout: float = 30) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as caught:
        _reload(served, config, timeout)
    return caught.value.code(), caught.value.details()


INVALID, FAILED = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION
SPECIFIC = "model_version_policy {{ specific {{ versions: {0} }} }}"


def test_a_new_version_takes_over_and_the_old_one_ends(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    _put(exported, "half1", tmp_path, "00000001")
    (tmp_path / "7.tmp").mkdir()
    (tmp_path / "9").write_text("a file is no version", encoding="utf-8")
    with serve(model_name="half", model_base_path=str(tmp_path)) as served:
        assert served.predict("half") == 2.0
        _put(exported, "half2", tmp_path, "2")
        served.wait_for("half", {2: "AVAILABLE", 1: "END"})
        assert served.predict("half") == 3.0
        # A rollback by deletion.
        shutil.rmtree(tmp_path / "2")
        served.wait_for("half", {2: "END", 1: "AVAILABLE"})
        assert served.predict("half") == 2.0


def test_no_request_fails_while_versions_change(serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path) -> None:
    _put(exported, "half1", tmp_path, "1")
    answers: list[float | Exception] = []
    stopped = threading.Event()

    def ask(served: Any) -> None:
        while not stopped.is_set():
            try:
                answers.append(served.predict("half"))
            except grpc.RpcError as error:
                answers.append(error)

    with serve(model_name="half", model_base_path=str(tmp_path)) as served:
        threads = [threading.Thread(target=ask, args=(served,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for version in range(2, 6):
            _put(exported, f"half{version % 2 + 1}", tmp_path, str(version))
            served.wait_for("half", {version: "AVAILABLE", **dict.fromkeys(range(1, version), "END")})
        stopped.set()
        for thread in threads:
            thread.join()
    assert set(answers) == {2.0, 3.0}


def test_a_request_in_flight_keeps_its_version(serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path) -> None:
    from tensorflow_serving.apis import predict_pb2

    _put(exported, "slow", tmp_path, "1")
    request = predict_pb2.PredictRequest()
    request.model_spec.name = "slow"
    request.inputs["rounds"].CopyFrom(_scalar(2000))
    with serve(model_name="slow", model_base_path=str(tmp_path)) as served:
        call = served.prediction.Predict.future(request)
        time.sleep(0.1)
        _put(exported, "slow", tmp_path, "2")
        served.wait_for("slow", {2: "AVAILABLE", 1: "UNLOADING"})
        assert not call.done()
        assert call.result().model_spec.version.value == 1
        served.wait_for("slow", {2: "AVAILABLE", 1: "END"})


def _scalar(value: int) -> Any:
    import tensorflow as tf

    return tf.make_tensor_proto(value, tf.int32)


def test_a_version_that_cannot_be_loaded_leaves_the_old_one(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    _put(exported, "half1", tmp_path, "1")
    with serve(model_name="half", model_base_path=str(tmp_path)) as served:
        (tmp_path / "2").mkdir()
        served.wait_for("half", {2: "END", 1: "AVAILABLE"})
        failed = served.rest("GET", "/v1/models/half/versions/2")[1]["model_version_status"][0]["status"]
        assert failed["error_code"] == "NOT_FOUND"
        assert "Could not find SavedModel .pb or .pbtxt" in failed["error_message"]
        assert served.predict("half") == 2.0
        # The copy went on: its files have changed, so it is tried again.
        shutil.copytree(exported / "half2", tmp_path / "2", dirs_exist_ok=True)
        served.wait_for("half", {2: "AVAILABLE", 1: "END"})


@pytest.mark.parametrize("damage", ["truncate the graph", "empty the graph", "delete the variables"])
def test_damaged_models_end_with_an_error(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path, damage: str
) -> None:
    _put(exported, "one", tmp_path, "1")
    with serve(model_name="one", model_base_path=str(tmp_path)) as served:
        bad = tmp_path / ".bad"
        shutil.copytree(exported / "one", bad)
        graph = bad / "saved_model.pb"
        if damage == "truncate the graph":
            graph.write_bytes(graph.read_bytes()[:-7])
        elif damage == "empty the graph":
            graph.write_bytes(b"")
        else:
            shutil.rmtree(bad / "variables")
        bad.rename(tmp_path / "2")
        served.wait_for("one", {2: "END", 1: "AVAILABLE"})
        assert served.rest("GET", "/v1/models/one/versions/2")[1]["model_version_status"][0]["status"]["error_message"]


def test_a_missing_base_path_keeps_the_model_and_an_empty_one_does_not(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    base = tmp_path / "base"
    _put(exported, "half1", base, "1")
    with serve(model_name="half", model_base_path=str(base)) as served:
        base.rename(tmp_path / "away")
        time.sleep(0.3)
        assert served.predict("half") == 2.0
        base.mkdir()
        served.wait_for("half", {1: "END"})
        assert served.rest("POST", "/v1/models/half:predict", {"instances": [1]}) == (
            404,
            {"error": "Servable not found for request: Latest(half)"},
        )


@pytest.mark.parametrize(
    ("policy", "available"),
    [
        ("", {3}),
        ("model_version_policy { latest { } }", {3}),
        ("model_version_policy { latest { num_versions: 2 } }", {2, 3}),
        ("model_version_policy { all { } }", {1, 2, 3}),
        ("model_version_policy { specific { versions: 1 versions: 3 versions: 9 } }", {1, 3}),
    ],
)
def test_policies(serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path, policy: str, available: set[int]) -> None:
    base, config = tmp_path / "base", tmp_path / "models.config"
    for version in (1, 2, 3):
        _put(exported, f"half{version}", base, str(version))
    config.write_text(_config(base, more=policy), encoding="utf-8")
    with serve(model_config_file=config) as served:
        served.wait_for("half", dict.fromkeys(available, "AVAILABLE"))
        assert served.predict("half") == 4.0


def test_polling_once_looks_once(serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path) -> None:
    _put(exported, "half1", tmp_path, "1")
    with serve(model_name="half", model_base_path=str(tmp_path), file_system_poll_wait_seconds=0) as served:
        _put(exported, "half2", tmp_path, "2")
        time.sleep(0.3)
        assert served.predict("half") == 2.0


def test_a_reload_replaces_everything_and_waits_for_what_is_new(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    _put(exported, "half1", tmp_path / "a", "1")
    _put(exported, "half2", tmp_path / "b", "1")
    with serve(model_name="a", model_base_path=str(tmp_path / "a")) as served:
        assert _reload(served, _config(tmp_path / "b", "b")).status.error_code == 0
        assert served.predict("b") == 3.0
        served.wait_for("a", {1: "END"})
        with pytest.raises(grpc.RpcError):
            served.predict("a")
        _reload(served, _config(tmp_path / "a", "a"))
        assert served.predict("a") == 2.0


def test_reloads_that_are_refused_change_nothing(serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path) -> None:
    _put(exported, "half1", tmp_path, "1")
    config = _config(tmp_path)
    twice = config.replace("model_config_list {", "").removesuffix("}")
    with serve(model_name="half", model_base_path=str(tmp_path)) as served:
        assert _refusal(served, f"model_config_list {{ {twice} {twice} }}") == (
            INVALID,
            "Illegal to list model half multiple times in config list",
        )
        assert _refusal(served, _config(pathlib.Path("relative"))) == (
            INVALID,
            "Expected model half to have an absolute path or URI; got base_path()=relative",
        )
        assert _refusal(served, _config(tmp_path, platform="other"))[0] == INVALID
        assert _refusal(served, _config(tmp_path, platform=""))[0] == INVALID
        only_lists = (
            "ServerModelConfig type not supported by HandleReloadConfigRequest. Only ModelConfigList is currently "
        )
        assert _refusal(served, "") == (INVALID, only_lists + "supported")
        assert _refusal(served, 'custom_model_config { type_url: "x" }')[0] == INVALID
        assert served.predict("half") == 2.0


def test_a_reload_tells_which_model_cannot_be_loaded(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    _put(exported, "half1", tmp_path / "half", "1")
    (tmp_path / "bad" / "3").mkdir(parents=True)
    with serve(model_name="half", model_base_path=str(tmp_path / "half")) as served:
        for _ in range(2):
            code, message = _refusal(served, _config(tmp_path / "bad", "bad"))
            assert code == grpc.StatusCode.UNKNOWN
            start = (
                "1 model(s) did not become available: {{{name: bad version: 3} due to error: NOT_FOUND: Could not find "
            )
            assert message.startswith(start)
            _reload(served, _config(tmp_path / "half"))


def test_a_reload_that_never_ends_holds_up_no_other(serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path) -> None:
    _put(exported, "half1", tmp_path / "half", "1")
    with serve(model_name="half", model_base_path=str(tmp_path / "half")) as served:
        assert _refusal(served, _config(tmp_path / "nowhere", "x"), timeout=0.3)[0] == grpc.StatusCode.DEADLINE_EXCEEDED
        _reload(served, _config(tmp_path / "half"))
        assert served.predict("half") == 2.0


def test_labels_move_only_to_versions_that_answer(serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for version in (1, 2):
        _put(exported, f"half{version}", tmp_path, str(version))

    def config(label: str, version: int) -> str:
        labels = f'version_labels {{ key: "{label}" value: {version} }}'
        return _config(tmp_path, more=f"model_version_policy {{ all {{}} }} {labels}")

    def ask(label: str) -> Any:
        return served.rest("POST", f"/v1/models/half/labels/{label}:predict", {"instances": [0]})

    with serve(model_name="half", model_base_path=str(tmp_path)) as served:
        unavailable = (
            "Request to assign label to version 1 of model half, which is not currently available for inference"
        )
        assert _refusal(served, config("stable", 1)) == (FAILED, unavailable)
        _reload(served, _config(tmp_path, more="model_version_policy { all {} }"))
        served.wait_for("half", {1: "AVAILABLE", 2: "AVAILABLE"})
        _reload(served, config("stable", 1))
        assert ask("stable") == (200, {"predictions": [2.0]})
        _reload(served, config("stable", 2))
        assert ask("stable") == (200, {"predictions": [3.0]})
        assert _refusal(served, config("stable", 9))[0] == FAILED
        assert ask("stable") == (200, {"predictions": [3.0]})
        _reload(served, config("canary", 1))
        assert ask("stable") == (400, {"error": "Unrecognized servable version label: stable"})


def test_labels_may_be_early_on_demand_but_do_not_move_early(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    base, config = tmp_path / "base", tmp_path / "models.config"
    _put(exported, "half1", base, "1")
    config.write_text(_config(base, more='version_labels { key: "new" value: 2 }'), encoding="utf-8")
    with serve(model_config_file=config, allow_version_labels_for_unavailable_models=True) as served:
        path = "/v1/models/half/labels/new:predict"
        absent = {"error": "Servable not found for request: Specific(half, 2)"}
        assert served.rest("POST", path, {"instances": [0]}) == (404, absent)
        _put(exported, "half2", base, "2")
        served.wait_for("half", {1: "END", 2: "AVAILABLE"})
        assert served.rest("POST", path, {"instances": [0]}) == (200, {"predictions": [3.0]})
        assert _refusal(served, _config(base, more='version_labels { key: "new" value: 3 }'))[0] == FAILED


def test_a_changed_config_file_is_applied_and_a_bad_one_is_not(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    base, config = tmp_path / "base", tmp_path / "models.config"
    for version in (1, 2):
        _put(exported, f"half{version}", base, str(version))
    config.write_text(_config(base, more=SPECIFIC.format(1)), encoding="utf-8")
    with serve(model_config_file=config, model_config_file_poll_wait_seconds=0.05) as served:
        assert served.predict("half") == 2.0
        config.write_text("no config at all", encoding="utf-8")
        time.sleep(0.3)
        assert served.predict("half") == 2.0
        config.write_text(_config(base, more=SPECIFIC.format(2)), encoding="utf-8")
        served.wait_for("half", {1: "END", 2: "AVAILABLE"})
        assert served.predict("half") == 3.0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "model_config_list { config { nome: 'x' } }",
            "Error parsing text-format tensorflow.serving.ModelServerConfig",
        ),
        (None, "Failed to start server. Error: NOT_FOUND"),
        (
            _config(pathlib.Path("a/b")),
            "Failed to start server. Error: INVALID_ARGUMENT: Expected model half to have an",
        ),
        (
            _config(pathlib.Path("/a"), more='version_labels { key: "x" value: 1 }'),
            "FAILED_PRECONDITION: Request to assign",
        ),
    ],
)
def test_a_bad_config_file_ends_the_start(
    serve: Any, tmp_path: pathlib.Path, content: str | None, message: str
) -> None:
    config = tmp_path / "models.config"
    if content is not None:
        config.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=message), serve(model_config_file=config):
        pass


def test_ports_open_only_when_the_models_are_available(serve: Any, tmp_path: pathlib.Path) -> None:
    (tmp_path / "5").mkdir()
    message = "Failed to start server. Error: UNKNOWN: 1 model\\(s\\) did not become available: {{{name: m version: 5}"
    with pytest.raises(UserError, match=message), serve(model_name="m", model_base_path=str(tmp_path)):
        pass


@pytest.mark.embedded_only("reads our server's log")
def test_files_swapped_under_a_loaded_version_change_no_answer_and_are_logged(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    base = tmp_path / "base"
    _put(exported, "half1", base, "1")
    with serve(model_name="half", model_base_path=str(base)) as served:
        assert served.predict("half") == 2.0
        # What promotions and people add later changes no answer.
        (base / "1" / "assets.extra").mkdir()
        (base / "1" / "assets.extra" / "model_card.md").write_text("a card", encoding="utf-8")
        time.sleep(0.3)
        assert not _warnings(caplog)
        # In place, and by renames of what was beside it.
        shutil.copytree(exported / "half3", base / "1", dirs_exist_ok=True)
        shutil.copytree(exported / "half2", tmp_path / "swap")
        for path in ("saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"):
            (tmp_path / "swap" / path).replace(base / "1" / path)
        _wait_until(lambda: bool(_warnings(caplog)))
        time.sleep(0.3)
        assert served.predict("half") == 2.0
        told = _warnings(caplog)
        assert told[0].startswith(
            "the files of half version 1 were changed after it was loaded: it goes on answering as it was"
        )
        # One line for each change that was seen, and no more while it stays so.
        assert len(told) <= 2
        assert served.states("half") == {1: "AVAILABLE"}


@pytest.mark.embedded_only("reads our server's log")
@pytest.mark.parametrize("damage", ["truncate the weights", "leave the weights half-copied"])
def test_a_file_that_is_cut_under_a_loaded_version_changes_no_answer(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    base = tmp_path / "base"
    _put(exported, "half1", base, "1")
    weights = base / "1" / "variables" / "variables.data-00000-of-00001"
    with serve(model_name="half", model_base_path=str(base)) as served:
        if damage == "truncate the weights":
            weights.write_bytes(b"")
        else:
            weights.unlink()
            (base / "1" / "variables" / "variables.data-00000-of-00001.partial").write_bytes(b"\0")
        _wait_until(lambda: bool(_warnings(caplog)))
        assert served.predict("half") == 2.0
        # A whole version beside it takes over.
        _put(exported, "half2", base, "2")
        served.wait_for("half", {2: "AVAILABLE", 1: "END"})
        assert served.predict("half") == 3.0


def test_a_version_folder_that_is_renamed_goes_on_under_its_new_number(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    _put(exported, "half1", tmp_path, "1")
    with serve(model_name="half", model_base_path=str(tmp_path)) as served:
        (tmp_path / "1").rename(tmp_path / "7")
        served.wait_for("half", {7: "AVAILABLE", 1: "END"})
        assert served.predict("half") == 2.0
        # Under no number it is no version: as a rollback by deletion, also of the last one.
        (tmp_path / "7").rename(tmp_path / "away")
        served.wait_for("half", {7: "END", 1: "END"})


def test_a_version_that_appears_file_by_file_is_served_when_it_is_whole(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    _put(exported, "half1", tmp_path, "1")
    with serve(model_name="half", model_base_path=str(tmp_path)) as served:
        (tmp_path / "2" / "variables").mkdir(parents=True)
        for path in ("saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00001"):
            content = (exported / "half2" / path).read_bytes()
            for size in (len(content) // 2, len(content)):
                assert served.predict("half") == 2.0
                (tmp_path / "2" / path).write_bytes(content[:size])
                time.sleep(0.12)
        served.wait_for("half", {2: "AVAILABLE", 1: "END"})
        assert served.predict("half") == 3.0


def test_a_version_is_tried_again_when_its_warm_up_requests_are_mended(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    _put(exported, "half1", tmp_path, "1")
    requests = tmp_path / "2" / "assets.extra" / "tf_serving_warmup_requests"
    shutil.copytree(exported / "half2", tmp_path / ".2")
    (tmp_path / ".2" / "assets.extra").mkdir()
    (tmp_path / ".2" / "assets.extra" / requests.name).write_bytes(b"half a record")
    with serve(model_name="half", model_base_path=str(tmp_path)) as served:
        (tmp_path / ".2").rename(tmp_path / "2")
        served.wait_for("half", {2: "END", 1: "AVAILABLE"})
        assert served.predict("half") == 2.0
        requests.unlink()
        served.wait_for("half", {2: "AVAILABLE", 1: "END"})
        assert served.predict("half") == 3.0


def _warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if "were changed after it was loaded" in record.message]


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
