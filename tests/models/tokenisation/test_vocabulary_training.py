import random
import subprocess
import sys
from collections import Counter

import pytest
import tensorflow as tf
from tokenizers.implementations import BertWordPieceTokenizer

from models.tokenisation.bert_tokenizer import BertTokenizer
from models.tokenisation.vocabulary import SPECIAL_TOKENS
from models.tokenisation.vocabulary_training import count_words, train_vocabulary
from models.user_error import UserError

TEXTS = ["Naïve cats, CATS and a cat's\u00a0cat!", "", "中文\x00的 cat\ufffd", "İstanbul 한국"]


@pytest.mark.parametrize("lowercase", [True, False])
def test_words_are_those_of_berts_tokeniser(lowercase: bool) -> None:
    tokenizer = BertWordPieceTokenizer(lowercase=lowercase)
    expected = Counter[str]()
    for text in TEXTS:
        words = tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(text))
        expected.update(word for word, _ in words)
    assert count_words(TEXTS, lowercase) == expected


def test_half_a_surrogate_pair_is_no_character() -> None:
    assert count_words(["a\ud800b"], lowercase=True) == {"ab": 1}


def _corpus(seed: int = 0) -> list[str]:
    numbers = random.Random(seed)
    words = ["".join(numbers.choices("abcdefgh", k=numbers.randint(2, 8))) for _ in range(400)]
    return [" ".join(numbers.choices(words, k=30)) for _ in range(100)]


def test_size_special_tokens_and_spelling() -> None:
    words = count_words([*_corpus(), "中文!"], lowercase=True)
    vocabulary = train_vocabulary(words, 200, lowercase=True)
    assert vocabulary.size == 200
    assert vocabulary.tokens[:5] == SPECIAL_TOKENS
    ids = BertTokenizer(vocabulary)(tf.constant(sorted(words)))
    assert vocabulary.unknown_id not in ids.flat_values.numpy()
    larger = train_vocabulary(words, 400, lowercase=True)
    assert len(BertTokenizer(larger)(tf.constant(sorted(words))).flat_values) < len(ids.flat_values)


def test_a_rare_script_leaves_room_for_words() -> None:
    rare = "".join(chr(0x4E00 + number) for number in range(500))
    words = count_words([*_corpus(), rare], lowercase=True)
    vocabulary = train_vocabulary(words, 200, lowercase=True)
    assert 0.7 < sum(len(token.removeprefix("##")) == 1 for token in vocabulary.tokens) / 200 < 0.8
    assert all(letter in vocabulary.tokens for letter in "abcdefgh")


def test_a_small_corpus_gives_what_it_has() -> None:
    vocabulary = train_vocabulary({"ab": 1, "c" * 101: 5}, 1000, lowercase=False)
    assert vocabulary.tokens == (*SPECIAL_TOKENS, "a", "##b", "b")
    assert not vocabulary.lowercase
    with pytest.raises(UserError, match="no words"):
        train_vocabulary({}, 100, lowercase=True)


def test_the_same_in_every_process() -> None:
    code = f"""
import random, hashlib
from models.tokenisation.vocabulary_training import train_vocabulary
numbers = random.Random(1)
words = {{"".join(numbers.choices("abcdefgh", k=numbers.randint(2, 8))): numbers.randint(1, 3) for _ in range(3000)}}
print(hashlib.md5("\\n".join(train_vocabulary(words, {600}, True).tokens).encode()).hexdigest())
"""
    found = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(3)
    }
    assert len(found) == 1
