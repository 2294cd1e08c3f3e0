"""`bertline monitor` on what a server logged that `bertline serve` started."""

import dataclasses
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import tensorflow as tf
from tensorflow_data_validation.statistics.stats_impl import generate_statistics_in_memory

from components.text_example_gen.example_bytes import example_bytes
from models.user_error import UserError
from pipeline.config_files.load_config import load_config
from pipeline.monitoring.metrics_file import metrics_text
from pipeline.monitoring.monitor import monitor
from pipeline.monitoring.page import render_page
from pipeline.monitoring.report import MonitorReport
from pipeline.monitoring.tables import left_out
from pipeline.monitoring.window import Window
from pipeline.runs.history import RunHistory
from pipeline.runs.record import ComponentRecord, RunRecord
from serving.open_versions import open_versions
from serving.version_record import VersionOrigin

COMMAND = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())"]
_FORMS = ("the {noun} was {word}", "a very {word} {noun}", "the {noun} is not {word}", "{noun} is very {word}")
_NOUNS, _WORDS = ("film", "movie", "food", "service"), ("good", "great", "fine", "bad", "awful", "poor")
# In no order: a part of them is like all.
ORDINARY = sorted(
    (form.format(noun=noun, word=word) for form, noun, word in itertools.product(_FORMS, _NOUNS, _WORDS)),
    key=lambda text: zlib.crc32(text.encode()),
)
STRANGE = [f"parcel {number} from Köln <b>never</b> came" for number in range(40)]


