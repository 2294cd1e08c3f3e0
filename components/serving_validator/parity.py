"""The rule by which served answers equal those of training."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.serving_validator.validation import Check
from models.export.expected_answers import ExpectedAnswer

TOLERANCE = 2e-2
"""How far numbers may be apart: in bfloat16 the order of sums shows in the third digit. A score is at most 1."""

MAX_DIFFERING = 0.02
"""The share of rows that may differ: where two answers are as good as each other, rounding decides between them."""

_LONGEST_SHOWN = 60


def check_parity(
    expected: Sequence[ExpectedAnswer], served: Sequence[Mapping[str, Any]], whose: str, quotes_texts: bool = True
) -> Check:
    """Compares answers row by row.

    Args:
        expected: Those of the trained network.
        served: Those of the server to the same texts, in the same form.
        whose: Who gave these, for the message.
        quotes_texts: Whether the message may quote a text and its answers.
    """
    differing = [
        (row, fault) for row, answer in zip(expected, served, strict=True) if (fault := difference(row.answer, answer))
    ]
    name = "parity"
    if len(differing) <= MAX_DIFFERING * len(expected):
        but = f" ({len(differing)} by rounding)" if differing else ""
        return Check(name, True, f"{whose} answers {len(expected)} rows as the trained network did{but}")
    row, fault = differing[0]
    explanation = f"{whose} answers {len(differing)} of {len(expected)} rows otherwise than the trained network did"
    if not quotes_texts:
        return Check(name, False, explanation)
    text = next(iter(row.texts.values()))
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return Check(name, False, f"{explanation}; to {shown!r}: {fault}")


def difference(expected: Any, served: Any, name: str = "") -> str:
    """The first place where two answers differ, in words; empty where they are equal.

    Args:
        expected: Strings, numbers, and lists and mappings of them.
        served: Likewise.
        name: Where in the answer they are.
    """
    if isinstance(expected, Mapping) and isinstance(served, Mapping):
        if expected.keys() != served.keys():
            return f"{name or 'the answer'} has {', '.join(served)}, not {', '.join(expected)}"
        parts = ((expected[key], served[key], f"{name}.{key}" if name else key) for key in expected)
    elif isinstance(expected, list) and isinstance(served, list):
        if len(expected) != len(served):
            return f"{name} has {len(served)} values, not {len(expected)}"
        parts = (
            (one, other, f"{name}[{place}]") for place, (one, other) in enumerate(zip(expected, served, strict=True))
        )
    elif isinstance(expected, float) and isinstance(served, int | float):
        # Scores are at most 1; regressions may be anything.
        is_near = abs(expected - served) <= TOLERANCE * max(1.0, abs(expected))
        return "" if is_near or expected != expected else f"{name} is {served:.6g}, not {expected:.6g}"
    else:
        return "" if expected == served else f"{name} is {served!r}, not {expected!r}"
    return next((fault for part in parts if (fault := difference(*part))), "")
