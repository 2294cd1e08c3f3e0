import contextlib
import csv
import dataclasses
import gzip
import json
import pathlib
import random
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.config_files.load_config import load_config
from pipeline.guess.guess_config import GuessedConfig, Wishes, guess_config
from pipeline.guess.named_columns import NamedColumns
from pipeline.guess.write_config import write_config

TICKETS = pathlib.Path(__file__).resolve().parents[3] / "examples" / "data" / "tickets.csv"


def _guess(
    folder: pathlib.Path, *files: pathlib.Path, name: str | None = None, **named: str | None
) -> tuple[GuessedConfig, PipelineConfig]:
    """Guesses and writes a config; what comes out must load, with the files that were meant."""
    guessed = guess_config(Wishes(files, folder, NamedColumns(**named), name))
    write_config(folder / "guessed.yaml", guessed, overwrite=True)
    return guessed, load_config(folder / "guessed.yaml")


def _told(guessed: GuessedConfig, subject: str) -> str:
    return next(f"{finding.choice} ({finding.reason})" for finding in guessed.findings if finding.subject == subject)


@pytest.mark.parametrize(
    ("file", "columns", "data", "preset", "length", "name"),
    [
        ("sst2/train.tsv", ("sentence", "label"), {"quoting": True, "header": True}, "minilm_l6_en", 48, "sst2"),
        ("sst2/dev.tsv", ("sentence", "label"), {"quoting": True, "header": True}, "minilm_l6_en", 48, "sst2"),
        ("ag_news/test.csv", ("2", "0"), {"quoting": True, "header": False}, "minilm_l6_en", 112, "ag_news"),
        ("ag_news/train-part-a.tsv", ("0", "1"), {"quoting": False, "header": False}, "minilm_l6_en", 128, "ag_news"),
        (
            "ag_news/train-part-b.csv",
            ("text", "label"),
            {"quoting": True, "header": True},
            "minilm_l6_en",
            128,
            "ag_news",
        ),
        ("ag_news/train-part-c.csv", ("0", "1"), {"quoting": True, "header": False}, "minilm_l6_en", 128, "ag_news"),
        ("chnsenticorp/train.tsv", ("text_a", "label"), {"quoting": False}, "bert_base_zh", 512, "chnsenticorp"),
    ],
)
def test_real_sets_give_a_config(
    shared_data: pathlib.Path,
    tmp_path: pathlib.Path,
    file: str,
    columns: tuple[str, str],
    data: dict[str, object],
    preset: str,
    length: int,
    name: str,
) -> None:
    _, config = _guess(tmp_path, shared_data / file)
    assert config.data.columns == {"text": columns[0], "label": columns[1]}
    assert {field: getattr(config.data, field) for field in data} == data
    assert (config.model.preset, config.model.sequence_length, config.name) == (preset, length, name)
    files = config.data.train or config.data.path
    assert files == str((shared_data / file).with_name(f"train{'.tsv'}") if config.data.train else shared_data / file)


@pytest.mark.parametrize(
    ("files", "task", "columns", "eval_file", "length", "seen_by"),
    [
        (
            "mrpc/train.tsv",
            "text_classification",
            {"text": "#1 String", "text_pair": "#2 String", "label": "Quality"},
            "mrpc/dev.tsv",
            96,
            "two texts and one label in each row",
        ),
        (
            "goemotions/dev.tsv",
            "multi_label_classification",
            {"text": "0", "labels": "1"},
            "goemotions/dev.tsv",
            48,
            "any number of labels in each row; to take each list as one label: --task text_classification --label 1",
        ),
        ("conll2003/valid.txt", "token_classification", {}, "conll2003/valid.txt", 64, "as CoNLL has them"),
        (
            "squad/train-sample-17articles.json squad/dev-v1.1.json",
            "question_answering",
            {},
            "squad/dev-v1.1.json",
            352,
            "as SQuAD has them",
        ),
        ("squad/train-sample-explorer.json.gz", "question_answering", {}, None, 384, "as SQuAD has them"),
    ],
)
def test_real_sets_of_other_tasks_give_a_config(
    shared_data: pathlib.Path,
    tmp_path: pathlib.Path,
    files: str,
    task: str,
    columns: dict[str, str],
    eval_file: str | None,
    length: int,
    seen_by: str,
) -> None:
    guessed, config = _guess(tmp_path, *(shared_data / file for file in files.split()))
    assert config.task == task
    assert config.data.columns == columns
    assert config.data.eval == (str(shared_data / eval_file) if eval_file else None)
    assert config.model.sequence_length == length
    assert seen_by in _told(guessed, "task")
    _check_columns(config)


