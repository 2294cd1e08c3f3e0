"""The file that SentencePiece writes: pieces and a table of characters, read and changed without its library."""

import functools
from typing import Any

from models.tokenisation.vocabulary import VocabularyError

# The fields that are read or changed here, by their numbers; all others pass through untouched.
_FIELDS = {
    "Piece": (("piece", 1, "STRING"), ("score", 2, "FLOAT"), ("type", 3, "INT32")),
    "Normalizer": (("precompiled_charsmap", 2, "BYTES"),),
    "Model": (("pieces", 1, "Piece"), ("normalizer_spec", 3, "Normalizer")),
}
_UNKNOWN = 2
"""The type of the one piece that stands for what no other piece spells."""


class PieceModel:
    """A SentencePiece model.

    Attributes:
        tokens: The piece of each id.
        unknown_id: The id of the unknown piece.
    """

    def __init__(self, serialized: bytes, name: str) -> None:
        """Reads a model.

        Args:
            serialized: The content of the file.
            name: What it is called in messages.

        Raises:
            VocabularyError: It is something else, or holds no pieces.
        """
        from google.protobuf.message import DecodeError

        self._name = name
        self._message = _message_class()()
        try:
            self._message.ParseFromString(serialized)
        except DecodeError as error:
            raise VocabularyError(f"{name}: not a SentencePiece model ({error})") from error
        self.tokens = tuple(piece.piece for piece in self._message.pieces)
        unknown = [index for index, piece in enumerate(self._message.pieces) if piece.type == _UNKNOWN]
        if len(unknown) != 1:
            raise VocabularyError(f"{name}: not a SentencePiece model: {len(unknown)} of its pieces stand for unknown")
        self.unknown_id = unknown[0]

    @functools.cached_property
    def _ids(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}

    def id_of(self, token: str, family: str) -> int:
        """The id of a piece.

        Args:
            token: The piece.
            family: Whose models have it, for the message.

        Raises:
            VocabularyError: There is no such piece.
        """
        if token not in self._ids:
            raise VocabularyError(f"{self._name}: the SentencePiece model lacks {token}, which every {family}'s has")
        return self._ids[token]

    @property
    def character_table(self) -> bytes:
        """The table by which characters are replaced first, as `models.tokenisation.character_table` reads it."""
        return bytes(self._message.normalizer_spec.precompiled_charsmap)

    def with_character_table(self, table: bytes) -> "PieceModel":
        """A copy with another table."""
        copy = PieceModel(self.serialized(), self._name)
        copy._message.normalizer_spec.precompiled_charsmap = table
        return copy

    def with_lower_scores(self, tokens: frozenset[str], by: float) -> "PieceModel":
        """A copy in which some pieces have a lower log-probability."""
        copy = PieceModel(self.serialized(), self._name)
        for piece in copy._message.pieces:
            if piece.piece in tokens:
                piece.score -= by
        return copy

    def serialized(self) -> bytes:
        """The content of a file."""
        content: bytes = self._message.SerializeToString(deterministic=True)
        return content


@functools.cache
def _message_class() -> Any:
    """The class of SentencePiece's `ModelProto`, of a pool of its own: other packages bring theirs."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="pieces.proto", package="bertline", syntax="proto2")
    for name, fields in _FIELDS.items():
        message = file.message_type.add(name=name)
        for field, number, kind in fields:
            repeated = kinds.LABEL_REPEATED if field == "pieces" else kinds.LABEL_OPTIONAL
            added = message.field.add(name=field, number=number, label=repeated)
            if kind in _FIELDS:
                added.type, added.type_name = kinds.TYPE_MESSAGE, f".bertline.{kind}"
            else:
                added.type = kinds.Type.Value(f"TYPE_{kind}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("bertline.Model"))
