"""Evaluator end to end: real SavedModels, real TFRecords, real TFMA."""

import math
import os

import numpy as np
import pytest
import sklearn.metrics
import tensorflow as tf
from tensorflow_model_analysis.api import model_eval_lib

from components.evaluator.jackknife.interval import LeftOut, confidence_interval
from components.evaluator.jackknife.row_group import group_of_row
from components.text_example_gen.example_bytes import example_bytes
from models.user_error import UserError

# The label is the first letter, but for every fifth row: a model that reads the letter is right in 4 of 5.
ROWS = [
    {
        "text": "abc"[index % 3] + " word" * (1 + index % 40),
        "label": "abc"[(index + (index % 5 == 0)) % 3],
        "channel": "email" if index % 4 else "chat",
    }
    for index in range(120)
]


def test_metrics_equal_the_models_own_predictions(build_model, evaluate):
    model = build_model("candidate", reads=60)
    evaluated = evaluate(ROWS, model, slices=["text_length", "channel"])
    for found in evaluated.verdict.metrics:
        rows = [row for row in ROWS if found.slice.get("channel", row["channel"]) == row["channel"]]
        if "text_length" in found.slice:
            lower, _, upper = found.slice["text_length"].partition("-")
            rows = [row for row in rows if int(lower) <= len(row["text"]) <= int(upper)]
        actual, predicted, scores = _predictions(model, rows)
        expected = {
            "accuracy": np.mean(actual == predicted),
            "macro_f1": sklearn.metrics.f1_score(actual, predicted, average="macro"),
            "mcc": sklearn.metrics.matthews_corrcoef(actual, predicted),
            "auc": _auc(actual, scores),
            "ece": _calibration_error(actual, predicted, scores),
            "cross_entropy": -np.mean(np.log(scores[np.arange(len(rows)), actual])),
            "example_count": len(rows),
        }
        assert found.candidate == pytest.approx(expected, abs=1e-6), found.slice


def _auc(actual, scores):
    areas = [
        sklearn.metrics.roc_auc_score(actual == label, scores[:, label])
        for label in range(scores.shape[1])
        if 0 < np.sum(actual == label) < len(actual)
    ]
    return np.mean(areas) if areas else None


def _calibration_error(actual, predicted, scores):
    # All confidences are equal: they are in one bin.
    return abs(np.mean(actual == predicted) - np.mean(scores.max(axis=1)))


def test_intervals_are_those_of_the_metrics_without_each_group_of_rows(build_model, evaluate):
    candidate, current = build_model("candidate", reads=60), build_model("current", reads=100)
    evaluated = evaluate(ROWS, candidate, current, slices=["channel"], confidence=0.9)
    groups = np.array([group_of_row(example_bytes({k: v.encode() for k, v in row.items()})) for row in ROWS])
    for found in evaluated.verdict.metrics:
        mask = np.array([found.slice.get("channel", row["channel"]) == row["channel"] for row in ROWS])
        rows = [row for row, is_in in zip(ROWS, mask, strict=True) if is_in]
        f1 = {}
        for model in (candidate, current):
            actual, predicted, _ = _predictions(model, rows)
            f1[model] = [
                sklearn.metrics.f1_score(actual[keep], predicted[keep], average="macro")
                for keep in [np.ones(len(rows), bool), *(groups[mask] != group for group in np.unique(groups[mask]))]
            ]
        sizes = tuple(np.unique(groups[mask], return_counts=True)[1])
        difference = np.subtract(f1[candidate], f1[current])
        for values, intervals in [
            (f1[candidate], found.candidate_intervals),
            (f1[current], found.baseline_intervals),
            (difference, found.change_intervals),
        ]:
            expected = confidence_interval(values[0], LeftOut(sizes, tuple(values[1:])), 0.9)
            assert intervals["macro_f1"] == pytest.approx(expected), found.slice
            assert set(intervals) == {"accuracy", "macro_f1", "mcc", "auc", "ece", "cross_entropy"}


def test_a_slice_of_one_row_has_no_interval(build_model, evaluate):
    rows = [*ROWS, {"text": "a word", "label": "a", "channel": "letter"}]
    evaluated = evaluate(rows, build_model("candidate"), slices=["channel"])
    (letter,) = [found for found in evaluated.verdict.metrics if found.slice == {"channel": "letter"}]
    assert letter.candidate["accuracy"] == 1
    assert letter.candidate_intervals == {}


def test_without_confidence_there_are_no_intervals_and_the_metrics_are_the_same(build_model, evaluate):
    model = build_model("candidate", reads=60)
    without = evaluate(ROWS, model, confidence=None).verdict.metrics
    assert all(found.candidate_intervals == {} for found in without)
    assert [found.candidate for found in without] == [
        pytest.approx(found.candidate) for found in evaluate(ROWS, model).verdict.metrics
    ]


