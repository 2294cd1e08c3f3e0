import json
import os
import pathlib
import subprocess
import sys

import pytest

_CODE = "import sys; from pipeline.cli import main; sys.exit(main())"
_ROOT = pathlib.Path(__file__).resolve().parents[3]


def _inspect(folder: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _CODE, "data", "inspect", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "COLUMNS": "80"},
    )


@pytest.fixture
def splits(tmp_path: pathlib.Path) -> pathlib.Path:
    """Files of their own for two splits, which share a text."""
    rows = [f"message {row} on {'billing my invoice' if row % 2 else 'a parcel that is late'}" for row in range(60)]
    labels = ["parcel", "bill"]
    lines = [f"{text},{labels[row % 2]}" for row, text in enumerate(rows)]
    (tmp_path / "train.csv").write_text("\n".join(["text,label", *lines]) + "\n")
    (tmp_path / "dev.csv").write_text("\n".join(["text,label", lines[7], "what else is there,parcel"]) + "\n")
    return tmp_path


def test_lines_a_page_and_strictness(splits: pathlib.Path) -> None:
    done = _inspect(splits, "train.csv", "dev.csv", "--no-labels", "--html", "page.html", "--strict")
    assert (done.returncode, done.stderr) == (1, "")
    assert "! leaks       train has the text of 1 row of eval (50.0%): of 1 the same" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("need a look; the page: page.html")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "<title>train.csv dev.csv: data</title>" in (splits / "page.html").read_text()
    assert sorted(path.name for path in splits.iterdir()) == ["dev.csv", "page.html", "train.csv"]


def test_json_is_all_that_is_printed(splits: pathlib.Path) -> None:
    done = _inspect(splits, "train.csv", "dev.csv", "--no-labels", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["rows"]["usable"] == {"train": 60, "eval": 2}
    assert found["leaks"][0]["pairs"][0]["first"]["place"] == "train.csv:9"
    assert found["not_applicable"] == {"suspects": "--no-labels"}


def test_rows_that_cannot_be_used_are_told_one_kind_each(tmp_path: pathlib.Path) -> None:
    file = _ROOT / "examples" / "data" / "tickets_malformed.csv"
    done = _inspect(tmp_path, str(file), "--text", "message", "--label", "topic", "--no-labels", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    rows = json.loads(done.stdout)["rows"]
    assert sum(rows["read"].values()) == sum(rows["usable"].values()) + sum(kind["rows"] for kind in rows["rejected"])
    assert {"invalid UTF-8", "NUL byte", "text is empty", "label is empty"} <= {k["reason"] for k in rows["rejected"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train.csv", "--html", "train.csv"], "--html train.csv: a page's name ends in .html; nothing was written"),
        (["train.csv", "--text", "message"], "--text: train.csv has no column 'message'"),
        (["train.csv", "--html", "no/page.html"], "--html no/page.html: there is no folder no; nothing was written"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(splits: pathlib.Path, arguments: list[str], message: str) -> None:
    done = _inspect(splits, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"bertline: {message}")
    assert done.stderr.count("\n") == 1
    assert (splits / "train.csv").read_text().startswith("text,label\n")
