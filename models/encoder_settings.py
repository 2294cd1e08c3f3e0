"""What a text encoder is made of, as plain values that travel to workers."""

import dataclasses
import functools
import json
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from models.tokenisation.text_encoder import TextEncoder


@dataclasses.dataclass(frozen=True)
class EncoderSettings:
    """What a text encoder is made of.

    Attributes:
        preset: Whose vocabulary is used.
        sequence_length: Longest row of token ids, special tokens included.
    """

    preset: str
    sequence_length: int

    def build(self) -> "TextEncoder":
        """The encoder; one for each process, since it takes seconds to make."""
        return _build(self)

    def to_json(self) -> str:
        """As an execution property: equal for equal settings."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, serialized: str) -> Self:
        """The inverse of `to_json`."""
        return cls(**json.loads(serialized))


@functools.lru_cache(maxsize=2)
def _build(settings: EncoderSettings) -> "TextEncoder":
    from models.presets import load_vocabulary
    from models.tokenisation.text_encoder import TextEncoder

    return TextEncoder(load_vocabulary(settings.preset), settings.sequence_length)
