"""What Promoter tells later components and the command line."""

import dataclasses
import json
import pathlib

_FILE = "promotion.json"


@dataclasses.dataclass(frozen=True)
class PromotionOutcome:
    """Whether this run put its model into service.

    Attributes:
        promoted: True only where a new version was made.
        version: The version that holds this run's model, or None.
        path: That version's folder, or None.
        reason: Why, in words.
    """

    promoted: bool
    version: int | None
    path: str | None
    reason: str


def read_promotion(uri: str) -> PromotionOutcome:
    """Reads the artifact of Promoter.

    Args:
        uri: The artifact's folder.
    """
    return PromotionOutcome(**json.loads((pathlib.Path(uri) / _FILE).read_text(encoding="utf-8")))


def write_promotion(outcome: PromotionOutcome, uri: str) -> None:
    """Writes the artifact of Promoter; the inverse of `read_promotion`."""
    folder = pathlib.Path(uri)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _FILE).write_text(json.dumps(dataclasses.asdict(outcome), indent=2), encoding="utf-8")