def _check_columns(config: PipelineConfig) -> None:
    """What the ingest checks before it begins: files, their formats and their columns."""
    from components.text_example_gen.column_map import map_columns
    from components.text_example_gen.source_columns import source_columns
    from components.text_example_gen.source_file import find_source_files

    task = config.chosen_task().build()
    columns = map_columns(task, config.data, config.evaluation.slice_columns())
    for file in find_source_files(config.data):
        columns.check_file(dataclasses.replace(file, columns=source_columns(file, config.data)), task)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("goemotions/labels.txt", "one column only .* --task masked_lm"),
        ("vocab/bert-base-chinese-vocab.txt", "one column only"),
        ("sst2", "is a folder; name the file, such as .*sst2/train.tsv"),
    ],
)
def test_files_that_hold_no_rows_say_so(
    shared_data: pathlib.Path, tmp_path: pathlib.Path, file: str, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        _guess(tmp_path, shared_data / file)


PROSE = "\n\n".join(
    f"This is document {number}, and{', as it happens,' * (number % 3)} it has a line.\nAnother line of {number}."
    for number in range(60)
)


@pytest.mark.parametrize(
    ("addition", "message"),
    [("", "has one column only"), (", and it goes on, and on", "is no table: .* another number")],
)
def test_documents_are_for_pretraining_on_demand(tmp_path: pathlib.Path, addition: str, message: str) -> None:
    file = tmp_path / "corpus.txt"
    text = "".join(f"{line}{addition * (row % 7) if line else ''}\n" for row, line in enumerate(PROSE.split("\n")))
    file.write_text(text)
    with pytest.raises(UserError, match=rf"corpus\.txt {message}.*--task masked_lm"):
        _guess(tmp_path, file)
    guessed, config = _guess(tmp_path, file, task="masked_lm")
    assert (config.task, config.task_options, config.data.path) == ("masked_lm", {}, str(file))
    assert (config.data.format, config.data.columns, config.model.sequence_length) == ("auto", {}, 128)
    assert "60 rows" in _told(guessed, "data")
    _check_columns(config)
    file.write_text("".join(line for line in text.splitlines(keepends=True) if "line" in line))
    with pytest.raises(UserError, match="1 documents, which blank lines separate, cannot train"):
        _guess(tmp_path, file, task="masked_lm")


ROWS: dict[str, Callable[[int], dict[str, object]]] = {
    "multi_label_classification": lambda row: {
        "text": _words(row),
        "joy": row % 2,
        "awe": row // 2 % 2,
        "fear": row // 4 % 2,
    },
    "text_regression": lambda row: {"sentence1": _words(row), "sentence2": _words(-row), "score": row / 25},
    "token_classification": lambda row: {
        "text": _words(row),
        "spans": [{"start": 0, "end": 4, "type": "T"}][: row % 2],
    },
    "question_answering": lambda row: {
        "question": f"which row is {row}",
        "context": _words(row),
        "answers": [{"text": "text", "answer_start": 0}],
    },
    "text_embedding": lambda row: {"query": f"row {row} of them", "passage": _words(row)},
    "masked_lm": lambda row: {"text": _words(row)},
}


def _words(row: int) -> str:
    return f"text of the row with the number {row}"


CONLL = "-DOCSTART- -X- -X- O\n\n" + "\n".join(
    f"Number CD B-NP O\n{row} CD I-NP {['B-ODD', 'O'][row % 2]}\n" for row in range(60)
)
SQUAD = {
    "data": [
        {
            "title": f"title {row}",
            "paragraphs": [
                {
                    "context": f"This text is number {row}.",
                    "qas": [{"id": row, "question": "Which?", "answers": [{"text": str(row), "answer_start": 20}]}],
                }
            ],
        }
        for row in range(60)
    ]
}


@pytest.mark.parametrize(
    ("name", "content", "task", "file_format", "seen_by"),
    [
        ("a.txt", CONLL, "token_classification", "conll", "as CoNLL has them"),
        ("a.conll", CONLL, "token_classification", "auto", "as CoNLL has them"),
        ("a.json", json.dumps(SQUAD), "question_answering", "auto", "as SQuAD has them"),
        ("a.txt", json.dumps(SQUAD), "question_answering", "squad", "as SQuAD has them"),
    ],
)
def test_files_of_one_task_give_a_config(
    tmp_path: pathlib.Path, name: str, content: str, task: str, file_format: str, seen_by: str
) -> None:
    (tmp_path / name).write_text(content)
    guessed, config = _guess(tmp_path, tmp_path / name)
    assert (config.task, config.data.format, config.data.columns) == (task, file_format, {})
    assert seen_by in _told(guessed, "task")
    assert config.data.max_rejected_fraction == 0.01
    _check_columns(config)


def _rows_of(folder: pathlib.Path, task: str) -> pathlib.Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(ROWS[task](row)) + "\n" for row in range(100)))
    return path


