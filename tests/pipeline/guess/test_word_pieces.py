import pathlib
import unicodedata

import pytest
from tokenizers import BertWordPieceTokenizer

from models.presets import load_vocabulary
from models.tokenisation.vocabulary import Vocabulary
from pipeline.guess.word_pieces import count_by, count_without_vocabulary

TEXTS = [
    "",
    "my parcel never came!",
    "Unaffordable Übergrößenträger, naïve café",
    "选择珠江花园的原因就是方便，有电动扶梯直接到达海边",
    "привет, мир",
    "x" * 100,
    "x" * 101,
    "[CLS] [UNK] [SEP]",
    "😀 tab\tand\u2028line \u200d\ufeff",
    'don\'t "quote" me... 3.14 #1',
    "".join(chr(code) for code in range(0x20, 0x3000) if unicodedata.category(chr(code))[0] != "C"),
]


def test_pieces_are_those_of_berts_tokeniser(tmp_path: pathlib.Path) -> None:
    vocabulary = load_vocabulary("minilm_l6_en")
    (tmp_path / "vocab.txt").write_text("\n".join(vocabulary.tokens), encoding="utf-8")
    trusted = BertWordPieceTokenizer(str(tmp_path / "vocab.txt"), lowercase=True)
    # There, special tokens in a text are themselves; here, as in bertline, they are text.
    texts = [text for text in TEXTS if "[CLS]" not in text]
    count = count_by(vocabulary)
    assert [count(text) for text in texts] == [len(trusted.encode(text, add_special_tokens=False)) for text in texts]


def test_estimate_is_near_the_truth_for_chinese(shared_data: pathlib.Path) -> None:
    count = count_by(Vocabulary.from_file(shared_data / "vocab" / "bert-base-chinese-vocab.txt", lowercase=True))
    estimate = count_without_vocabulary()
    lines = (shared_data / "chnsenticorp" / "dev.tsv").read_text(encoding="utf-8").split("\n")[1:500]
    true = sum(map(count, lines))
    assert true <= sum(map(estimate, lines)) <= 1.02 * true


@pytest.mark.parametrize(("text", "pieces"), [("", 0), ("мир дома", 4), ("好的。", 3), ("abc, d", 4)])
def test_estimate_counts_two_characters_of_a_word_as_a_piece(text: str, pieces: int) -> None:
    assert count_without_vocabulary()(text) == pieces
