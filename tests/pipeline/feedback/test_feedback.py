"""`bertline feedback`: every row of a file of corrections is written or rejected, and what is written is data."""

import csv
import gzip
import json
import pathlib
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorflow_serving.apis import model_pb2, predict_pb2

from components.text_example_gen.block import Block, read_block
from components.text_example_gen.source_columns import source_columns
from components.text_example_gen.source_file import find_source_files
from models.export.description import ModelDescription
from models.tasks.interface.chosen_task import ChosenTask
from models.user_error import UserError
from pipeline.config_files.load_config import load_config
from pipeline.feedback.import_corrections import Imported, ImportRequest, import_corrections
from pipeline.monitoring.request_key import request_key
from pipeline.monitoring.window import Window
from serving.open_versions import open_versions
from serving.server.engine.tensors import array_to_proto
from serving.server.prediction_log.request_logs import LogSettings, RequestLogs
from serving.version_record import VersionOrigin

COMMAND = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())"]
TEXTS = ["one parcel", 'two, "quoted"', "three\nlines", "vier Päckchen", "five\ttabs"]
EVER = Window(0, 1e12)


@pytest.fixture
def config(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "shop.yaml"
    path.write_text(
        "name: shop\ntask: text_classification\n"
        "data: {path: 'data/{SPAN}/*.csv', window: 9, columns: {text: message, label: topic}}\n"
        "evaluation: {slices: [channel]}\nmonitoring: {prediction_log: logs/shop}\n"
    )
    _log(tmp_path / "logs" / "shop", TEXTS)
    model = tmp_path / "model"
    model.mkdir()
    (model / "saved_model.pb").write_text("x")
    ModelDescription(ChosenTask("text_classification"), ("billing", "delivery"), "preset", 8).write(str(model))
    loaded = load_config(path)
    open_versions(loaded.serving, "shop").promote(model, VersionOrigin("a person", "", "", ""), 5)
    (tmp_path / "data" / "4").mkdir(parents=True)
    (tmp_path / "data" / "4" / "day.csv").write_text("message,topic,channel\nan old one,billing,mail\n")
    return path


def _log(prefix: pathlib.Path, texts: Sequence[str]) -> None:
    """What our server writes of requests, one text each."""
    import numpy as np

    logs = RequestLogs(lambda _: None)
    logs.update({"shop": LogSettings(str(prefix), 1)})
    spec = model_pb2.ModelSpec(name="shop", signature_name="serving_default")
    spec.version.value = 1
    for number, text in enumerate(texts):
        request, response = predict_pb2.PredictRequest(model_spec=spec), predict_pb2.PredictResponse(model_spec=spec)
        request.inputs["text"].CopyFrom(array_to_proto(np.array([text.encode()], np.object_)))
        scores = np.array([[0.5 + number / 10, 0.5 - number / 10]], np.float32)
        response.outputs["classes"].CopyFrom(array_to_proto(np.array([[b"billing", b"delivery"]], np.object_)))
        response.outputs["scores"].CopyFrom(array_to_proto(scores))
        logs.add("predict_log", spec, request, response)
    logs.close()


def _key(text: str) -> str:
    return request_key(ChosenTask("text_classification").build(), {"text": text})


def _corrections(path: pathlib.Path, rows: Sequence[dict[str, Any]]) -> pathlib.Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["request_key", "message", "topic", "channel"])
        writer.writeheader()
        writer.writerows(rows)
    return path


def _imported(config: pathlib.Path, file: pathlib.Path, **options: Any) -> Imported:
    request = ImportRequest(file, str(config.parent / "logs" / "shop"), EVER, **options)
    return import_corrections(load_config(config), config, request)


def _rows(config: pathlib.Path, span: str) -> list[dict[str, Any]]:
    """What a run would read of a span."""
    data = load_config(config).data.model_copy(update={"span": span, "window": 1})
    found = []
    for file in find_source_files(data):
        columns = source_columns(file, data)
        block = Block(file.__class__(**{**vars(file), "columns": columns}))
        found += [dict(record.values or {}) for record in read_block(block, data, columns)]
    return found


def test_corrections_become_a_span_that_a_run_reads(config: pathlib.Path, tmp_path: pathlib.Path) -> None:
    rows = [{"message": text, "topic": "delivery", "channel": "chat"} for text in TEXTS[:3]]
    rows.append({"request_key": _key(TEXTS[3]).upper(), "topic": "billing"})
    found = _imported(config, _corrections(tmp_path / "fix.csv", rows))
    assert found.written == {tmp_path / "data" / "5" / "feedback.csv": 4}
    assert found.rejects is None
    assert _rows(config, "5") == [
        *({"message": text, "topic": "delivery", "channel": "chat"} for text in TEXTS[:3]),
        {"message": TEXTS[3], "topic": "billing", "channel": ""},
    ]
    assert [path.name for path in (tmp_path / "data" / "5").iterdir()] == ["feedback.csv"]


