import csv
import json
import pathlib
import random

import pytest

from pipeline.guess.named_columns import NamedColumns
from pipeline.inspection.inspect_data import Effort, inspect_data
from pipeline.inspection.inspection import Inspection, SuspectFacts
from pipeline.inspection.reading.target import choose_target

_TICKETS = pathlib.Path(__file__).resolve().parents[3] / "examples" / "data" / "tickets.csv"
_SHARE = 0.05


@pytest.fixture(scope="module")
def flipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Inspection, dict[str, str]]:
    """An inspection of the tickets with some labels changed on purpose, and these rows' true labels by their texts."""
    with _TICKETS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    chooser = random.Random(0)
    names = sorted({row["topic"] for row in rows})
    truth = {}
    for row in chooser.sample(rows, round(_SHARE * len(rows))):
        truth[row["message"]] = row["topic"]
        row["topic"] = chooser.choice([name for name in names if name != row["topic"]])
    path = tmp_path_factory.mktemp("data") / "tickets.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return inspect_data(choose_target([path], NamedColumns(), None), Effort()), truth


def _suspects(found: Inspection) -> SuspectFacts:
    assert found.suspects is not None
    return found.suspects


def test_labels_changed_on_purpose_are_found(flipped: tuple[Inspection, dict[str, str]]) -> None:
    found, truth = flipped
    suspects = _suspects(found)
    assert suspects.checked == 1109
    wrong = [each for each in suspects.suspects if each.row.text in truth]
    precision, recall = len(wrong) / suspects.num_suspects, len(wrong) / len(truth)
    # Measured with ten seeds: docs/data_quality.md.
    assert precision >= 0.6
    assert recall >= 0.7
    right = [each for each in wrong if each.suggested == truth[each.row.text or ""]]
    assert len(right) >= 0.8 * len(wrong)


def test_the_likeliest_come_first(flipped: tuple[Inspection, dict[str, str]]) -> None:
    found, truth = flipped
    first = _suspects(found).suspects[:20]
    assert sum(each.row.text in truth for each in first) >= 17


def test_labels_that_texts_do_not_tell_are_not_doubted(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "parcels.csv"
    chooser = random.Random(2)
    rows = [f"parcel {row} has not arrived today,{chooser.choice(['north', 'south'])}" for row in range(80)]
    path.write_text("\n".join(["text,label", *rows]) + "\n")
    found = inspect_data(choose_target([path], NamedColumns(), None), Effort())
    assert not _suspects(found).is_telling
    remark = next(remark for remark in found.remarks if remark.subject == "suspects")
    assert remark.sentence.startswith("wrong labels cannot be told: ")
    assert not remark.needs_a_look


def test_a_sample_is_told(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_bytes(_TICKETS.read_bytes())
    found = inspect_data(choose_target([path], NamedColumns(), None), Effort(max_label_rows=150))
    suspects = _suspects(found)
    assert (suspects.checked, suspects.of, suspects.is_sample) == (150, 1109, True)
    remark = next(remark for remark in found.remarks if remark.subject == "suspects")
    assert "of 150 labels (of 1,109; --max-label-rows checks more)" in remark.sentence
