import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
from typing import Any

import pytest

from models.tokenisation.vocabulary import Vocabulary
from models.user_error import UserError
from pipeline.commands.vocabulary import vocabulary

_CODE = "import sys; from pipeline.cli import main; sys.exit(main())"


def _bertline(folder: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    root = pathlib.Path(__file__).resolve().parents[3]
    return subprocess.run(
        [sys.executable, "-c", _CODE, "vocabulary", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(root)},
    )


@pytest.fixture
def corpus(tmp_path: pathlib.Path) -> pathlib.Path:
    """The same sentences in three formats, one row broken."""
    sentences = [f"The number {number} is a Number of numbers." for number in range(50)]
    (tmp_path / "a.txt").write_text("\n\n".join(sentences))
    rows = [json.dumps({"message": sentence}) for sentence in sentences]
    with gzip.open(tmp_path / "b.jsonl.gz", "wt") as file:
        file.write("\n".join([*rows, "{"]) + "\n")
    return tmp_path


def test_a_vocabulary_that_models_can_begin_with(corpus: pathlib.Path) -> None:
    done = _bertline(corpus, "a.txt", "--size", "100", "-o", "v.txt")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(r"v\.txt: \d+ tokens from 50 texts of 450 words, \d+% of which are a single token\n", done.stdout)
    assert "model: {preset: scratch, scratch: {vocabulary: v.txt}}" in done.stdout
    assert {"number", "."} <= set(Vocabulary.from_file(corpus / "v.txt", lowercase=True).tokens)
    again = _bertline(corpus, "a.txt", "-o", "v.txt")
    assert again.returncode == 1
    assert again.stderr == "bertline: v.txt exists already; delete it, or name another file with --output\n"


def test_any_format_and_column_with_what_is_left_out(corpus: pathlib.Path) -> None:
    done = _bertline(corpus, "b.*", "--column", "message", "--cased", "--size", "100")
    assert (done.returncode, done.stderr) == (0, "")
    assert "bertline: 1 rows were left out, the first is b.jsonl.gz:51, " in done.stdout
    assert "{vocabulary: vocab.txt, lowercase: false}" in done.stdout
    assert "Number" in Vocabulary.from_file(corpus / "vocab.txt", lowercase=False).tokens


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"files": ["none*"]}, "no file matches 'none*'"),
        ({"files": ["b.jsonl.gz"]}, "b.jsonl.gz has no column 'text'; name another with --column: 'message'"),
        ({"output": pathlib.Path("no/v.txt")}, "no/v.txt cannot be written: there is no folder"),
        ({"file_format": "doc"}, "there is no format 'doc'; --format takes auto, csv"),
        ({"files": ["c.dat"]}, "the ending of c.dat tells no format"),
        ({"files": ["d.txt"]}, "there are no words to make a vocabulary of"),
    ],
)
def test_faults(corpus: pathlib.Path, monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any], message: str) -> None:
    (corpus / "c.dat").write_text("text")
    (corpus / "d.txt").write_text("\n")
    monkeypatch.chdir(corpus)
    with pytest.raises(UserError, match=re.escape(message)) as raised:
        vocabulary(**{"files": ["a.txt"], "output": pathlib.Path("v.txt"), **arguments})
    assert "data." not in str(raised.value)
    assert not (corpus / "v.txt").exists()


def test_a_full_disk_is_one_sentence_and_leaves_no_half_file(corpus: pathlib.Path) -> None:
    root = pathlib.Path(__file__).resolve().parents[3]
    # Of a process of its own: no file of it may grow beyond 60 bytes.
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60, 60)); {_CODE}"
    done = subprocess.run(
        [sys.executable, "-c", limited, "vocabulary", "a.txt", "--size", "100"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=corpus,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.returncode == 1
    assert done.stderr == (
        "bertline: vocab.txt cannot be written: the disk takes no more of it (File too large); see whether "
        "`ulimit -f` or the file system sets a limit, and give the same command again: it goes on from there\n"
    )
    assert sorted(path.name for path in corpus.iterdir()) == ["a.txt", "b.jsonl.gz"]
