"""What becomes of labels that the model in service does not have, and of those that vanished."""

import pathlib
from collections.abc import Callable
from typing import Any

import pytest

from components.current_model.served_model import ServedModel
from components.text_example_gen.component import KnownLabels
from components.text_example_gen.config import DataConfig
from components.text_example_gen.label_rule import LabelChanges, LabelRule
from components.text_example_gen.label_vocabulary import LabelCount
from models.export.description import ModelDescription
from models.tasks.interface.chosen_task import ChosenTask
from models.user_error import UserError
from serving.config import ServingConfig

Ingest = Callable[..., Any]

IN_SERVICE = frozenset({"a", "b"})
SOURCE = "version 3 in service"
SCHEMA = """
feature { name: "label" type: BYTES domain: "label" }
string_domain { name: "label" value: "a" value: "d" }
"""


def _rule(changes: LabelChanges, in_service: frozenset[str] = IN_SERVICE, approved: str = "") -> LabelRule:
    return LabelRule(changes, in_service, frozenset(approved), SOURCE)


@pytest.mark.parametrize(
    ("rule", "ignored", "kept"),
    [
        (LabelRule(), "", ""),
        (_rule("error"), "", ""),
        (_rule("extend"), "", "ab"),
        (_rule("ignore"), "cd", "ab"),
        (_rule("ignore", approved="d"), "c", "ab"),
        (_rule("ignore", frozenset(), "ab"), "cd", ""),
        (_rule("ignore", frozenset()), "", ""),
    ],
)
def test_which_labels_are_ignored_and_kept(rule: LabelRule, ignored: str, kept: str) -> None:
    assert {label for label in "abcd" if rule.ignores(label)} == set(ignored)
    assert rule.kept() == set(kept)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({"a": 5, "b": 1}, None),
        ({"a": 5, "b": 1, "c": 1200}, "; new: 'c' (1,200 rows). Mend"),
        ({"a": 5}, "; gone: 'b'. Mend"),
        ({"b": 5, "d": 2, "c": 1}, "; new: 'c' (1 rows), 'd' (2 rows); gone: 'a'. Mend"),
    ],
)
def test_an_error_names_labels_and_counts(rows: dict[str, int], expected: str | None) -> None:
    fault = _rule("error").fault(rows)
    assert (fault is None) == (expected is None)
    assert (expected or "") in (fault or "")
    for other in (_rule("follow"), _rule("extend"), _rule("ignore")):
        assert other.fault(rows) is None


def test_what_was_approved_is_not_new_and_may_be_missing() -> None:
    assert _rule("error", approved="de").fault({"a": 1, "b": 1, "d": 1}) is None


def test_many_labels_are_counted() -> None:
    fault = _rule("error").fault({"a": 1, "b": 1, **{f"new {number}": 1 for number in range(12)}})
    assert "and 2 more. Mend" in str(fault)


@pytest.fixture
def known(tmp_path: pathlib.Path) -> Callable[..., KnownLabels]:
    """Puts a model with the labels `a` and `b` into service as version 3."""

    def make(task: str = "text_classification", schema: str = "") -> KnownLabels:
        folder = tmp_path / "serving" / "tickets" / "3"
        folder.mkdir(parents=True)
        (folder / "saved_model.pb").touch()
        ModelDescription(ChosenTask(task), ("a", "b"), "preset", 16).write(str(folder))
        return KnownLabels(ServedModel(ServingConfig(directory=str(tmp_path / "serving")), "tickets"), schema)

    return make


def _data(folder: pathlib.Path, changes: LabelChanges, **fields: Any) -> DataConfig:
    """Of 20 train rows 4 are of the new label `c`, none of `b`; of 5 eval rows one is of each, and one of `z`."""
    rows = {"train": ["a"] * 10 + ["d"] * 6 + ["c"] * 4, "eval": ["a", "b", "c", "d"]}
    for split, labels in rows.items():
        lines = [f"{split} {number},{label}" for number, label in enumerate(labels)]
        (folder / f"{split}.csv").write_text("\n".join(["text,label", *lines]) + "\n")
    return DataConfig(train=f"{folder}/train.csv", eval=f"{folder}/eval.csv", label_changes=changes, **fields)


