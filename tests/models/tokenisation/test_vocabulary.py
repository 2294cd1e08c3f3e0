import pathlib

import pytest

from models.tokenisation.vocabulary import SPECIAL_TOKENS, Vocabulary, VocabularyError

TOKENS = (*SPECIAL_TOKENS, "a", "##b")


def read(folder: pathlib.Path, content: bytes) -> Vocabulary:
    path = folder / "vocab.txt"
    path.write_bytes(content)
    return Vocabulary.from_file(path, lowercase=True)


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(TOKENS).encode(),
        "\n".join(TOKENS).encode() + b"\n",
        "\r\n".join(TOKENS).encode() + b"\r\n",
        b"\xef\xbb\xbf" + "\n".join(TOKENS).encode(),
    ],
    ids=["no newline at the end", "newline at the end", "CRLF", "byte order mark"],
)
def test_one_token_a_line(tmp_path: pathlib.Path, content: bytes) -> None:
    assert read(tmp_path, content).tokens == TOKENS


def test_other_line_separators_stay_inside_tokens(tmp_path: pathlib.Path) -> None:
    tokens = (*TOKENS, "\u2028", "##\u2028", "\x85", "c\x0bd")
    assert read(tmp_path, "\n".join(tokens).encode()).tokens == tokens


def test_published_chinese_vocabulary_keeps_its_ids(chinese: Vocabulary) -> None:
    assert chinese.size == 21128
    assert [chinese.tokens[index] for index in (100, 101, 102, 103)] == ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    assert chinese.tokens[-1] == "##😎"


def test_ids_of_special_tokens(english: Vocabulary) -> None:
    ids = (english.pad_id, english.unknown_id, english.start_id, english.end_id, english.mask_id)
    assert ids == (0, 100, 101, 102, 103)
    assert english.size == 30522


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"[PAD]\n\xff\n", "not UTF-8"),
        (b"[PAD]\n[UNK]\na\n", r"lacks \[CLS\], \[SEP\], \[MASK\]"),
        ("\n".join([*TOKENS, "a"]).encode(), "the token 'a' has several ids: 5, 7"),
        (b"[PAD]\r\n[UNK]\n[CLS]\r\n", "2 of 3 lines end in CRLF"),
    ],
)
def test_a_file_that_is_no_vocabulary_is_refused(tmp_path: pathlib.Path, content: bytes, message: str) -> None:
    with pytest.raises(VocabularyError, match=message) as caught:
        read(tmp_path, content)
    assert str(tmp_path / "vocab.txt") in str(caught.value)
