"""What Hugging Face's ALBERT tokeniser does to texts before SentencePiece: put into the model itself."""

import dataclasses
import functools
import itertools
import unicodedata

from models.tokenisation.piece_model import PieceModel

_QUOTES = ("``", "''")
_CODE_POINTS = (range(1, 0xD800), range(0xE000, 0x33480), range(0xE0000, 0xE1000))
"""All that the rules or a table may change: surrogates are in no text, U+0000 in no table."""
_LOWER_BY = 100.0
"""As Hugging Face has it: far enough that another way to cut the text is always likelier."""


@dataclasses.dataclass(frozen=True)
class AlbertText:
    """The settings of ALBERT's tokeniser, which its model's own normaliser does not know of.

    Attributes:
        lowercase: Whether texts are lower-cased.
        keep_accents: Whether they keep their accents, and are not decomposed.
    """

    lowercase: bool
    keep_accents: bool

    def put_into(self, model: PieceModel) -> PieceModel:
        """A model that takes texts as they are and gives the pieces that it gives for the changed ones.

        Its table of characters does both in one, so that offsets are into the texts as they are. `3,` and the like are
        cut between the two, in place of a second look at each piece.
        """
        numbers = frozenset(token for token in model.tokens if token.endswith(",") and token[-2:-1].isdigit())
        return model.with_lower_scores(numbers, _LOWER_BY).with_character_table(
            _composed_table(self, model.character_table)
        )

    def changed(self, text: str) -> str:
        """A text as SentencePiece would get it; character by character, so that no `Σ` looks at its neighbours."""
        if text in _QUOTES:
            return '"'
        if not self.keep_accents:
            decomposed = unicodedata.normalize("NFKD", text)
            text = "".join(character for character in decomposed if unicodedata.category(character) != "Mn")
        return "".join(map(str.lower, text)) if self.lowercase else text


@functools.lru_cache(maxsize=2)
def _composed_table(rules: AlbertText, table: bytes) -> bytes:
    from models.tokenisation.character_table import CharacterTable

    own = CharacterTable.read(table)
    both: dict[str, str] = {}
    for code in itertools.chain.from_iterable(_CODE_POINTS):
        character = chr(code)
        changed = own.replaced(rules.changed(character))
        if changed != character:
            both[character] = changed
    found = CharacterTable(both)
    # Shorter ones first: many longer ones are what their characters give one by one.
    for text in sorted({*own.replacements, *_QUOTES}, key=len):
        # Most are letters with accents, which go, and the many ways to write the parts of a Korean syllable, which are
        # no matter here: for each of these by itself `both` has what it becomes.
        if len(text) == 1 or any(character in both for character in text[1:]):
            continue
        changed = own.replaced(rules.changed(text))
        if found.replaced(text) != changed:
            both[text] = changed
    return found.written()