def test_extended_labels(tmp_path: pathlib.Path, ingest: Ingest, known: Callable[..., KnownLabels]) -> None:
    result = ingest(_data(tmp_path, "extend"), known=known())
    assert result.labels == (LabelCount("a", 10), LabelCount("b", 0), LabelCount("c", 4), LabelCount("d", 6))
    # `b` stays a class, so that rows of it can be judged.
    assert [row["label"] for row in result.rows("eval")] == ["a", "b", "c", "d"]
    assert result.rejects() == []
    assert result.summary.kept_labels == ("b",)


def test_ignored_labels_are_counted_and_do_not_stop_the_run(
    tmp_path: pathlib.Path, ingest: Ingest, known: Callable[..., KnownLabels]
) -> None:
    result = ingest(_data(tmp_path, "ignore", max_rejected_fraction=0), known=known(schema=SCHEMA))
    assert result.labels == (LabelCount("a", 10), LabelCount("b", 0), LabelCount("d", 6))
    assert {row["label"] for row in result.rows("train")} == {"a", "d"}
    assert [row["label"] for row in result.rows("eval")] == ["a", "b", "d"]
    reasons = {reject["reason"] for reject in result.rejects()}
    assert reasons == {"new label: 'c' is not among the labels of version 3 in service and the curated schema"}
    assert result.summary.new_labels == {"c": 5}
    assert (result.summary.rejected, result.summary.num_ignored) == (5, 5)


def test_other_rejects_still_stop_a_run_that_ignores_labels(
    tmp_path: pathlib.Path, ingest: Ingest, known: Callable[..., KnownLabels]
) -> None:
    data = _data(tmp_path, "ignore", max_rejected_fraction=0)
    with (tmp_path / "train.csv").open("a") as file:
        file.write("no label,\n")
    with pytest.raises(UserError, match=r"1 of 25 rows \(4\.00%\) were rejected, more than"):
        ingest(data, known=known(schema=SCHEMA))


def test_an_error_stops_the_run(tmp_path: pathlib.Path, ingest: Ingest, known: Callable[..., KnownLabels]) -> None:
    with pytest.raises(UserError, match=r"new: 'c' \(4 rows\), 'd' \(6 rows\); gone: 'b'") as caught:
        ingest(_data(tmp_path, "error", max_rejected_fraction=1), known=known())
    assert "not those of version 3 in service" in str(caught.value)


@pytest.mark.parametrize("changes", ["error", "extend", "ignore"])
def test_without_a_model_of_the_task_in_service_labels_are_those_of_train(
    tmp_path: pathlib.Path, ingest: Ingest, known: Callable[..., KnownLabels], changes: LabelChanges
) -> None:
    # A multi-label model's `a` may be another's `a`, and a first run has none.
    of_another_task = known(task="multi_label_classification")
    none = KnownLabels(ServedModel(ServingConfig(directory=str(tmp_path / "none")), "tickets"), "")
    for number, each in enumerate((of_another_task, none)):
        result = ingest(_data(tmp_path, changes, max_rejected_fraction=0.1), known=each, name=str(number))
        assert [count.label for count in result.labels] == ["a", "c", "d"]
        assert [reject["reason"].partition(":")[0] for reject in result.rejects()] == ["unknown label"]


def test_by_default_nobody_asks_what_is_in_service(tmp_path: pathlib.Path, ingest: Ingest) -> None:
    result = ingest(_data(tmp_path, "follow", max_rejected_fraction=0.1))
    assert [count.label for count in result.labels] == ["a", "c", "d"]


def test_labels_of_a_model_on_an_object_store(tmp_path: pathlib.Path, ingest: Ingest, object_store: str) -> None:
    from serving.open_versions import open_versions
    from serving.version_record import VersionOrigin

    source = tmp_path / "model"
    source.mkdir()
    (source / "saved_model.pb").write_bytes(b"x")
    ModelDescription(ChosenTask("text_classification"), ("a", "b"), "preset", 16).write(str(source))
    serving = ServingConfig(directory=f"{object_store}/labels")
    open_versions(serving, "tickets").promote(source, VersionOrigin("me", "", "", "", {}), 5)
    result = ingest(_data(tmp_path, "extend"), known=KnownLabels(ServedModel(serving, "tickets"), ""))
    assert [count.label for count in result.labels] == ["a", "b", "c", "d"]
