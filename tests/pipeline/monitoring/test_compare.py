"""Days in the life of a model: no false alarms, and planted drift is found."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from pipeline.monitoring.compare import compare
from pipeline.monitoring.config import DriftThresholds, MonitoringConfig
from pipeline.monitoring.row_facts import Reference, Served, TextFacts
from pipeline.monitoring.tfdv_comparators import tfdv_distances

Change = Callable[[Any, list[str]], list[str]]

_NO_THRESHOLDS = DriftThresholds(**dict.fromkeys(DriftThresholds.model_fields, 0.0))


def _drifted(shop: Any, texts: Sequence[str], config: MonitoringConfig) -> tuple[str, ...]:
    return compare(shop.reference, shop.served(texts), config, len(texts), tfdv_distances).drifted


def test_false_alarms_are_as_rare_as_they_are_told(shop: Any) -> None:
    """Without any threshold, so that only chance decides, and far oftener than by default, so that it shows."""
    config = MonitoringConfig(false_alarms=0.05, thresholds=_NO_THRESHOLDS)
    days = [int(shop.generator.integers(50, 200)) for _ in range(200)]
    alarms = sum(bool(_drifted(shop, shop.texts(number), config)) for number in days)
    # 10 are expected at most; the 19th is three standard errors more. All days draw on the same 309 messages.
    assert alarms <= 19


def test_nothing_is_told_of_ordinary_days(shop: Any) -> None:
    config = MonitoringConfig()
    assert [_drifted(shop, shop.texts(number), config) for number in (30, 50, 75, 100, 150, 200, 250, 300)] == [()] * 8


def _applications(shop: Any, texts: list[str]) -> list[str]:
    """A third of the messages are about something that nobody wrote about before."""
    parts = (
        ("Dear team,", "Hello,", "Good morning,"),
        ("I am applying for a job in your warehouse", "please find my resume attached", "are you hiring designers"),
        (
            "and have five years of experience.",
            "and can start in June.",
            "my references are here.",
            "for an internship.",
        ),
    )
    new = [" ".join(words) for words in itertools.product(*parts)]
    number = len(texts) // 3
    return texts[number:] + [str(text) for text in shop.generator.choice(new, number)]


def _longer(shop: Any, texts: list[str]) -> list[str]:
    return [
        f"{one}\n{other}\n{third}"
        for one, other, third in zip(texts, texts[1:] + texts[:1], texts[2:] + texts[:2], strict=True)
    ]


def _german(shop: Any, texts: list[str]) -> list[str]:
    """A fifth of the messages are in another language."""
    parts = (
        ("Guten Tag,", "Hallo zusammen,", "Moin,"),
        ("mein Paket ist noch nicht da", "ich möchte mein Geld zurück", "wie kündige ich", "die Rechnung stimmt nicht"),
        ("und niemand antwortet mir.", "können Sie mir bitte helfen?", "vielen Dank im Voraus!"),
    )
    new = [" ".join(words) for words in itertools.product(*parts)]
    number = len(texts) // 5
    return texts[number:] + [str(text) for text in shop.generator.choice(new, number)]


@pytest.mark.parametrize(
    ("change", "check"), [(_applications, "new_words"), (_longer, "text_length"), (_german, "unusual_texts")]
)
@pytest.mark.parametrize("number", [50, 100, 200])
def test_planted_drift_is_found_within_two_days(shop: Any, change: Change, check: str, number: int) -> None:
    days = [_drifted(shop, change(shop, shop.texts(number)), MonitoringConfig()) for _ in range(2)]
    assert any(check in found for found in days), days


def test_answers_of_another_mix_are_found(shop: Any) -> None:
    texts = shop.texts(300)
    billing = [text for text in texts if shop.model.answer(text).labels == ("billing",)]
    result = compare(shop.reference, shop.served(texts[:60] + billing), MonitoringConfig(), 90, tfdv_distances)
    (labels,) = (check for check in result.checks if check.name == "labels")
    assert labels.is_drift
    assert labels.served["billing"] - labels.reference["billing"] == pytest.approx(labels.found)


def test_a_small_change_is_no_drift_however_sure(shop: Any) -> None:
    """2,000 rows tell a change of a hundredth from none; the threshold says that nobody need care."""
    texts = [TextFacts(10 + place % 7, 0.01 * (place % 2), (place % 5,)) for place in range(2000)]
    more = [TextFacts(10 + place % 7, 0.01 * (place % 2) + 0.01, (place % 5,)) for place in range(2000)]
    (before, now) = Reference(tuple(texts), ()), Served(tuple(more), ())
    assert compare(before, now, MonitoringConfig(), 2000, tfdv_distances).drifted == ()
    strict = MonitoringConfig(thresholds=DriftThresholds(unknown_pieces=0.005))
    assert compare(before, now, strict, 2000, tfdv_distances).drifted == ("unknown_pieces",)


def test_too_few_requests_decide_nothing(shop: Any) -> None:
    found = compare(shop.reference, shop.served(["x"] * 29), MonitoringConfig(), 29, tfdv_distances)
    assert (found.is_decided, found.checks, found.drifted) == (False, (), ())


def test_a_check_without_threshold_or_rows_is_left_out(shop: Any) -> None:
    config = MonitoringConfig(thresholds=DriftThresholds(labels=None, text_length=None))
    found = compare(shop.reference, shop.served(shop.texts(40)), config, 40, tfdv_distances)
    assert [check.name for check in found.checks] == [
        "new_words", "unusual_texts", "unknown_pieces", "confidence", "unsure_answers",
    ]  # fmt: skip
    texts_only = Reference(shop.reference.texts, ())
    found = compare(texts_only, shop.served(shop.texts(40)), config, 40, tfdv_distances)
    assert [check.name for check in found.checks] == ["new_words", "unusual_texts", "unknown_pieces"]


def test_a_drop_of_confidence_is_told_as_it_is(shop: Any) -> None:
    before = [answer.confidence for answer in shop.reference.answers]
    texts = shop.texts(100)
    found = compare(shop.reference, shop.served(texts), MonitoringConfig(), 100, tfdv_distances)
    (confidence,) = (check for check in found.checks if check.name == "confidence")
    assert confidence.reference["mean"] == pytest.approx(sum(before) / len(before))
    assert confidence.found == pytest.approx(confidence.reference["mean"] - confidence.served["mean"])
