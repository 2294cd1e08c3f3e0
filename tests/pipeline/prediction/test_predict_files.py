"""Files of rows in, answers and rejects out, with each model that answers."""

import gzip
import json
import pathlib
from typing import Any

import pytest
import typer

from models.user_error import UserError
from pipeline.commands.predict import predict

TEXTS = ["fünf", "a long, long text", 'with "quotes"', "x" * 40]


def _lines(path: pathlib.Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _expected(path: pathlib.Path, texts: list[str], first_line: int) -> list[Any]:
    return [
        {
            "file": str(path),
            "line": line,
            "text": text,
            "label": "long" if len(text) > 10 else "short",
            "score": pytest.approx(1 / len(text), rel=1e-5),
        }
        for line, text in enumerate(texts, start=first_line)
    ]


def _write(folder: pathlib.Path, name: str, texts: list[str]) -> pathlib.Path:
    quoted = [text.replace('"', '""') for text in texts]
    by_name = {
        "rows.csv": "id,message\n" + "".join(f'7,"{text}"\n' for text in quoted),
        "rows.tsv": "message\tid\n" + "".join(f'"{text}"\t7\n' for text in quoted),
        "rows.jsonl": "".join(json.dumps({"message": text, "id": 7}) + "\n" for text in texts),
        # As the task calls it, which is as good.
        "rows.jsonl.gz": "".join(json.dumps({"text": text}) + "\n" for text in texts),
    }
    path = folder / name
    content = by_name[name].encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize(
    ("name", "first_line"), [("rows.csv", 2), ("rows.tsv", 2), ("rows.jsonl", 1), ("rows.jsonl.gz", 1)]
)
def test_tables_of_each_format(project: Any, tmp_path: pathlib.Path, name: str, first_line: int) -> None:
    path = _write(tmp_path, name, TEXTS)
    predict(project.config, pattern=str(path), output=tmp_path / "answers.jsonl")
    assert _lines(tmp_path / "answers.jsonl") == _expected(path, TEXTS, first_line)
    assert not (tmp_path / "answers.rejects.jsonl").exists()


@pytest.mark.parametrize("server", [None, "grpc", "rest"])
def test_each_row_is_answered_or_rejected(
    project: Any, tmp_path: pathlib.Path, server: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        '{"message": "a good one"}',
        '{"massage": "no such column"}',
        '{"message": "bad"}',
        '{"message": " "}',
        '{"message": 7}',
        "{broken",
        '{"message": "a\\u0000b"}',
        '{"message": "another good one"}',
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(lines))
    address = getattr(project, server) if server else None
    predict(project.config, pattern=str(path), output=tmp_path / "out.jsonl", server=address)
    answers, rejects = _lines(tmp_path / "out.jsonl"), _lines(tmp_path / "out.rejects.jsonl")
    assert [(row["line"], row["label"]) for row in answers] == [(1, "short"), (7, "short"), (8, "long")]
    assert [row["line"] for row in rejects] == [2, 3, 4, 5, 6]
    reasons = ["text is missing", "no bad texts", "text is empty", "text is int, not a string", "invalid JSON"]
    assert all(reason in row["reason"] for reason, row in zip(reasons, rejects, strict=True)), rejects
    assert [row["raw"] for row in rejects] == lines[1:6]
    said = capsys.readouterr().err
    out, rejects_file = tmp_path / "out.jsonl", tmp_path / "out.rejects.jsonl"
    assert said == f"bertline: 3 rows answered: {out}; 5 rejected, with reasons: {rejects_file}\n"


def test_rejects_of_an_earlier_prediction_do_not_stay(project: Any, tmp_path: pathlib.Path) -> None:
    path, output = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    path.write_text('{"text": ""}\n')
    predict(project.config, pattern=str(path), output=output)
    assert (output.read_text(), len(_lines(tmp_path / "out.rejects.jsonl"))) == ("", 1)
    path.write_text('{"text": "good"}\n')
    predict(project.config, pattern=str(path), output=output)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out.jsonl", "rows.jsonl"]


def test_a_glob_is_answered_in_the_order_of_paths(project: Any, tmp_path: pathlib.Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.jsonl").write_text('{"text": "1"}\n{"text": "2"}\n')
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "out").mkdir()
    predict(project.config, pattern=str(tmp_path / "*.jsonl"), output=tmp_path / "out" / "x.jsonl")
    rows = _lines(tmp_path / "out" / "x.jsonl")
    assert [(pathlib.Path(row["file"]).name, row["line"]) for row in rows] == [
        ("a.jsonl", 1),
        ("a.jsonl", 2),
        ("b.jsonl", 1),
        ("b.jsonl", 2),
    ]


@pytest.mark.parametrize("server", [None, "grpc"])
def test_a_model_that_refuses_every_row_ends_it(project: Any, tmp_path: pathlib.Path, server: str | None) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "bad"}\n' * 150)
    address = getattr(project, server) if server else None
    with pytest.raises(UserError, match=r"rows.jsonl, from line 1: each of 150 rows is refused: .*no bad texts"):
        predict(project.config, pattern=str(path), output=tmp_path / "out.jsonl", server=address)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["rows.jsonl"]


