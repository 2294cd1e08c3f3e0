"""Floats as the stock server writes them into JSON."""

import math

import numpy as np

# Digits that bring every value of a type back.
_DIGITS = {np.dtype(np.float32): 9, np.dtype(np.float64): 17}


def decimals(values: np.ndarray) -> list[str]:
    """Writes floats with six digits, or as many as it takes where these do not bring the value back.

    Args:
        values: float32 or float64 [num_values].

    Returns:
        Texts, all of which tell that they are no integers: `3.0`, `1e-05`, `NaN`, `-Infinity`.
    """
    short = [f"{value:g}" for value in values.tolist()]
    comes_back = np.array(list(map(float, short)), np.float64).astype(values.dtype) == values
    digits = _DIGITS[values.dtype]
    return [
        _decimal(value, text if exact else f"{value:.{digits}g}")
        for value, text, exact in zip(values.tolist(), short, comes_back.tolist(), strict=True)
    ]


def _decimal(value: float, text: str) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return text if "." in text or "e" in text else f"{text}.0"
