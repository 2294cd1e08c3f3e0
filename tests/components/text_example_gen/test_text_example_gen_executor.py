"""The executor from files to examples, rejects and messages."""

import gzip
import hashlib
import json
import pathlib
import random
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import tensorflow as tf

from components.text_example_gen.config import DataConfig
from components.text_example_gen.ingest_summary import read_summary
from components.text_example_gen.label_vocabulary import LabelCount
from models.user_error import UserError

# The fixture of conftest.py, which runs the executor.
Ingest = Callable[..., Any]

ROWS = [(f'text number {n}, "quoted"\nand é', "even" if n % 2 == 0 else "odd") for n in range(60)]


def write_csv(path: pathlib.Path, rows: list[tuple[str, str]]) -> str:
    quoted = ["text,label"] + [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path.write_bytes(("\n".join(quoted) + "\n").encode())
    return str(path)


def plain(rows: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"text": text, "label": label} for text, label in rows]


def test_splits_with_files_of_their_own_in_all_formats(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    write_csv(tmp_path / "train-1.csv", ROWS[:10])
    lines = "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in ROWS[10:20])
    (tmp_path / "train-2.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    pq.write_table(pa.Table.from_pylist(plain(ROWS[20:30])), tmp_path / "dev.parquet")
    with tf.io.TFRecordWriter(str(tmp_path / "test.tfrecord")) as writer:
        for text, label in ROWS[30:40]:
            example = tf.train.Example()
            example.features.feature["text"].bytes_list.value.append(text.encode())
            example.features.feature["label"].bytes_list.value.append(label.encode())
            writer.write(example.SerializeToString())
    data = DataConfig(train=f"{tmp_path}/train-*", eval=f"{tmp_path}/dev.*", test=f"{tmp_path}/test.*")
    result = ingest(data)
    assert result.rows("train") == plain(ROWS[:20])
    assert result.rows("eval") == plain(ROWS[20:30])
    assert result.rows("test") == plain(ROWS[30:40])
    assert result.rejects() == []
    assert result.examples.split_names == '["train", "eval", "test"]'
    assert result.examples.get_string_custom_property("file_format") == "tfrecords_gzip"
    assert result.examples.get_string_custom_property("payload_format") == "FORMAT_TF_EXAMPLE"
    assert {path.name for path in pathlib.Path(result.examples.uri).iterdir()} == {
        "Split-train",
        "Split-eval",
        "Split-test",
    }
    assert {path.name for path in result.rejects_folder.iterdir()} == {"rejects.jsonl", "summary.json"}


def test_split_by_hash_is_whole_disjoint_and_the_same_each_time(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    path = write_csv(tmp_path / "all.csv", ROWS + [(f" {text}", label) for text, label in ROWS[:30]])
    data = DataConfig(path=path, split={"train": 2, "eval": 1, "test": 1})
    result, again = ingest(data), ingest(data, name="again")
    splits = {name: result.rows(name) for name in ("train", "eval", "test")}
    texts = {name: {row["text"].strip() for row in rows} for name, rows in splits.items()}
    assert sum(map(len, splits.values())) == 90
    assert sum(map(len, texts.values())) == len(set().union(*texts.values())) == 60
    assert min(map(len, texts.values())) > 5
    assert digests(result.examples.uri) == digests(again.examples.uri)


def digests(uri: str) -> dict[str, str]:
    root = pathlib.Path(uri)
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_leaks_and_unknown_labels_are_rejected(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    train = write_csv(tmp_path / "train.csv", [("a", "x"), ("b", "x"), ("c", "y"), ("c", "y"), ("d", "only here")])
    dev = write_csv(tmp_path / "dev.csv", [("b", "x"), ("e", "x"), ("f", "z"), ("d", "y"), ("g", "only here")])
    test = write_csv(tmp_path / "test.csv", [("e", "x"), ("h", "y"), ("h", "y")])
    result = ingest(DataConfig(train=train, eval=dev, test=test, max_rejected_fraction=1))
    assert result.rows("train") == plain([("a", "x"), ("c", "y"), ("c", "y")])
    assert result.rows("eval") == plain([("b", "x"), ("d", "y")])
    assert result.rows("test") == plain([("e", "x"), ("h", "y"), ("h", "y")])
    rejects = [(pathlib.Path(r["file"]).name, r["line"], r["split"], r["reason"]) for r in result.rejects()]
    assert rejects == [
        ("train.csv", 3, "train", "same text as a row of split eval"),
        ("train.csv", 6, "train", "same text as a row of split eval"),
        ("dev.csv", 3, "eval", "same text as a row of split test"),
        ("dev.csv", 4, "eval", "unknown label: 'z' does not occur in split train"),
        # Its only row of train is the same text as one of eval.
        ("dev.csv", 6, "eval", "unknown label: 'only here' does not occur in split train"),
    ]
    assert result.summary.rejected == 5


def broken_file(path: pathlib.Path) -> list[int]:
    """Writes 1,000 rows of which every twentieth is broken in one of five ways; returns their lines."""
    breakages = [b"no comma", b"one,two,three", b"\xff,even", b'"open,even', b"  ,odd"]
    lines = [b"text %d,%s" % (n, b"even" if n % 2 == 0 else b"odd") for n in range(1000)]
    bad = list(range(7, 1000, 20))
    for place, n in enumerate(bad):
        lines[n] = breakages[place % len(breakages)]
    path.write_bytes(b"\n".join([b"text,label", *lines]) + b"\n")
    return [n + 2 for n in bad]


def test_five_percent_broken_rows_are_named_and_the_run_goes_on(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    bad = broken_file(tmp_path / "all.csv")
    result = ingest(DataConfig(path=str(tmp_path / "all.csv"), max_rejected_fraction=0.1))
    assert sorted(reject["line"] for reject in result.rejects()) == bad
    assert sum(len(result.rows(split)) for split in ("train", "eval", "test")) == 950
    assert result.summary.rows == 1000
    assert {reason.reason: reason.rows for reason in result.summary.reasons} == {
        "wrong number of fields": 20,
        "invalid UTF-8": 10,
        "text after a closing quote": 9,
        "unclosed quote": 1,
        "text is empty": 10,
    }


def test_five_percent_broken_rows_stop_the_run(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    broken_file(tmp_path / "all.csv")
    with pytest.raises(UserError) as error:
        ingest(DataConfig(path=str(tmp_path / "all.csv"), max_rejected_fraction=0.01))
    message = str(error.value)
    assert "50 of 1,000 rows (5.00%) were rejected, more than `data.max_rejected_fraction: 0.01` allows" in message
    assert f"wrong number of fields; first: {tmp_path}/all.csv:9, wrong number of fields: 1 instead of 2" in message
    assert str(tmp_path / "failed" / "rejects.jsonl") in message
    assert (tmp_path / "failed" / "rejects.jsonl").read_bytes().count(b"\n") == 50
    assert read_summary(str(tmp_path / "failed" / "summary.json")).rejected == 50


def test_empty_split_stops_the_run(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    train, dev = write_csv(tmp_path / "train.csv", ROWS), write_csv(tmp_path / "dev.csv", [])
    with pytest.raises(UserError, match=r"The split eval has no examples \(60 rows were read, 0 of them rejected\)"):
        ingest(DataConfig(train=train, eval=dev))


def test_one_label_in_train_stops_the_run(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    train = write_csv(tmp_path / "train.csv", [("a", "x"), ("b", "x")])
    dev = write_csv(tmp_path / "dev.csv", [("c", "x"), ("d", "y")])
    with pytest.raises(UserError, match=r"train has 1 of the 2 different labels that the task needs .*'x' \(2 rows\)"):
        ingest(DataConfig(train=train, eval=dev, max_rejected_fraction=1))
    with pytest.raises(UserError, match=r"1 of 4 rows (?s:.*) train has 1 of the 2 different labels"):
        ingest(DataConfig(train=train, eval=dev), name="strict")


def test_labels_of_train_are_counted_in_the_order_of_classes(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    rows = [("a", "10"), ("b", "9"), ("c", "10"), ("d", "-1"), ("e", "10")]
    train = write_csv(tmp_path / "train.csv", rows)
    dev = write_csv(tmp_path / "dev.csv", [("f", "9"), ("e", "10")])
    result = ingest(DataConfig(train=train, eval=dev, max_rejected_fraction=1))
    assert result.labels == (LabelCount("-1", 1), LabelCount("9", 1), LabelCount("10", 2))
    assert json.loads((result.labels_folder / "labels.json").read_text())[0] == {"label": "-1", "rows": 1}


def test_several_labels_of_a_row_count_once_each(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    train = write_csv(tmp_path / "train.csv", [("a", "é,x"), ("b", "x,x")])
    dev = write_csv(tmp_path / "dev.csv", [("c", "x")])
    result = ingest(DataConfig(train=train, eval=dev), task="tiny_tasks:SeveralLabelsTask")
    assert result.labels == (LabelCount("x", 2), LabelCount("é", 1))


def test_cut_gzip_stops_the_run_whatever_the_limit(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    rows = random.Random(0).choices("abcdefgh", k=200_000)
    data = b"text,label\n" + "".join(f"{n} {letter},x\n" for n, letter in enumerate(rows)).encode()
    path = tmp_path / "all.csv.gz"
    path.write_bytes(gzip.compress(data)[:-50_000])
    with pytest.raises(UserError, match=r"Not all of the data can be read:\n  .*all\.csv\.gz: broken gzip data"):
        ingest(DataConfig(path=str(path), max_rejected_fraction=1))


def test_columns_kept_for_slices(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text("".join(json.dumps({"text": f"t{n}", "label": n % 2, "channel": "web"}) + "\n" for n in range(200)))
    result = ingest(DataConfig(path=str(path)), slices=("channel",))
    row = result.rows("train")[0]
    assert row.keys() == {"text", "label", "channel"}
    assert row["channel"] == "web"


def test_a_window_of_days_is_read_and_told(
    tmp_path: pathlib.Path, ingest: Ingest, caplog: pytest.LogCaptureFixture
) -> None:
    days = {f"2026-11-{day}": ROWS[6 * place : 6 * place + 6] for place, day in enumerate((17, 18, 20, 21))}
    for day, rows in days.items():
        write_csv(tmp_path / f"train-{day}.csv", rows)
    # Of the newest day, eval is not there yet.
    for place, day in enumerate(("2026-11-18", "2026-11-20")):
        write_csv(tmp_path / f"eval-{day}.csv", ROWS[40 + 2 * place : 42 + 2 * place])
    day = "{YYYY}-{MM}-{DD}"
    data = DataConfig(train=f"{tmp_path}/train-{day}.csv", eval=f"{tmp_path}/eval-{day}.csv", window=3)
    with caplog.at_level("INFO", "components.text_example_gen.executor"):
        result = ingest(data)
    assert result.rows("train") == plain([*days["2026-11-18"], *days["2026-11-20"]])
    assert result.rows("eval") == plain(ROWS[40:44])
    summary = result.summary
    assert (summary.spans, summary.missing_spans) == (("2026-11-18", "2026-11-20"), ("2026-11-19",))
    assert [file.span for file in summary.files] == ["2026-11-18", "2026-11-20"] * 2
    # As TFX numbers days.
    assert (result.examples.span, result.examples.get_int_custom_property("span")) == (20_777, 20_777)
    # Beam's records come and go with the level that an earlier test of the process left behind.
    told = [record.getMessage() for record in caplog.records if record.name == "components.text_example_gen.executor"]
    assert told == [
        "read the spans 2026-11-18, 2026-11-20",
        "spans of the window that are not there: 2026-11-19",
    ]


def test_without_spans_nothing_is_said_of_them(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    result = ingest(DataConfig(path=write_csv(tmp_path / "all.csv", ROWS)))
    assert (result.summary.spans, result.summary.missing_spans) == ((), ())
    assert {file.span for file in result.summary.files} == {None}
    assert not result.examples.has_custom_property("span")
    assert "span" not in result.examples.mlmd_artifact.properties


def _write_with_wrong_rows(folder: pathlib.Path) -> DataConfig:
    rows = [f"text {number},{label}" for number in range(20) for label in ("even", "odd")]
    wrong = ["secret name,", "secret,other,secret", "secret text,secrte"]
    (folder / "train.csv").write_text("\n".join(["text,label", *rows, *wrong[:2]]) + "\n")
    (folder / "eval.csv").write_text("\n".join(["text,label", "other even,even", wrong[2]]) + "\n")
    return DataConfig(train=f"{folder}/train.csv", eval=f"{folder}/eval.csv", max_rejected_fraction=0.5)


def test_redacted_rejects_say_where_and_why_and_nothing_else(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    data = _write_with_wrong_rows(tmp_path)
    plain_rejects, redacted = ingest(data).rejects(), ingest(data, name="redacted", redact=True)
    assert all("secret" in row["raw"] for row in plain_rejects)
    assert len(redacted.rejects()) == len(plain_rejects) == 3
    for row, known in zip(redacted.rejects(), plain_rejects, strict=True):
        assert (row["file"], row["line"], row["split"]) == (known["file"], known["line"], known["split"])
        assert row.keys() == {"file", "line", "split", "reason", "redacted", "blake2b"}
        assert known["reason"].startswith(row["reason"])
        raw = pathlib.Path(row["file"]).read_bytes().splitlines(keepends=True)[row["line"] - 1]
        assert row["blake2b"] == hashlib.blake2b(raw, digest_size=16).hexdigest()
    assert redacted.summary.rejected == 3
    for path in redacted.rejects_folder.iterdir():
        assert b"secret" not in path.read_bytes()


def test_redacted_values_of_binary_formats_are_hashed(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    good = [{"text": f"a {number}", "label": "xy"[number % 2]} for number in range(20)]
    pq.write_table(pa.Table.from_pylist([*good, {"text": "secret", "label": None}]), tmp_path / "train.parquet")
    pq.write_table(pa.Table.from_pylist([{"text": "b", "label": "x"}]), tmp_path / "eval.parquet")
    data = DataConfig(train=f"{tmp_path}/train.parquet", eval=f"{tmp_path}/eval.parquet", max_rejected_fraction=0.5)
    (row,) = ingest(data, redact=True).rejects()
    assert len(row["blake2b"]) == 32
    assert "secret" not in json.dumps(row)


def test_the_message_that_stops_a_redacted_run_quotes_nothing(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    data = _write_with_wrong_rows(tmp_path).model_copy(update={"max_rejected_fraction": 0.0})
    with pytest.raises(UserError) as told:
        ingest(data)
    with pytest.raises(UserError) as redacted:
        ingest(data, name="redacted", redact=True)
    assert "secrte" in str(told.value)
    assert "secr" not in str(redacted.value)
    assert f"unknown label; first: {tmp_path}/eval.csv:3, unknown label" in str(redacted.value)
    assert b"secr" not in (tmp_path / "failed" / "rejects.jsonl").read_bytes()