def test_without_a_server_there_is_one_sentence_and_the_old_answers_stay(
    project: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.prediction import predict_files
    from serving.client import Retries

    monkeypatch.setattr(predict_files, "_PATIENT", Retries(2, 0.01))
    path = _write(tmp_path, "rows.csv", TEXTS)
    (tmp_path / "out.jsonl").write_text("old\n")
    with pytest.raises(UserError, match=r"^no model server answers gRPC at localhost:1: .*refused"):
        predict(project.config, pattern=str(path), output=tmp_path / "out.jsonl", server="localhost:1")
    assert (tmp_path / "out.jsonl").read_text() == "old\n"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["out.jsonl", "rows.csv"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pattern": "missing*.csv"}, "no file matches --input missing"),
        ({"pattern": "rows.xlsx"}, "rows.xlsx is no table: --input reads files that end in .csv, .tsv, .jsonl"),
        ({"pattern": "other.csv"}, "other.csv has no column 'message' or 'text'; its columns: 'title'"),
        ({"pattern": "twice.csv"}, "twice.csv has 2 columns called 'message'; rename one"),
        ({"pattern": "empty.csv"}, "there is no row to answer in .*empty.csv"),
        ({"pattern": "broken.jsonl.gz"}, "broken.jsonl.gz cannot be read"),
        ({"output": "rows.jsonl"}, "rows.jsonl is both read, by --input, and written, by --output"),
        ({"workers": 2}, "out.jsonl is one file, which one process writes; --workers is for a folder"),
        ({"output": "folder", "server": "localhost:1"}, "folder is a folder, which is written by processes that load"),
        ({"output": "missing/out.jsonl"}, "out.jsonl cannot be written: No such file or directory"),
        ({"server": "localhost"}, "'localhost' is no address"),
        ({"ca": "rows.jsonl"}, "say how a server is reached: name it with --server"),
    ],
)
def test_mistakes(project: Any, tmp_path: pathlib.Path, changes: dict[str, Any], message: str) -> None:
    files = {
        "rows.jsonl": '{"text": "a"}\n',
        "rows.xlsx": "",
        "other.csv": "title\nx\n",
        "twice.csv": "message,message\nx,y\n",
        "empty.csv": "message\n",
        "broken.jsonl.gz": "no gzip",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    given = {"pattern": "rows.jsonl", "output": "out.jsonl", **changes}
    paths = {name: tmp_path / value for name, value in given.items() if name in ("pattern", "output", "ca")}
    with pytest.raises(UserError, match=message.replace("--input missing", f"--input {tmp_path}/missing")):
        predict(project.config, **{**given, **paths, "pattern": str(paths["pattern"])})
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    "given", [{"pattern": "x"}, {"output": "x"}, {"pattern": "x", "output": "y", "texts": ["a"]},
              {"pattern": "x", "output": "y", "show": True}]
)  # fmt: skip
def test_options_that_do_not_go_together(project: Any, given: dict[str, Any]) -> None:
    with pytest.raises(typer.BadParameter):
        predict(project.config, **given)
