"""The prediction log: what is written, and that nobody waits for it."""

import datetime
import pathlib
import time
from collections.abc import Callable
from typing import Any, Self

import pytest
from tensorflow_serving.apis import classification_pb2, model_management_pb2, prediction_log_pb2

from models.user_error import UserError
from pipeline.monitoring.log_files import LogTally, log_paths, log_records
from serving.server.engine.tensors import array_from_proto
from serving.server.prediction_log import log_file
from serving.server.prediction_log.log_file import LogFile


def _records(prefix: pathlib.Path) -> list[bytes]:
    import tensorflow as tf

    assert not list(prefix.parent.glob("*.open"))
    paths = sorted(str(path) for path in prefix.parent.glob(f"{prefix.name}-*.tfrecord"))
    return list(tf.data.TFRecordDataset(paths).as_numpy_iterator()) if paths else []


def _logs(prefix: pathlib.Path) -> list[Any]:
    return [prediction_log_pb2.PredictionLog.FromString(record) for record in _records(prefix)]


@pytest.fixture
def half(exported: pathlib.Path, tmp_path: pathlib.Path) -> dict[str, str]:
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "7").symlink_to(exported / "half1")
    return {"model_name": "half", "model_base_path": str(tmp_path / "half")}


def test_requests_are_written_with_their_answers(serve: Any, half: dict[str, str], tmp_path: pathlib.Path) -> None:
    prefix = tmp_path / "logs" / "half"
    started = int(time.time())
    with serve(**half, prediction_log=str(prefix), prediction_log_rate=1) as served:
        assert served.predict("half", 4.0) == 4.0
        assert served.rest("POST", "/v1/models/half:predict", {"instances": [1.0, 3.0]})[0] == 200
        assert served.rest("POST", "/v1/models/half:predict", {"instances": ["x"]})[0] == 400
    by_grpc, by_rest = _logs(prefix)
    for log in (by_grpc, by_rest):
        spec = log.log_metadata.model_spec
        assert (spec.name, spec.version.value, spec.signature_name) == ("half", 7, "serving_default")
        assert log.log_metadata.sampling_config.sampling_rate == 1
        assert list(log.log_metadata.saved_model_tags) == ["serve"]
        assert log.log_metadata.timestamp_secs >= started
        assert log.predict_log.response.model_spec == spec
        assert log.predict_log.request.model_spec.name == "half"
    assert by_grpc.predict_log.request.inputs["x"].float_val[0] == 4
    assert array_from_proto(by_rest.predict_log.request.inputs["x"]).tolist() == [1, 3]
    assert array_from_proto(by_rest.predict_log.response.outputs["y"]).tolist() == [2.5, 3.5]


def test_a_logging_config_comes_and_goes_with_the_models_config(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "1").symlink_to(exported / "examples")
    prefix = tmp_path / "log"
    model = f'name: "m" base_path: "{tmp_path / "m"}" model_platform: "tensorflow"'
    collector = f'log_collector_config {{ type: "tfrecord" filename_prefix: "{prefix}" }}'
    logging = f"logging_config {{ {collector} sampling_config {{ sampling_rate: 1 }} }}"
    config = tmp_path / "models.config"
    config.write_text(f"model_config_list {{ config {{ {model} {logging} }} }}", encoding="utf-8")
    request = classification_pb2.ClassificationRequest(model_spec={"name": "m"})
    request.input.example_list.examples.add().features.feature["x"].float_list.value.append(1)
    with serve(model_config_file=config) as served:
        served.prediction.Classify(request)
        reload = model_management_pb2.ReloadConfigRequest()
        reload.config.model_config_list.config.add(name="m", base_path=str(tmp_path / "m"), model_platform="tensorflow")
        assert served.model.HandleReloadConfigRequest(reload).status.error_code == 0
        served.prediction.Classify(request)
        # The file of a log that nobody asks for any more is whole, while the server runs.
        (log,) = _logs(prefix)
    assert log.classify_log.response.result.classifications[0].classes[0].label == "yes"