class Opinion(tf.Module):
    """Knows good words from bad ones, and is unsure of texts that have neither."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
    def answer(self, text: tf.Tensor) -> dict[str, tf.Tensor]:
        good = tf.where(tf.strings.regex_full_match(text, ".*(good|great|fine).*"), 0.9, 0.0)
        bad = tf.where(tf.strings.regex_full_match(text, ".*(bad|awful|poor).*"), 0.9, 0.0)
        # Sure of each text a little otherwise, as models are.
        noise = tf.cast(tf.strings.to_hash_bucket_fast(text, 50), tf.float32) / 500
        scores = tf.stack([good - noise, bad - noise], axis=1)
        scores = tf.where(tf.reduce_max(scores, axis=1, keepdims=True) > 0, tf.maximum(scores, 0.02), [[0.45, 0.55]])
        classes = tf.tile(tf.constant([["good", "bad"]]), [tf.size(text), 1])
        label = tf.gather(tf.constant(["good", "bad"]), tf.argmax(scores, axis=1))
        return {"label": label, "score": tf.reduce_max(scores, axis=1), "classes": classes, "scores": scores}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="inputs")])
    def classify(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        found = self.answer(tf.io.parse_example(examples, {"text": tf.io.FixedLenFeature([], tf.string)})["text"])
        return {"classes": found["classes"], "scores": found["scores"]}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32, name="token_ids")])
    def tokens(self, token_ids: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"score": tf.cast(token_ids, tf.float32)}


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, tiny_preset: str) -> pathlib.Path:
    """A pipeline whose first run put a model into service, on half of the ordinary texts."""
    folder = tmp_path_factory.mktemp("project")
    path = folder / "opinions.yaml"
    path.write_text(
        "name: opinions\ntask: text_classification\ndata: {path: rows.csv}\n"
        f"model: {{preset: {tiny_preset}, sequence_length: 12}}\n"
        "monitoring: {prediction_log: logs/opinions}\n"
    )
    module = Opinion()
    signatures = {"serving_default": module.answer, "classify": module.classify, "serve_tokens": module.tokens}
    tf.saved_model.save(module, str(folder / "model"), signatures=signatures)
    loaded = load_config(path)
    open_versions(loaded.serving, loaded.name).promote(folder / "model", VersionOrigin("pipeline", "run-1", "", ""), 5)
    outputs = _outputs(folder / "runs" / "opinions" / "artifacts")
    components = {name: ComponentRecord("done", 1.0, {key: str(place)}) for name, key, place in outputs}
    record = RunRecord(
        run="run-1", started_at="2026-01-01T10:00:00+00:00", log="x", state="done", components=components
    )
    RunHistory(folder / "runs" / "opinions").save(record)
    return path


def _outputs(folder: pathlib.Path) -> Iterator[tuple[str, str, pathlib.Path]]:
    import pyarrow as pa

    for split, texts in (("train", ORDINARY[::2]), ("eval", ORDINARY[1::2])):
        examples, statistics = folder / "examples" / f"Split-{split}", folder / "statistics" / f"Split-{split}"
        for place in (examples, statistics):
            place.mkdir(parents=True)
        labels = [b"good" if _is_good(text) else b"bad" for text in texts]
        with tf.io.TFRecordWriter(str(examples / "data-0.gz"), "GZIP") as writer:
            for text, label in zip(texts, labels, strict=True):
                writer.write(example_bytes({"text": text.encode(), "label": label}))
        batch = pa.RecordBatch.from_arrays([pa.array([[label] for label in labels])], ["label"])
        (statistics / "FeatureStats.pb").write_bytes(generate_statistics_in_memory(batch).SerializeToString())
    yield "TextExampleGen", "examples", folder / "examples"
    yield "StatisticsGen", "statistics", folder / "statistics"


def _is_good(text: str) -> bool:
    return re.search("good|great|fine", text) is not None


@pytest.fixture(scope="module")
def log(config: pathlib.Path) -> pathlib.Path:
    """What is logged of 39 ordinary texts by three ways of asking, one of them twice, and of token ids."""
    prefix = config.parent / "logs" / "opinions"
    _serve(config, ORDINARY[:36], ORDINARY[36:39])
    assert len(list(prefix.parent.iterdir())) == 1
    return prefix


def _serve(config: pathlib.Path, texts: list[str], classified: list[str] | None = None) -> None:
    command = [*COMMAND, "serve", str(config), "--port=0", "--rest_api_port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().split("REST on ")[1].strip()
            for start in range(0, len(texts), 12):
                _ask(address, "predict", {"instances": texts[start : start + 12]})
            if classified:
                examples = [{"text": text} for text in classified]
                _ask(address, "classify", {"signature_name": "classify", "examples": examples})
                _ask(address, "predict", {"instances": texts[:1]})
                _ask(address, "predict", {"signature_name": "serve_tokens", "instances": [1, 2]})
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
        finally:
            process.kill()


def _ask(address: str, what: str, body: dict[str, Any]) -> None:
    url = f"http://{address}/v1/models/opinions:{what}"
    with urllib.request.urlopen(url, json.dumps(body).encode(), timeout=20) as answer:
        assert answer.status == 200


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    wide = {**os.environ, "COLUMNS": "300"}
    command = [*COMMAND, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=wide)


def _monitored(config: pathlib.Path, prefix: pathlib.Path) -> MonitorReport:
    return monitor(load_config(config), config, str(prefix), Window(0, time.time() + 1))


def test_ordinary_requests_are_no_drift(config: pathlib.Path, log: pathlib.Path) -> None:
    found = _monitored(config, log)
    assert found.comparison.drifted == ()
    assert (found.num_rows, found.comparison.num_texts, found.version, found.run) == (40, 39, 1, "run-1")
    assert left_out(found) == [
        "1 of 40 texts were asked before in this window, and count once",
        "1 logged requests were not read: of the signature serve_tokens, which has no texts",
    ]
    assert [check.name for check in found.comparison.checks] == [
        "text_length", "new_words", "unusual_texts", "unknown_pieces", "labels", "confidence", "unsure_answers",
    ]  # fmt: skip
    rows = {row.label: row.rows for row in found.labels}
    counts = [sum(map(_is_good, texts)) for texts in (ORDINARY[::2], ORDINARY[1::2], ORDINARY[:39])]
    assert rows["good"] == dict(zip(("train", "held-out answers", "served answers"), counts, strict=True))
    # Made anew or read again, the reference says the same.
    assert _monitored(config, log).comparison == found.comparison


def test_the_command_finds_drift_and_tells_it_everywhere(
    config: pathlib.Path, log: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    strange = tmp_path / "strange.yaml"
    strange.write_text(config.read_text().replace("logs/opinions", f"{tmp_path}/drift"))
    for name in ("serving", "runs"):
        (tmp_path / name).symlink_to(config.parent / name)
    _serve(strange, STRANGE)
    page, metrics = tmp_path / "page.html", tmp_path / "metrics" / "opinions.prom"
    options = ["--since", "1h", "--json", "--html", str(page), "--metrics", str(metrics), "--retrain"]
    (tmp_path / "rows.csv").write_text("text,label\n")
    done = _command("monitor", str(strange), *options)
    found = json.loads(done.stdout)
    assert {"new_words", "unusual_texts", "unknown_pieces", "confidence"} <= set(found["comparison"]["drifted"])
    # The run is started, and finds that the data have no rows: a fault of the data is told as of `bertline run`.
    assert "drift was found: running the pipeline" in done.stderr
    assert done.returncode == 1, done.stderr
    assert "<b>never</b>" not in page.read_text()
    assert "&lt;b&gt;never&lt;/b&gt; came" in page.read_text()
    assert 'bertline_monitor_check_drift{pipeline="opinions",check="unusual_texts"} 1.0' in metrics.read_text()
    assert [path.name for path in metrics.parent.iterdir()] == ["opinions.prom"]
    done = _command("monitor", str(strange))
    assert (done.returncode, done.stderr) == (4, "")
    assert done.stdout.splitlines()[-1].startswith("drift: ")
    done = _command("monitor", str(strange), "--until", "2d")
    assert (done.returncode, "nothing is decided: 0 different texts" in done.stdout) == (0, True)


def test_what_is_damaged_is_counted_and_the_rest_is_read(
    config: pathlib.Path, log: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    (whole,) = log.parent.iterdir()
    content = whole.read_bytes()
    (tmp_path / "x-1.tfrecord").write_bytes(content[:-10])
    (tmp_path / "x-2.tfrecord").write_bytes(content[:60] + b"\xff" + content[61:])
    (tmp_path / "x-3.tfrecord").write_bytes(b"something else, of some length")
    (tmp_path / "x-4.tfrecord.open").write_bytes(content[: len(content) // 2])
    found = _monitored(config, tmp_path / "x").tally
    assert (found.files, len(found.damaged), len(found.half_written)) == (4, 2, 1)
    assert "x-1.tfrecord: after record 5: the file ends within a record" in found.damaged[0]
    assert found.unreadable["damaged: its checksum does not match"] == 1
    # Less the token ids, which have none, less the first 12 texts, and the first half of the bytes.
    assert found.rows == 40 + (40 - 12) + 12


def test_requests_to_other_versions_and_models_are_counted(
    config: pathlib.Path, log: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    loaded = load_config(config)
    other = loaded.model_copy(update={"name": "others"})
    for name in ("serving", "runs"):
        shutil.copytree(config.parent / name / "opinions", tmp_path / name / "others")
    places = {"serving": loaded.serving.model_copy(update={"directory": str(tmp_path / "serving")})}
    other = other.model_copy(update={**places, "runs_directory": str(tmp_path / "runs")})
    found = monitor(other, config, str(log), Window(0, time.time() + 1))
    assert found.tally.unreadable == {"of the model 'opinions'": 6}
    # Another model comes into service, whose requests these are not.
    versions = open_versions(places["serving"], "opinions")
    shutil.copytree(config.parent / "serving" / "opinions", tmp_path / "serving" / "opinions")
    shutil.copytree(config.parent / "runs" / "opinions", tmp_path / "runs" / "opinions")
    model = tmp_path / "model"
    shutil.copytree(config.parent / "model", model)
    (model / "assets.extra").mkdir()
    (model / "assets.extra" / "note").write_text("another")
    versions.promote(model, VersionOrigin("pipeline", "run-1", "", ""), 5)
    second = loaded.model_copy(update={**places, "runs_directory": str(tmp_path / "runs")})
    found = monitor(second, config, str(log), Window(0, time.time() + 1))
    assert (found.version, found.num_rows, found.tally.other_versions) == (2, 0, {1: 40})
    # Rolled back from, the first model is in service again, and its requests count.
    versions.rollback(None, "a person", "worse")
    found = monitor(second, config, str(log), Window(0, time.time() + 1))
    assert (found.version, found.num_rows) == (3, 40)


def test_texts_stay_out_of_the_page_where_the_config_says_so(config: pathlib.Path, log: pathlib.Path) -> None:
    loaded = load_config(config)
    shown = _monitored(config, log)
    assert shown.unsure
    hidden = loaded.model_copy(update={"report": loaded.report.model_copy(update={"texts": False})})
    found = monitor(hidden, config, str(log), Window(0, time.time() + 1))
    assert (found.unsure, found.new_pieces) == (None, None)
    page = render_page(found)
    assert not any(text in page for text in ORDINARY)
    assert any(text in render_page(shown) for text in ORDINARY)
    told = json.dumps(found.to_json())
    assert not any(text in told for text in ORDINARY)
    assert json.loads(told)["tally"]["unreadable"] == {"of the signature serve_tokens, which has no texts": 1}


def test_metrics_without_a_decision(config: pathlib.Path, log: pathlib.Path) -> None:
    found = _monitored(config, log)
    few = dataclasses.replace(found, comparison=dataclasses.replace(found.comparison, num_texts=3, checks=()))
    text = metrics_text(few, 1.5)
    assert 'bertline_monitor_decided{pipeline="opinions"} 0' in text
    assert "bertline_monitor_distance" not in text
    assert all(line.startswith(("# HELP ", "# TYPE ", "bertline_monitor_")) for line in text.splitlines())


def test_what_is_missing_is_told_with_the_way_out(
    config: pathlib.Path, log: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    loaded = load_config(config)
    with pytest.raises(UserError, match="there is no prediction log"):
        _monitored(config, tmp_path / "nothing")
    moved = loaded.model_copy(update={"runs_directory": str(tmp_path)})
    with pytest.raises(UserError, match=r"version 1 of opinions cannot be monitored: .*the run run-1.*--force"):
        monitor(moved, config, str(log), Window(0, time.time()))
    bare = tmp_path / "bare.yaml"
    bare.write_text("name: x\ntask: text_classification\ndata: {path: data.csv}\n")
    done = _command("monitor", str(bare))
    assert (done.returncode, "set `monitoring.prediction_log`" in done.stderr) == (1, True)