def test_every_row_is_in_one_slice_of_each_kind(build_model, evaluate):
    rows = [dict(row) for row in ROWS]
    for row in rows[:30]:
        del row["channel"]
    evaluated = evaluate(rows, build_model("candidate"), slices=["text_length", "channel"])
    counts = {tuple(found.slice.items()): found.candidate["example_count"] for found in evaluated.verdict.metrics}
    for name in ("text_length", "channel"):
        assert sum(count for key, count in counts.items() if key and key[0][0] == name) == len(rows)
    assert counts[(("channel", "(missing)"),)] == 30


def test_rows_are_sliced_by_script_and_by_what_the_model_cannot_read(build_model, evaluate):
    rows = [
        {"text": "a film", "label": "a"},
        {"text": "b фильм о людях", "label": "b"},
        {"text": "c 很好看的电影", "label": "c"},
        {"text": "a \U0001fae0 \U0001fae1", "label": "a"},
    ] * 5
    evaluated = evaluate(rows, build_model("candidate"), slices=["script", "unknown_pieces"])
    counts = {tuple(found.slice.items()): found.candidate["example_count"] for found in evaluated.verdict.metrics}
    scripts = {key[0][1]: count for key, count in counts.items() if key and key[0][0] == "script"}
    assert scripts == {"Latin": 10, "Cyrillic": 5, "Chinese": 5}
    unknown = [count for key, count in counts.items() if key and key[0][0] == "unknown_pieces"]
    assert sum(unknown) == len(rows)
    # The emoji, and Chinese characters that an English vocabulary does not have.
    assert unknown == [10, 10]


def test_slices_are_in_natural_order(build_model, evaluate):
    evaluated = evaluate(ROWS, build_model("candidate"), slices=["text_length", "channel"])
    assert [found.slice for found in evaluated.verdict.metrics] == [
        {},
        {"channel": "chat"},
        {"channel": "email"},
        {"text_length": "0-50"},
        {"text_length": "51-100"},
        {"text_length": "101-200"},
        {"text_length": "201-400"},
    ]


def test_without_a_model_in_service_absolute_thresholds_alone_decide(build_model, evaluate):
    thresholds = [{"metric": "accuracy", "at_least": 0.8}, {"metric": "accuracy", "at_most_below_current": 0.01}]
    evaluated = evaluate(ROWS, build_model("candidate"), thresholds=thresholds)
    assert evaluated.verdict.blessed
    assert [check.passed for check in evaluated.verdict.thresholds] == [True, None]
    assert "no model is in service yet" in evaluated.verdict.reason
    assert os.listdir(evaluated.blessing.uri) == ["BLESSED"]
    assert evaluated.blessing.get_int_custom_property("blessed") == 1


def test_worse_than_the_model_in_service_is_not_blessed(build_model, evaluate):
    current = build_model("current")
    thresholds = [{"metric": "accuracy", "at_most_below_current": 0.01}]
    evaluated = evaluate(ROWS, build_model("candidate", reads=100), current, thresholds=thresholds)
    (check,) = evaluated.verdict.thresholds
    assert not evaluated.verdict.blessed
    assert check.passed is False
    assert check.baseline_value == pytest.approx(0.8)
    assert check.value == pytest.approx(np.mean(np.equal(*_predictions(build_model("again", reads=100), ROWS)[:2])))
    assert os.listdir(evaluated.blessing.uri) == ["NOT_BLESSED"]
    assert evaluated.blessing.get_int_custom_property("blessed") == 0
    assert evaluated.blessing.get_string_custom_property("baseline_model") == str(current)


def test_better_than_the_model_in_service_is_blessed(build_model, evaluate):
    thresholds = [{"metric": "accuracy", "at_least_above_current": 0.1}]
    current = build_model("current", reads=100)
    evaluated = evaluate(ROWS, build_model("candidate"), current, thresholds=thresholds)
    assert evaluated.verdict.blessed
    assert evaluated.verdict.metrics[0].baseline["accuracy"] < evaluated.verdict.metrics[0].candidate["accuracy"]


def test_lower_cross_entropy_is_better(build_model, evaluate):
    thresholds = [{"metric": "cross_entropy", "at_least_above_current": 0.1}]
    evaluated = evaluate(ROWS, build_model("candidate"), build_model("current", confidence=0.5), thresholds=thresholds)
    (check,) = evaluated.verdict.thresholds
    assert check.value < check.baseline_value - 0.1
    assert evaluated.verdict.blessed


def test_failing_one_slice_is_enough(build_model, evaluate):
    thresholds = [
        {"metric": "accuracy", "at_least": 0.6},
        {"metric": "accuracy", "at_least": 0.6, "slice": {"text_length": "101-200"}},
    ]
    evaluated = evaluate(ROWS, build_model("candidate", reads=150), thresholds=thresholds)
    assert not evaluated.verdict.blessed
    assert [check.passed for check in evaluated.verdict.thresholds] == [True, False]
    assert "text_length=101-200" in evaluated.verdict.reason


def test_thresholds_on_crossed_slices(build_model, evaluate):
    crossed = {"text_length": "0-50", "channel": "chat"}
    thresholds = [{"metric": "example_count", "at_least": 1, "slice": crossed}]
    evaluated = evaluate(ROWS, build_model("candidate"), slices=["text_length", "channel"], thresholds=thresholds)
    expected = sum(len(row["text"]) <= 50 and row["channel"] == "chat" for row in ROWS)
    assert evaluated.verdict.thresholds[0].value == expected