def test_models_of_a_config_file_without_a_log_share_the_servers(
    serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """As `bertline serve CONFIG` starts it, where promotions write the models.config."""
    models = []
    for name in ("m", "n"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1").symlink_to(exported / "half1")
        models.append(f'config {{ name: "{name}" base_path: "{tmp_path / name}" model_platform: "tensorflow"')
    own, shared = tmp_path / "own", tmp_path / "shared"
    collector = f'log_collector_config {{ type: "tfrecord" filename_prefix: "{own}" }}'
    logging = f"logging_config {{ {collector} sampling_config {{ sampling_rate: 1 }} }}"
    config = tmp_path / "models.config"
    config.write_text(f"model_config_list {{ {models[0]} {logging} }} {models[1]} }} }}", encoding="utf-8")
    with serve(model_config_file=config, prediction_log=str(shared), prediction_log_rate=1) as served:
        served.predict("m")
        served.predict("n")
    assert [log.log_metadata.model_spec.name for log in _logs(own)] == ["m"]
    assert [log.log_metadata.model_spec.name for log in _logs(shared)] == ["n"]


def test_a_sample_is_taken(serve: Any, half: dict[str, str], tmp_path: pathlib.Path) -> None:
    prefix = tmp_path / "log"
    with serve(**half, prediction_log=str(prefix), prediction_log_rate=0.2) as served:
        for _ in range(300):
            served.predict("half")
    # Ten standard deviations either way.
    assert 0 < len(_records(prefix)) < 130


@pytest.mark.parametrize(
    ("collector", "message"),
    [
        ('type: "x" filename_prefix: "/x"', "NOT_FOUND: Cannot find LogCollector::Factory for type: x"),
        ('type: "tfrecord"', "has no filename_prefix"),
    ],
)
def test_a_log_that_cannot_be_ends_the_start(
    serve: Any, half: dict[str, str], tmp_path: pathlib.Path, collector: str, message: str
) -> None:
    config = tmp_path / "models.config"
    config.write_text(
        f'model_config_list {{ config {{ name: "half" base_path: "{half["model_base_path"]}" '
        f'model_platform: "tensorflow" logging_config {{ log_collector_config {{ {collector} }} }} }} }}',
        encoding="utf-8",
    )
    with pytest.raises(UserError, match=message), serve(model_config_file=config):
        pass


def test_a_full_queue_drops_and_is_counted(
    serve: Any, half: dict[str, str], tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, "_MOST_WAITING", 1)
    monkeypatch.setattr(LogFile, "_write_records", lambda self, writer, record: time.sleep(1) or False)
    monitoring = tmp_path / "monitoring.config"
    monitoring.write_text("prometheus_config { enable: true }", encoding="utf-8")
    options = {"prediction_log": str(tmp_path / "log"), "prediction_log_rate": 1, "monitoring_config_file": monitoring}
    with serve(**half, **options) as served:
        started = time.monotonic()
        for _ in range(20):
            served.predict("half")
        assert time.monotonic() - started < 1
        page = served.raw("GET", "/monitoring/prometheus/metrics")[1].decode()
    assert ':bertline:serving:prediction_log_dropped{model_name="half"} 18' in page


def test_files_end_and_begin(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "_RECORDS_OF_A_FILE", 3)
    file = LogFile(str(tmp_path / "log"))
    records = [str(number).encode() for number in range(10)]
    for record in records:
        assert file.add(record)
    file.close()
    assert len(list(tmp_path.iterdir())) == 4
    assert _records(tmp_path / "log") == records
    monkeypatch.setattr(log_file, "_SECONDS_OF_A_FILE", 0)
    file = LogFile(str(tmp_path / "timed"))
    file.add(b"x")
    deadline = time.monotonic() + 10
    while not list(tmp_path.glob("timed-*.tfrecord")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    file.close()


def test_a_disk_that_fails_stops_nothing(tmp_path: pathlib.Path) -> None:
    (tmp_path / "blocked").write_text("", encoding="utf-8")
    file = LogFile(str(tmp_path / "blocked" / "log"))
    assert file.add(b"lost")
    time.sleep(0.2)
    (tmp_path / "blocked").unlink()
    assert file.add(b"kept")
    file.close()
    assert _records(tmp_path / "blocked" / "log") == [b"kept"]


def test_a_full_disk_loses_what_met_it_and_nothing_else(
    tmp_path: pathlib.Path, full_at: Any, caplog: pytest.LogCaptureFixture
) -> None:
    file = LogFile(str(tmp_path / "log"))
    records = [str(number).encode() * 100 for number in range(3)]
    assert file.add(records[0])
    _wait_until(lambda: any(path.stat().st_size for path in tmp_path.glob("log-*.open")))
    with full_at(150):
        assert file.add(records[1])
        _wait_until(lambda: "cannot be written" in caplog.text)
    assert "File too large" in caplog.text
    assert file.add(records[2])
    file.close()
    # What was written before stays readable, in a file that never got its final name.
    tally = LogTally()
    assert list(log_records(log_paths(str(tmp_path / "log")), 0, tally)) == [records[0], records[2]]
    assert (len(tally.half_written), tally.damaged) == (1, [])


def test_a_clock_that_stands_still_or_goes_back_overwrites_nothing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Self:
            return cls(2026, 10, 25, 2, 30, tzinfo=tz)

    monkeypatch.setattr(log_file.datetime, "datetime", Clock)
    monkeypatch.setattr(log_file, "_RECORDS_OF_A_FILE", 1)
    records = [str(number).encode() for number in range(6)]
    for half in (records[:3], records[3:]):
        # A server that starts anew at the same time of the clock.
        file = LogFile(str(tmp_path / "log"))
        for record in half:
            assert file.add(record)
        file.close()
    assert _records(tmp_path / "log") == records


def _wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
