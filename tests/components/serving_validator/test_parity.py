"""The rules for answers and times."""

import math
from typing import Any

import pytest

from components.serving_validator.latency import check_latency, measure_latency
from components.serving_validator.parity import check_parity, difference
from components.serving_validator.stand_ins import stand_ins
from components.serving_validator.validation import Check, Latency, Validation, read_validation, write_validation
from models.export.expected_answers import ExpectedAnswer, read_expected_answers, write_expected_answers


@pytest.mark.parametrize(
    ("expected", "served", "fault"),
    [
        ({"label": "a", "score": 0.5}, {"label": "a", "score": 0.519}, ""),
        ({"label": "a", "score": 0.5}, {"label": "a", "score": 0.53}, "score is 0.53, not 0.5"),
        ({"score": 1000.0}, {"score": 1015.0}, ""),
        ({"label": "a"}, {"label": "b"}, "label is 'b', not 'a'"),
        ({"start": 3}, {"start": 4}, "start is 4, not 3"),
        ({"scores": [0.1, 0.9]}, {"scores": [0.1, 0.8]}, "scores[1] is 0.8, not 0.9"),
        ({"entities": [{"type": "PER"}]}, {"entities": []}, "entities has 0 values, not 1"),
        ({"entities": [{"type": "PER"}]}, {"entities": [{"type": "LOC"}]}, "entities[0].type is 'LOC', not 'PER'"),
        ({"label": "a"}, {"label": "a", "score": 1.0}, "the answer has label, score, not label"),
        ({"score": math.nan}, {"score": 0.3}, ""),
        ({"score": 0.5}, {"score": 1}, "score is 1, not 0.5"),
        ({"score": 1.0}, {"score": 1}, ""),
    ],
)
def test_the_first_difference_in_words(expected: Any, served: Any, fault: str) -> None:
    assert difference(expected, served) == fault


@pytest.mark.parametrize(("num_wrong", "passed"), [(0, True), (2, True), (3, False)])
def test_rounding_may_decide_two_of_a_hundred_rows(num_wrong: int, passed: bool) -> None:
    rows = [ExpectedAnswer({"text": f"text {number}"}, {"label": "a"}) for number in range(100)]
    served = [{"label": "b" if number < num_wrong else "a"} for number in range(100)]
    check = check_parity(rows, served, "gRPC")
    assert check.passed is passed
    if not passed:
        assert check.explanation == (
            "gRPC answers 3 of 100 rows otherwise than the trained network did; to 'text 0': label is 'b', not 'a'"
        )


@pytest.mark.parametrize(("bound", "num_requests"), [(7.0, 100), (None, 25)])
def test_latency_is_measured_for_each_length(bound: float | None, num_requests: int) -> None:
    asked = []
    rows = [{"text": "x" * length} for length in (10, 60, 20)]
    latencies = measure_latency(asked.append, rows, bound)
    assert [(each.texts, each.num_requests) for each in latencies] == [("0-50", num_requests), ("51-100", num_requests)]
    # One more for each length, which is not counted.
    assert len(asked) == 2 * (num_requests + 1)
    assert all(len(batch) == 1 for batch in asked)


@pytest.mark.parametrize(("bound", "passed"), [(None, True), (7.0, True), (6.9, False)])
def test_the_slowest_length_has_to_be_fast_enough(bound: float | None, passed: bool) -> None:
    latencies = [Latency("0-50", 100, 1.0, 2.0, 3.0), Latency("51-100", 100, 2.0, 4.0, 7.0)]
    check = check_latency(latencies, bound)
    assert check.passed is passed
    assert check.explanation.startswith("99 of 100 requests with a text of 51-100 characters took 7.0 ms at most")


def test_a_percentile_of_few_requests_is_called_what_it_is() -> None:
    check = check_latency([Latency("0-50", 25, 1.0, 2.0, 3.0)], None)
    assert check.explanation == "all 25 requests with a text of 0-50 characters took 3.0 ms at most; there is no bound"


def test_findings_and_answers_are_read_back(tmp_path: Any) -> None:
    validation = Validation("", (Check("ops", True, "fine"),), (Latency("0-50", 3, 1.0, 2.0, 3.0),))
    write_validation(validation, str(tmp_path))
    assert read_validation(str(tmp_path)) == validation
    rows = [ExpectedAnswer({"text": "a\u2028b"}, {"scores": [0.25, 1.0], "label": "é"})]
    write_expected_answers(str(tmp_path), rows)
    assert read_expected_answers(str(tmp_path)) == rows


def test_a_redacted_finding_quotes_neither_text_nor_answer() -> None:
    check = check_parity([ExpectedAnswer({"text": "secret"}, {"answer": "name"})], [{"answer": "x"}], "gRPC", False)
    assert check.explanation == "gRPC answers 1 of 1 rows otherwise than the trained network did"


def test_stand_ins_have_the_form_of_texts_and_say_nothing() -> None:
    assert stand_ins({"text": "Ann, born 1999: é!", "context": "北京"}) == {
        "text": "xxx, xxxx xxxx: x!",
        "context": "xx",
    }