def test_an_incomparable_model_in_service_is_explained(build_model, evaluate):
    thresholds = [{"metric": "accuracy", "at_least": 0.9}, {"metric": "accuracy", "at_most_below_current": 0.01}]
    current = build_model("current", labels=("a", "b", "c", "d"))
    evaluated = evaluate(ROWS, build_model("candidate"), current, thresholds=thresholds)
    explanation = "it knows the label d, which the candidate does not"
    assert [check.passed for check in evaluated.verdict.thresholds] == [False, None]
    assert evaluated.verdict.baseline.incomparable == explanation
    assert explanation in evaluated.verdict.thresholds[1].explanation
    assert evaluated.verdict.metrics[0].baseline is None


def test_labels_in_another_order_are_comparable(build_model, evaluate):
    current = build_model("current", labels=("c", "a", "b"))
    evaluated = evaluate(ROWS, build_model("candidate"), current)
    overall = evaluated.verdict.metrics[0]
    assert overall.baseline["accuracy"] == overall.candidate["accuracy"] == pytest.approx(0.8)


def test_rows_with_a_label_that_only_the_candidate_knows_are_wrong_answers_of_the_other(build_model, evaluate):
    current = build_model("current", labels=("a", "b"))
    thresholds = [{"metric": "accuracy", "at_most_below_current": 0.0}]
    evaluated = evaluate(ROWS, build_model("candidate"), current, thresholds=thresholds)
    overall = evaluated.verdict.metrics[0]
    # To a text of `c` it gives both scores alike, and TFMA takes the first.
    right = [row["label"] == {"a": "a", "b": "b", "c": "a"}[row["text"][0]] for row in ROWS]
    assert overall.baseline["accuracy"] == pytest.approx(np.mean(right))
    assert overall.candidate["accuracy"] == pytest.approx(0.8)
    low, high = overall.change_intervals["accuracy"]
    assert low < 0.8 - np.mean(right) < high
    assert all(value is not None for value in overall.baseline.values())
    assert evaluated.verdict.thresholds[0].passed


def test_the_model_in_service_itself_has_nothing_to_prove(build_model, evaluate):
    model = build_model("candidate")
    thresholds = [{"metric": "accuracy", "at_least": 0.99}]
    evaluated = evaluate(ROWS, model, model, thresholds=thresholds)
    assert evaluated.verdict.baseline.is_candidate
    assert evaluated.verdict.blessed
    assert "in service already, as version 7" in evaluated.verdict.reason


def test_without_thresholds_the_reason_says_so(build_model, evaluate):
    evaluated = evaluate(ROWS, build_model("candidate"))
    assert evaluated.verdict.blessed
    assert "No thresholds are configured" in evaluated.verdict.reason


def test_tfma_reads_its_files(build_model, evaluate):
    evaluated = evaluate(ROWS, build_model("candidate"), build_model("current", confidence=0.7))
    for name in ("candidate", "baseline"):
        result = model_eval_lib.load_eval_result(evaluated.evaluation_uri, model_name=name)
        values = dict(result.slicing_metrics)[()]
        assert math.isclose(values[""][""]["accuracy"]["doubleValue"], 0.8, abs_tol=1e-6)


def test_a_column_that_no_row_has_is_named(build_model, evaluate):
    with pytest.raises(UserError, match=r"no row of the split 'eval' has region.*channel, label, text"):
        evaluate(ROWS, build_model("candidate"), slices=["region"])


def test_an_empty_split_is_named(build_model, evaluate):
    with pytest.raises(UserError, match="split 'eval' has no rows"):
        evaluate([], build_model("candidate"))


def test_a_split_that_is_not_there_is_named(build_model, evaluate):
    with pytest.raises(UserError, match="no split 'test'; they have eval"):
        evaluate(ROWS, build_model("candidate"), split="test")


def test_a_metric_that_the_task_has_not_is_named(build_model, evaluate):
    with pytest.raises(UserError, match="acuracy: not a metric of text_classification, which has accuracy"):
        evaluate(ROWS, build_model("candidate"), thresholds=[{"metric": "acuracy", "at_least": 0.5}])


def _predictions(model, rows):
    """True class ids, predicted class ids and scores, by the model's raw signature."""
    serialized = [
        tf.train.Example(
            features=tf.train.Features(
                feature={"text": tf.train.Feature(bytes_list=tf.train.BytesList(value=[row["text"].encode()]))}
            )
        ).SerializeToString()
        for row in rows
    ]
    answers = tf.saved_model.load(str(model)).signatures["serve_examples"](examples=tf.constant(serialized))
    labels = [label.decode() for label in answers["classes"][0].numpy()]
    actual = np.array([labels.index(row["label"]) for row in rows])
    scores = answers["scores"].numpy()
    return actual, scores.argmax(axis=-1), scores