_UNLABELLED = ("text_embedding", "masked_lm")


@pytest.mark.parametrize(
    ("task", "is_named"),
    [*((task, True) for task in ROWS), *((task, False) for task in ROWS if task not in _UNLABELLED)],
)
def test_rows_of_any_task_give_a_config(tmp_path: pathlib.Path, task: str, is_named: bool) -> None:
    guessed, config = _guess(tmp_path, _rows_of(tmp_path, task), task=task if is_named else None)
    assert config.task == task
    assert ("as given" in _told(guessed, "task")) == is_named
    _check_columns(config)


@pytest.mark.parametrize("task", _UNLABELLED)
def test_rows_without_a_label_are_told(tmp_path: pathlib.Path, task: str) -> None:
    with pytest.raises(UserError, match="has no labels"):
        _guess(tmp_path, _rows_of(tmp_path, task))


def test_mrpc_gives_a_config_once_the_text_is_named(shared_data: pathlib.Path, tmp_path: pathlib.Path) -> None:
    _, config = _guess(tmp_path, shared_data / "mrpc" / "train.tsv", text="#1 String")
    assert config.data.columns == {"text": "#1 String", "label": "Quality"}
    assert not config.data.quoting
    assert config.data.eval == str(shared_data / "mrpc" / "dev.tsv")


def _write(folder: pathlib.Path, kind: str) -> pathlib.Path:
    """The sample data in another format."""
    with TICKETS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path = folder / f"tickets.{kind}"
    match kind:
        case "csv":
            path.write_bytes(TICKETS.read_bytes())
        case "csv.gz":
            path.write_bytes(gzip.compress(TICKETS.read_bytes()))
        case "jsonl.gz":
            path.write_bytes(gzip.compress(lines))
        case "parquet":
            pq.write_table(pa.Table.from_pylist([{"image": b"\xff\xd8", **row} for row in rows]), path)
        case "tfrecord":
            import tensorflow as tf

            with tf.io.TFRecordWriter(str(path)) as writer:
                for row in rows:
                    feature = {
                        name: tf.train.Feature(bytes_list=tf.train.BytesList(value=[value.encode()]))
                        for name, value in row.items()
                    }
                    writer.write(tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString())
        case _:
            path.write_bytes(lines)
    return path


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "jsonl", "jsonl.gz", "json", "parquet", "tfrecord"])
def test_every_format_gives_the_same_config(tmp_path: pathlib.Path, kind: str) -> None:
    guessed, config = _guess(tmp_path, _write(tmp_path, kind))
    assert config.data.path == str(tmp_path / f"tickets.{kind}")
    assert config.data.columns == {"text": "message", "label": "topic"}
    assert config.evaluation.slices == ("text_length", "channel")
    assert config.data.split == {"train": 7, "eval": 2, "test": 1}
    assert (config.training.epochs, config.training.batch_size, config.training.learning_rate) == (8, 16, 2e-4)
    assert config.data.format == ("jsonl" if kind == "json" else "auto")
    assert "also possible: channel; 8 values" in _told(guessed, "label")


