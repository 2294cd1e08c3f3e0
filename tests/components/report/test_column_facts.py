"""What TFDV's statistics say of columns, labels and numbers."""

import pytest
import tensorflow_data_validation as tfdv

from components.report.column_facts import Statistics, column_facts, label_rows, number_histograms


@pytest.fixture(scope="module")
def statistics() -> Statistics:
    import pandas as pd

    rows = {
        "train": pd.DataFrame({"label": ["a"] * 7 + ["b"] * 3, "score": [float(n) for n in range(10)]}),
        "eval": pd.DataFrame({"label": ["a", "a", None], "score": [1.0, 2.0, 6.0]}),
    }
    return {split: tfdv.generate_statistics_from_dataframe(frame).datasets[0] for split, frame in rows.items()}


def test_columns(statistics: Statistics) -> None:
    found = {(each.split, each.column): each for each in column_facts(statistics)}
    assert (found["eval", "label"].rows, found["eval", "label"].missing, found["eval", "label"].distinct) == (2, 1, 1)
    assert found["train", "label"].distinct == 2
    assert found["eval", "score"].mean == pytest.approx(3.0)


def test_labels_of_all_splits(statistics: Statistics) -> None:
    rows = label_rows({"a": 7, "b": 3}, statistics, "label")
    assert [(each.label, each.rows) for each in rows] == [
        ("a", {"train": 7, "eval": 2}),
        ("b", {"train": 3, "eval": 0}),
    ]
    assert label_rows({"PER": 5}, statistics, None)[0].rows == {"train": 5}


def test_numbers(statistics: Statistics) -> None:
    train, evaluated = number_histograms(statistics, ["score"])
    assert (train.edges[0], train.edges[-1]) == (0.0, 9.0)
    assert sum(train.counts) == pytest.approx(10)
    assert evaluated.quantiles == pytest.approx({"lowest": 1.0, "half": 2.0, "highest": 6.0, "mean": 3.0})
    assert number_histograms(statistics, []) == ()
