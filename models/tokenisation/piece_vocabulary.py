"""What every family's vocabulary tells, whichever units it cuts texts into."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import tensorflow as tf

    from models.tokenisation.piece_offsets import Pieces


class TextTokenizer(Protocol):
    """Cuts texts into pieces, in a TensorFlow graph."""

    def __call__(self, texts: "tf.Tensor") -> "tf.RaggedTensor":
        """Tokenises string [batch], UTF-8, to int32 [batch, (num_pieces)], without special tokens but for unknown."""

    def tokenize_with_offsets(self, texts: "tf.Tensor") -> "Pieces":
        """Tokenises likewise, and tells where in its text each piece lies."""


class PieceVocabulary(Protocol):
    """The pieces of a preset: how many there are, which ids are special, and the tokeniser that makes them."""

    @property
    def size(self) -> int:
        """The number of ids, special ones included; they run from 0 to `size - 1`."""

    @property
    def start_id(self) -> int:
        """The first id of every input."""

    @property
    def end_id(self) -> int:
        """The id that ends each text."""

    @property
    def unknown_id(self) -> int:
        """The id of what the vocabulary cannot spell."""

    @property
    def mask_id(self) -> int:
        """The id that stands for a hidden piece."""

    @property
    def num_ends_between(self) -> int:
        """How many end ids there are between the two texts of a pair."""

    @property
    def digest(self) -> str:
        """The same for vocabularies that give all texts the same ids, wherever they were read from."""

    def build_tokenizer(self) -> TextTokenizer:
        """Makes the tokeniser; imports TensorFlow."""