def _rows(number: int, start: int = 0) -> list[str]:
    return [f"this is text number {row},{'ab'[row % 2]}\n" for row in range(start, start + number)]


def _csv(path: pathlib.Path, rows: list[str], header: str = "text,label\n") -> pathlib.Path:
    path.write_text(header + "".join(rows), encoding="utf-8")
    return path


def test_sibling_that_does_not_fit_is_left_out(tmp_path: pathlib.Path) -> None:
    train = _csv(tmp_path / "train.csv", _rows(100))
    _csv(tmp_path / "dev.csv", _rows(40, 200))
    _csv(tmp_path / "test.csv", [f"{row},text {row}\n" for row in range(30)], "index,text\n")
    guessed, config = _guess(tmp_path, train)
    assert (config.data.train, config.data.eval) == (str(train), str(tmp_path / "dev.csv"))
    assert config.data.test is None
    assert _told(guessed, "left out").startswith("test.csv (")
    _csv(tmp_path / "dev.csv", [row.replace(",a", ",unknown") for row in _rows(40, 200)])
    guessed, config = _guess(tmp_path, train)
    assert config.data.path == str(train)
    assert "unknown label" in _told(guessed, "left out")


def test_named_file_that_does_not_fit_is_an_error(tmp_path: pathlib.Path) -> None:
    train = _csv(tmp_path / "train.csv", _rows(100))
    dev = _csv(tmp_path / "dev.csv", [f"{row},text {row}\n" for row in range(30)], "index,text\n")
    with pytest.raises(UserError, match=r"dev\.csv has no column 'label', which .*train\.csv has"):
        _guess(tmp_path, train, dev)
    _csv(dev, _rows(40, 200), "")
    with pytest.raises(UserError, match=r"has the header text, label, .*dev\.csv has not"):
        _guess(tmp_path, train, dev)


def test_files_may_have_further_columns_in_another_order(tmp_path: pathlib.Path) -> None:
    train = _csv(tmp_path / "train.csv", _rows(100))
    _csv(tmp_path / "dev.csv", [f"{row % 9},a,another text number {row}\n" for row in range(40)], "index,label,text\n")
    _, config = _guess(tmp_path, train)
    assert config.data.eval == str(tmp_path / "dev.csv")


def test_test_file_in_place_of_an_eval_file_is_said(tmp_path: pathlib.Path) -> None:
    train = _csv(tmp_path / "train.csv", _rows(100))
    _csv(tmp_path / "test.csv", _rows(40, 200))
    guessed, config = _guess(tmp_path, train)
    assert config.data.eval == str(tmp_path / "test.csv")
    assert "flatters" in _told(guessed, "eval")
    assert "test.csv  # the test file: there is no other" in (tmp_path / "guessed.yaml").read_text()


