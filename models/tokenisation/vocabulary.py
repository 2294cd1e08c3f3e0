"""The WordPiece vocabulary: token strings, their ids, and whether text is lower-cased before it is looked up."""

import collections
import dataclasses
import functools
import hashlib
import os
import pathlib
from typing import TYPE_CHECKING, Self

from models.user_error import UserError

if TYPE_CHECKING:
    from models.tokenisation.bert_tokenizer import BertTokenizer

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


class VocabularyError(UserError):
    """A vocabulary that no encoder can have been trained with; the message names the file and what is wrong."""


@dataclasses.dataclass(frozen=True)
class Vocabulary:
    """Token strings in the order of their ids.

    Attributes:
        tokens: The token of each id; a piece that continues a word starts with `##`.
        lowercase: Whether text is lower-cased and stripped of accents first (an "uncased" model).

    Raises:
        VocabularyError: A special token is missing, or a token occurs twice.
    """

    tokens: tuple[str, ...]
    lowercase: bool

    def __post_init__(self) -> None:
        missing = [token for token in SPECIAL_TOKENS if token not in self._ids]
        if missing:
            raise VocabularyError(f"the vocabulary of {self.size} tokens lacks {', '.join(missing)}")
        if len(self._ids) < self.size:
            counts = collections.Counter(self.tokens)
            token = next(token for token in self.tokens if counts[token] > 1)
            ids = [index for index, other in enumerate(self.tokens) if other == token]
            raise VocabularyError(f"the token {token!r} has several ids: {', '.join(map(str, ids))}")

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], lowercase: bool) -> Self:
        r"""Reads a `vocab.txt`: one token a line, the first has id 0.

        Lines end at "\n" alone, or at "\r\n" where every line does: some vocabularies hold other line separators
        (U+2028) inside tokens, so `str.splitlines` would shift the ids. A newline at the end of the file starts no
        further token.

        Args:
            path: The file, in UTF-8.
            lowercase: Whether the vocabulary is of an uncased model; the file does not say.

        Raises:
            VocabularyError: The file is empty, is not UTF-8, mixes line ends, or its tokens are no vocabulary.
        """
        name = os.fspath(path)
        try:
            text = pathlib.Path(path).read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise VocabularyError(f"{name}: not UTF-8 ({error})") from error
        if not text.strip():
            raise VocabularyError(f"{name}: the file is empty")
        lines = text.removesuffix("\n").split("\n")
        num_crlf = text.count("\r\n")
        if num_crlf and num_crlf < text.count("\n"):
            raise VocabularyError(f"{name}: {num_crlf} of {text.count(chr(10))} lines end in CRLF; ends must be alike")
        if num_crlf:
            lines = [line.removesuffix("\r") for line in lines]
        try:
            return cls(tuple(lines), lowercase)
        except VocabularyError as error:
            raise VocabularyError(f"{name}: {error}") from error

    @property
    def size(self) -> int:
        """The number of tokens; ids run from 0 to `size - 1`."""
        return len(self.tokens)

    @property
    def pad_id(self) -> int:
        """The id of `[PAD]`."""
        return self._ids["[PAD]"]

    @property
    def unknown_id(self) -> int:
        """The id of `[UNK]`, which stands for a whole word that the vocabulary cannot spell."""
        return self._ids["[UNK]"]

    @property
    def start_id(self) -> int:
        """The id of `[CLS]`, the first of every input."""
        return self._ids["[CLS]"]

    @property
    def end_id(self) -> int:
        """The id of `[SEP]`, which ends each segment."""
        return self._ids["[SEP]"]

    @property
    def mask_id(self) -> int:
        """The id of `[MASK]`, which pre-training puts in the place of hidden pieces."""
        return self._ids["[MASK]"]

    @property
    def num_ends_between(self) -> int:
        """One `[SEP]` stands between the texts of a pair."""
        return 1

    @property
    def digest(self) -> str:
        """The same for the same tokens and case."""
        content = "\n".join([f"lowercase={self.lowercase}", *self.tokens])
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()

    def build_tokenizer(self) -> "BertTokenizer":
        """The tokeniser of these word pieces."""
        from models.tokenisation.bert_tokenizer import BertTokenizer

        return BertTokenizer(self)

    @functools.cached_property
    def _ids(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}
