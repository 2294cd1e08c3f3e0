import contextlib
import dataclasses
import io
import json
import os
import pathlib
import select
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from models.user_error import UserError
from pipeline.commands.predict import predict


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A pipeline in whose service is a model that tells long texts from short ones."""
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")])
    def answer(text: Any) -> Any:
        length = tf.strings.length(text, unit="UTF8_CHAR")
        labels = tf.where(length > 10, "comp.sys.ibm.pc.hardware", "short")
        return {"label": labels, "score": 1 / tf.cast(length, tf.float32)}

    folder = tmp_path_factory.mktemp("project")
    module = tf.Module()
    module.answer = answer
    tf.saved_model.save(module, str(folder / "serving/x/1"), signatures={"serving_default": answer})
    path = folder / "pipeline.yaml"
    path.write_text("name: x\ntask: text_classification\ndata: {path: data.csv}\n")
    return path


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Any:
    def put(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return put


def test_arguments_are_answered_in_columns_separated_by_tabs(
    config: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    predict(config, ["a\tlong\n\x1b[2Jtext", "abcd", "x" * 200])
    assert capfd.readouterr().out.splitlines() == [
        "comp.sys.ibm.pc.hardware\t0.067\ta long  [2Jtext",
        "short\t0.250\tabcd",
        f"comp.sys.ibm.pc.hardware\t0.005\t{'x' * 200}",
    ]


def test_lines_of_standard_input_are_answered_with_their_numbers(
    config: pathlib.Path, stdin: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    stdin("\ufeffabcd\n\n \r\nfünf!\r\nno end".encode())
    predict(config, as_json=True)
    out, err = capfd.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == [
        {"line": 1, "text": "abcd", "label": "short", "score": 0.25},
        {"line": 4, "text": "fünf!", "label": "short", "score": pytest.approx(0.2)},
        {"line": 5, "text": "no end", "label": "short", "score": pytest.approx(1 / 6)},
    ]
    assert err == "bertline: 2 blank texts were left out, the first is standard input, line 2\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.txt", "abcd\nan apple a day\n"), ("x.jsonl", '{"text": "abcd"}\n"an apple a day"\n')],
)
def test_a_file_holds_texts_or_json_lines(
    config: pathlib.Path, tmp_path: pathlib.Path, name: str, content: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(content)
    predict(config, file=tmp_path / name)
    assert capfd.readouterr().out == "short\t0.250\tabcd\ncomp.sys.ibm.pc.hardware\t0.071\tan apple a day\n"


def test_a_dash_is_standard_input(config: pathlib.Path, stdin: Any, capfd: pytest.CaptureFixture[str]) -> None:
    stdin(b"abcd\n")
    predict(config, file=pathlib.Path("-"))
    assert capfd.readouterr().out == "short\t0.250\tabcd\n"


@pytest.mark.parametrize(
    ("texts", "content", "message"),
    [
        ([], b"", "there is no text to answer: standard input is empty"),
        ([], b"\n \n", "there is no text to answer: 2 blank texts were left out, the first is standard input, line 1"),
        ([" "], b"", "there is no text to answer: 1 blank text was left out: text 1"),
        ([], b"a\ncaf\xe9 au lait\n", "standard input, line 2: this is not UTF-8: byte 0xe9 after 'caf'; convert"),
        (["a", "caf\udce9"], b"", r"text 2: character 4 is no Unicode character: 'caf\\udce9'"),
    ],
)
def test_what_cannot_be_answered_is_told_before_the_model_is_loaded(
    config: pathlib.Path,
    stdin: Any,
    texts: list[str],
    content: bytes,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "serving.local_model", None)
    stdin(content)
    with pytest.raises(UserError, match=message):
        predict(config, texts)


def test_a_file_has_to_be_there_and_alone(config: pathlib.Path, tmp_path: pathlib.Path) -> None:
    with pytest.raises(UserError, match="/missing cannot be read: No such file or directory"):
        predict(config, file=tmp_path / "missing")
    with pytest.raises(UserError, match=r"texts come from the command line or from .*, not from both"):
        predict(config, ["a"], file=tmp_path / "missing")


@dataclasses.dataclass
class _Pipes:
    """The other ends of standard input and output."""

    stdin: int
    stdout: int

    def answer(self) -> bytes:
        assert select.select([self.stdout], [], [], 60)[0], "no answer came"
        return os.read(self.stdout, 4096)


@contextlib.contextmanager
def _piped(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Pipes]:
    (stdin, write_end), (read_end, stdout), before = os.pipe(), os.pipe(), os.dup(1)
    monkeypatch.setattr(sys, "stdin", os.fdopen(stdin))
    os.dup2(stdout, 1)
    os.close(stdout)
    try:
        yield _Pipes(write_end, read_end)
    finally:
        os.dup2(before, 1)
        os.close(before)


def test_a_line_is_answered_before_the_next_is_written(config: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = []

    def talk(pipes: _Pipes) -> None:
        for line in (b"abcd\n", b"abcde\n"):
            os.write(pipes.stdin, line)
            answers.append(pipes.answer())
        os.close(pipes.stdin)

    with _piped(monkeypatch) as pipes:
        thread = threading.Thread(target=talk, args=[pipes])
        thread.start()
        predict(config)
    thread.join()
    assert answers == [b"short\t0.250\tabcd\n", b"short\t0.200\tabcde\n"]


def test_a_reader_who_has_seen_enough_is_no_failure(config: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _piped(monkeypatch) as pipes:
        os.write(pipes.stdin, b"abcd\n")
        os.close(pipes.stdin)
        os.close(pipes.stdout)
        predict(config)
