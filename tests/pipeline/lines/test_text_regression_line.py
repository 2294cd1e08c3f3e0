"""Text regression through the whole line: pairs of texts, and scores far from 0."""

import json
import pathlib
import random
from typing import Any

import pytest
import yaml

from components.text_example_gen.example_bytes import example_bytes

_WORDS = ["the", "a", "was", "is", "very"]
_PRICES = {"good": 1_050.0, "fine": 1_030.0, "poor": 1_020.0, "bad": 1_000.0}


@pytest.fixture(scope="module")
def config(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("prices")
    numbers = random.Random(1)
    lines = ["offer\tabout\tprice"]
    for _ in range(300):
        word, price = numbers.choice(list(_PRICES.items()))
        about = numbers.choice(["food", "film"])
        lines.append(f"{' '.join(numbers.choices(_WORDS, k=5))} {word}\t{about}\t{price + 5 * (about == 'film')}")
    lines.append("a very good film\tfilm\tdear")
    (folder / "rows.tsv").write_text("\n".join(lines) + "\n")
    values = {
        "name": "prices",
        "task": "text_regression",
        "data": {"path": "rows.tsv", "columns": {"text": "offer", "text_pair": "about", "score": "price"}},
        "model": {"preset": tiny_preset, "sequence_length": 16},
        "training": {"epochs": 6, "batch_size": 16, "learning_rate": 0.01, "precision": "float32"},
        "evaluation": {
            "thresholds": [
                # So tiny a BERT learns little: the deviation of the prices is 18.
                {"metric": "mae", "at_most": 25},
                {"metric": "spearman", "at_least": 0.1},
                {"metric": "mse", "at_most_below_current": 1},
            ]
        },
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(values))
    return folder / "config.yaml"


@pytest.fixture(scope="module")
def first_run(config: pathlib.Path, bertline: Any) -> Any:
    return bertline("run", str(config))


def test_its_model_is_promoted(first_run: Any, config: pathlib.Path) -> None:
    assert first_run.returncode == 0, first_run.stdout + first_run.stderr
    assert (config.parent / "serving/prices/1/saved_model.pb").is_file()


def test_the_row_that_cannot_be_used_is_named(first_run: Any, config: pathlib.Path) -> None:
    (rejects,) = config.parent.glob("runs/prices/artifacts/TextExampleGen/rejects/*/rejects.jsonl")
    (row,) = map(json.loads, rejects.read_text().splitlines())
    assert row["reason"] == "score is not a number: 'dear'"


def test_answers_are_in_the_units_of_the_file(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    pairs = [json.dumps({"text": f"a very {word}", "text_pair": "food"}) for word in _PRICES]
    done = bertline("predict", str(config), "--json", *pairs)
    answers = [json.loads(line)["score"] for line in done.stdout.splitlines()]
    assert answers == pytest.approx([1025] * len(_PRICES), abs=40)
    (line,) = bertline("predict", str(config), pairs[0]).stdout.splitlines()
    assert line == f"{answers[0]:.6g}\ta very good\tfood"


def test_regress_has_the_form_that_tensorflow_serving_wants(first_run: Any, config: pathlib.Path) -> None:
    import tensorflow as tf
    import tensorflow_text  # noqa: F401  (registers the ops of the tokeniser)

    model = tf.saved_model.load(str(config.parent / "serving/prices/1"))
    regress = model.signatures["regress"]
    assert list(regress.structured_input_signature[1]) == ["inputs"]
    serialized = [example_bytes({"text": word.encode(), "text_pair": b"film"}) for word in _PRICES]
    (name, outputs), *others = regress(inputs=tf.constant(serialized)).items()
    assert (name, outputs.dtype, outputs.shape, others) == ("outputs", tf.float32, (len(_PRICES),), [])
    texts = {"text": tf.constant(list(_PRICES)), "text_pair": tf.fill([len(_PRICES)], "film")}
    assert outputs.numpy().tolist() == model.signatures["serving_default"](**texts)["score"].numpy().tolist()


def test_its_page_draws_true_and_answered_numbers(first_run: Any, config: pathlib.Path, page_of: Any) -> None:
    page = page_of(config.parent / "runs/prices")
    report = json.loads(page.path.with_name("report.json").read_text())
    metrics = report["metrics"]["overall"]["values"]
    pairs = report["rows"]["pairs"]
    # Equal rows are one point.
    assert 0.9 * metrics["example_count"]["value"] <= len(pairs) <= metrics["example_count"]["value"]
    mae = sum(abs(true - answered) for true, answered in pairs) / len(pairs)
    assert mae == pytest.approx(metrics["mae"]["value"], rel=0.1)
    errors = [cell.numbers[0] for cell in page.column("worst", "error")]
    assert errors == sorted(errors, reverse=True)
    assert max(errors) == pytest.approx(max(abs(true - answered) for true, answered in pairs), abs=1e-4)
    assert {each["split"] for each in report["data"]["numbers"]} >= {"train", "eval"}


def test_an_unchanged_run_does_nothing(first_run: Any, config: pathlib.Path, bertline: Any) -> None:
    assert bertline("run", str(config)).stdout.startswith("bertline: nothing to do")


def test_a_score_that_never_changes_is_told(config: pathlib.Path, tmp_path: pathlib.Path, bertline: Any) -> None:
    rows = "".join(f"the food {word}\tfood\t3\n" for word in ("is bad", "is good", "was bad", "was good")) * 4
    for split in ("train", "eval"):
        (tmp_path / f"{split}.tsv").write_text(f"offer\tabout\tprice\n{rows.replace('the', split)}")
    values = yaml.safe_load(config.read_text())
    values["data"] = {**values["data"], "path": None, "train": "train.tsv", "eval": "eval.tsv"}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(values))
    done = bertline("run", str(tmp_path / "config.yaml"))
    assert done.returncode == 1
    assert "every row of the split train has the score 3" in done.stderr
    assert "Traceback" not in done.stderr
