"""Checks as people read them."""

from collections.abc import Mapping

from pipeline.monitoring.compare import CheckResult

_TITLES: Mapping[str, str] = {
    "text_length": "lengths of the texts",
    "new_words": "word pieces that have risen",
    "unusual_texts": "texts unlike 95 % of the train split",
    "unknown_pieces": "unknown word pieces",
    "labels": "answered labels",
    "confidence": "mean confidence",
    "unsure_answers": "answers less sure than 95 % before",
    "numbers": "answered numbers",
}
_PERCENTAGES = {"unusual_texts", "unknown_pieces", "unsure_answers"}


def title_of(check: CheckResult) -> str:
    """What a check looks at."""
    return _TITLES[check.name]


def before_and_now(check: CheckResult) -> tuple[str, str]:
    """What changed, in the reference and in what was served; empty where two numbers do not tell it.

    Of labels, it is the one whose share changed most.
    """
    if check.name == "labels":
        label = max(check.served, key=lambda name: abs(check.served[name] - check.reference[name]))
        return f"{label} {check.reference[label]:.1%}", f"{label} {check.served[label]:.1%}"
    if check.name in _PERCENTAGES or check.name == "confidence":
        form = "{:.1%}" if check.name in _PERCENTAGES else "{:.3f}"
        (before,), (now,) = check.reference.values(), check.served.values()
        return form.format(before), form.format(now)
    return "", ""
