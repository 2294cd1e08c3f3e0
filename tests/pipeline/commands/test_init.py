import os
import pathlib
import subprocess
import sys
import time

import pytest

HEAVY = ("tensorflow", "keras", "apache_beam", "tfx", "numpy", "pyarrow")
PROGRAM = "import sys; from pipeline.cli import main; sys.exit(main())"


def _bertline(folder: pathlib.Path, *arguments: str, columns: int = 80) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
        cwd=folder,
        env={**os.environ, "COLUMNS": str(columns)},
    )


@pytest.fixture
def reviews(tmp_path: pathlib.Path) -> pathlib.Path:
    """Reviews that are good or bad by one word of a tiny vocabulary."""
    lines = ["sentiment,review,channel"]
    for row in range(200):
        sentiment, words = [("good", ("good", "great", "fine")), ("bad", ("bad", "awful", "poor"))][row % 2]
        text = f"the food was {words[row % 3]} {'very ' * (row % 7)}a {row}"
        lines.append(f"{sentiment},{text},{['mail', 'chat'][row // 9 % 2]}")
    path = tmp_path / "reviews.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_config_is_written_and_explained(reviews: pathlib.Path) -> None:
    done = _bertline(reviews.parent, "init", "reviews.csv")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "  label      column sentiment (" in done.stdout
    assert done.stdout.endswith("bertline: reviews.yaml is written; read it, then type\n  bertline run reviews.yaml\n")
    assert max(map(len, done.stdout.splitlines())) <= 80
    text = (reviews.parent / "reviews.yaml").read_text()
    assert "  path: reviews.csv\n" in text
    assert "  columns: {text: review, label: sentiment}\n" in text
    assert sorted(path.name for path in reviews.parent.iterdir()) == ["reviews.csv", "reviews.yaml"]


def test_a_file_that_is_there_is_overwritten_on_demand_only(reviews: pathlib.Path) -> None:
    mine = reviews.parent / "mine.yaml"
    mine.write_text("precious")
    done = _bertline(reviews.parent, "init", "reviews.csv", "-o", "mine.yaml")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("bertline: mine.yaml is there already; overwrite it with --force")
    assert mine.read_text() == "precious"
    assert _bertline(reviews.parent, "init", "reviews.csv", "-o", "mine.yaml", "--force").returncode == 0
    assert "name: reviews" in mine.read_text()


def test_paths_are_relative_to_a_config_elsewhere(reviews: pathlib.Path) -> None:
    (reviews.parent / "configs").mkdir()
    done = _bertline(reviews.parent, "init", "reviews.csv", "-o", "configs/new one.yaml")
    assert done.returncode == 0, done.stderr
    assert "bertline run 'configs/new one.yaml'" in done.stdout
    assert "  path: ../reviews.csv\n" in (reviews.parent / "configs/new one.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("reviews.csv", "-o", "no/folder.yaml"), "no/folder.yaml cannot be written"),
        (("reviews.csv", "-o", "."), ". is a folder"),
        (("review.csv",), "there is no file review.csv; did you mean reviews.csv?"),
        (("reviews.csv", "--label", "sentimet"), "did you mean 'sentiment'?"),
    ],
)
def test_mistakes_are_one_message(reviews: pathlib.Path, arguments: tuple[str, ...], message: str) -> None:
    done = _bertline(reviews.parent, "init", *arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("bertline: ")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_help_is_quick_and_imports_nothing_heavy(tmp_path: pathlib.Path) -> None:
    code = "import sys, pipeline.cli, pipeline.guess.guess_config, pipeline.guess.write_config; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded).isdisjoint(HEAVY)
    started = time.monotonic()
    assert "--label" in _bertline(tmp_path, "init", "--help").stdout
    assert time.monotonic() - started < 5


def test_the_config_runs(reviews: pathlib.Path, tiny_preset: str) -> None:
    done = _bertline(reviews.parent, "init", "reviews.csv", "--preset", tiny_preset)
    assert done.returncode == 0, done.stderr
    # Random weights learn with larger steps than pretrained ones.
    config = reviews.parent / "reviews.yaml"
    config.write_text(config.read_text().replace("learning_rate: 5.0e-5", "learning_rate: 0.01"))
    done = _bertline(reviews.parent, "run", "reviews.yaml")
    assert done.returncode == 0, done.stderr
    assert (reviews.parent / "serving/reviews/1/saved_model.pb").is_file()