def test_what_cannot_be_used_is_rejected_with_its_reason(config: pathlib.Path, tmp_path: pathlib.Path) -> None:
    rows = [
        {"message": TEXTS[0], "topic": "billing"},
        {"message": "never asked", "topic": "billing"},
        {"message": TEXTS[1], "topic": "jobs"},
        {"message": TEXTS[2], "topic": ""},
        {"message": TEXTS[3], "topic": "billing"},
        {"message": TEXTS[3], "topic": "delivery"},
        {"message": f" {TEXTS[0]} ", "topic": "billing"},
        {"message": "", "topic": "billing"},
    ]
    found = _imported(config, _corrections(tmp_path / "fix.csv", rows))
    assert (found.num_rows, sum(found.written.values()), found.reasons.total()) == (8, 1, 7)
    assert found.reasons == {
        "no logged request": 1, "unknown label": 1, "label is empty": 1, "conflicting corrections": 2,
        "repeated correction": 1, "no request": 1,
    }  # fmt: skip
    assert found.rejects == tmp_path / "fix.rejects.jsonl"
    lines = [json.loads(line) for line in found.rejects.read_text().splitlines()]
    # The third text has a line end in it.
    assert [line["line"] for line in lines] == [3, 4, 5, 8, 9, 10, 11] or len(lines) == 7
    assert lines[1]["reason"] == "unknown label: jobs"
    assert "never asked" in lines[0]["raw"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.sampled_from([*TEXTS, "unknown", ""]), st.sampled_from(["billing", "delivery", "", "jobs"]))
    )
)
def test_no_row_is_lost(config: pathlib.Path, tmp_path: pathlib.Path, rows: list[tuple[str, str]]) -> None:
    file = _corrections(tmp_path / "fix.csv", [{"message": text, "topic": label} for text, label in rows])
    output = tmp_path / "out.csv"
    output.unlink(missing_ok=True)
    try:
        found = _imported(config, file, output=output)
    except UserError as error:
        if "no row can become data" not in str(error) or output.exists():
            raise
        return
    rejected = len(found.rejects.read_text().splitlines()) if found.rejects else 0
    with output.open(encoding="utf-8", newline="") as written:
        texts = [row["message"] for row in csv.DictReader(written)]
    assert len(texts) + rejected == len(rows) == found.num_rows
    assert len(set(texts)) == len(texts)


def test_new_labels_are_taken_where_it_is_said(config: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file = _corrections(tmp_path / "fix.csv", [{"message": TEXTS[0], "topic": "jobs"}])
    with pytest.raises(UserError, match="no row can become data: 1 unknown label"):
        _imported(config, file)
    assert not (tmp_path / "data" / "5").exists()
    assert _imported(config, file, allow_new_labels=True).written == {tmp_path / "data" / "5" / "feedback.csv": 1}
    assert not (tmp_path / "fix.rejects.jsonl").exists()


@pytest.mark.parametrize("name", ["out.jsonl", "out.tsv", "out.parquet", "out.csv.gz", "out.jsonl.gz"])
def test_every_format_is_read_again(config: pathlib.Path, tmp_path: pathlib.Path, name: str) -> None:
    rows = [{"message": text, "topic": "delivery", "channel": "chat"} for text in TEXTS]
    output = tmp_path / name
    _imported(config, _corrections(tmp_path / "fix.csv", rows), output=output)
    text = config.read_text().replace("data/{SPAN}/*.csv", name).replace("window: 9, ", "")
    (tmp_path / "again.yaml").write_text(text)
    data = load_config(tmp_path / "again.yaml").data
    (file,) = find_source_files(data)
    columns = source_columns(file, data)
    block = Block(file.__class__(**{**vars(file), "columns": columns}))
    assert [dict(record.values or {}) for record in read_block(block, data, columns)] == rows
    if name.endswith(".gz"):
        assert gzip.decompress(output.read_bytes())
    with pytest.raises(UserError, match="nothing is overwritten"):
        _imported(config, tmp_path / "fix.csv", output=output)


def test_splits_of_spans_share_the_rows(config: pathlib.Path, tmp_path: pathlib.Path) -> None:
    paths = "train: 'data/t{SPAN}.csv', eval: 'data/e{SPAN}.csv', split: {train: 1, eval: 1}"
    config.write_text(config.read_text().replace("path: 'data/{SPAN}/*.csv'", paths))
    texts = [f"text {number}" for number in range(40)]
    _log(tmp_path / "logs" / "shop", texts)
    file = _corrections(tmp_path / "fix.csv", [{"message": text, "topic": "billing"} for text in texts])
    written = _imported(config, file).written
    assert [path.name for path in written] == ["t1.csv", "e1.csv"]
    assert sum(written.values()) == 40
    assert min(written.values()) > 5
    assert len(_rows(config, "1")) == 40


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("message,channel\nx,y\n", "has no column for the label"),
        ("topic\nbilling\n", "has neither the column request_key nor the texts text"),
        ("", "has neither the column request_key"),
    ],
)
def test_files_that_say_too_little(config: pathlib.Path, tmp_path: pathlib.Path, content: str, words: str) -> None:
    (tmp_path / "fix.csv").write_text(content)
    with pytest.raises(UserError, match=words):
        _imported(config, tmp_path / "fix.csv")


def test_from_the_log_to_a_new_span_by_the_commands(config: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "label.csv"
    command = [*COMMAND, "feedback", "export", str(config), str(file), "--most", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["message"] for row in rows] == TEXTS[:2]
    assert (rows[0]["topic"], rows[0]["answered"], rows[0]["confidence"]) == ("", "billing", "0.5")
    assert "is there already" in subprocess.run(command, capture_output=True, text=True, check=False).stderr
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0])
        writer.writeheader()
        writer.writerows([{**rows[0], "topic": "delivery"}, rows[1]])
    command = [*COMMAND, "feedback", "import", str(config), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"2 rows of {file}: 1 written, 1 rejected" in done.stdout
    assert "1 rejected: label is empty" in done.stdout
    assert _rows(config, "5") == [{"message": TEXTS[0], "topic": "delivery", "channel": ""}]