@pytest.mark.parametrize(("num_broken", "limit"), [(0, 0.01), (3, 0.05), (9, 0.1), (15, 0.25)])
def test_limit_of_rejects_is_what_the_rows_need(tmp_path: pathlib.Path, num_broken: int, limit: float) -> None:
    file = _csv(tmp_path / "some.csv", [*_rows(100), *[",a\n"] * num_broken])
    guessed, config = _guess(tmp_path, file)
    assert config.data.max_rejected_fraction == limit
    if num_broken:
        assert "text is empty" in _told(guessed, "rejects")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], r"0 rows cannot train"),
        (_rows(2), r"2 rows cannot train"),
        ([*_rows(100), *[",a\n"] * 60], r"38% of the rows .* text is empty"),
        ([*_rows(100), *["a,b,c\n"] * 60], r"some\.csv has .*|.* cannot be read"),
        ([f"this is text number {row},a\n" for row in range(100)], "'label' holds the same value in each row"),
    ],
)
def test_rows_that_teach_nothing_are_told(tmp_path: pathlib.Path, rows: list[str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        _guess(tmp_path, _csv(tmp_path / "some.csv", rows))


def test_two_columns_of_one_name_are_told(tmp_path: pathlib.Path) -> None:
    rows = [f"x,{row}" for row in _rows(100)]
    with pytest.raises(UserError, match="2 columns called 'text'; rename one"):
        _guess(tmp_path, _csv(tmp_path / "some.csv", rows, "text,text,label\n"))


def test_large_file_sorted_by_label_shows_all_labels(tmp_path: pathlib.Path) -> None:
    numbers = random.Random(1)
    words = [f"word{number}" for number in range(500)]
    lines = [
        f'"{" ".join(numbers.choices(words, k=20))}",{label}\n'
        for label in ("good", "bad", "other")
        for _ in range(40_000)
    ]
    file = _csv(tmp_path / "sorted.csv", lines)
    assert file.stat().st_size > 16 << 20
    guessed, config = _guess(tmp_path, file)
    assert "3 values: bad, good, other" in _told(guessed, "label")
    told = int(_told(guessed, "data").split()[2].replace(",", ""))
    assert told == pytest.approx(120_000, rel=0.02)
    assert config.training.epochs == 3


@pytest.mark.parametrize("name", ["we[ird] na'me*.csv", "émojî 😀.csv", "yes.csv", "#1: x.csv", "-o.csv"])
def test_odd_names_are_written_so_that_they_are_found(tmp_path: pathlib.Path, name: str) -> None:
    from components.text_example_gen.source_file import find_source_files

    _, config = _guess(tmp_path, _csv(tmp_path / name, _rows(100)))
    assert [file.path for file in find_source_files(config.data)] == [str(tmp_path / name)]


def test_task_and_name_are_checked(tmp_path: pathlib.Path) -> None:
    file = _csv(tmp_path / "some.csv", _rows(100))
    with pytest.raises(UserError, match="--task: there is no task 'text_clasification'; did you mean"):
        _guess(tmp_path, file, task="text_clasification")
    with pytest.raises(UserError, match=r"nothing was written: .*guessed\.yaml has 1 fault:\n.*Some Name"):
        _guess(tmp_path, file, name="Some Name")
    assert not list(tmp_path.glob("*guessed*"))


_CELLS = st.sampled_from(
    [
        "",
        "good",
        "bad",
        "1",
        "0",
        "4,27",
        '"',
        '"a"',
        "NaN",
        "3.5",
        "text",
        "label",
        "привет мир",
        "\u2028",
        "\r",
        "{",
        "[1",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.lists(st.lists(_CELLS, min_size=1, max_size=3), min_size=20, max_size=40).map(
            lambda rows: "\n".join(",".join([f"this is text {row}", *cells]) for row, cells in enumerate(rows)).encode()
        ),
        st.lists(
            st.dictionaries(st.sampled_from(["a", "text", "label"]), _CELLS | st.integers() | st.lists(st.none()))
        ).map(lambda rows: "\n".join(map(json.dumps, rows)).encode()),
    ),
    ending=st.sampled_from([".csv", ".tsv", ".txt", ".jsonl", ".json", ".parquet", "", ".csv.gz"]),
)
def test_any_file_gives_a_config_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, ending: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    path = folder / f"some{ending}"
    path.write_bytes(gzip.compress(content) if ending.endswith("gz") and len(content) % 2 else content)
    # Any other error is a bug.
    with contextlib.suppress(UserError):
        _guess(folder, path)
