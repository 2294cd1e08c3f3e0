"""What a served model has to answer to some texts: the trained network's answers, made without the exported graph."""

import dataclasses
import json
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

_FILE = "predictions.jsonl"


@dataclasses.dataclass(frozen=True)
class ExpectedAnswer:
    """One row.

    Attributes:
        texts: By text column, those that `serving_default` takes.
        answer: By output name: a string, a number, or lists of them.
    """

    texts: Mapping[str, str]
    answer: Mapping[str, Any]


def write_expected_answers(folder: str, rows: Sequence[ExpectedAnswer]) -> None:
    """Writes rows into the folder of an artifact, as one JSON object per line."""
    path = pathlib.Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(dataclasses.asdict(row), ensure_ascii=False) for row in rows]
    (path / _FILE).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read_expected_answers(folder: str) -> list[ExpectedAnswer]:
    """The inverse of `write_expected_answers`."""
    text = (pathlib.Path(folder) / _FILE).read_text(encoding="utf-8")
    return [ExpectedAnswer(**json.loads(line)) for line in text.split("\n")[:-1]]


def plain_values(value: Any) -> Any:
    """An array as strings, numbers and lists of them; bytes are UTF-8."""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if getattr(value, "ndim", 0):
        return [plain_values(element) for element in value]
    return value.item()
