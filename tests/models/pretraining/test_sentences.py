import pytest

from models.pretraining.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        (" \n\t\n", []),
        ("One line\nAnother  \n\n third", ["One line", "Another", "third"]),
        ("It rains. We stay! Why? Because.", ["It rains.", "We stay!", "Why?", "Because."]),
        ('He said "no." She left.', ['He said "no."', "She left."]),
        ("It costs 3.50 e.g. at noon", ["It costs 3.50 e.g. at noon"]),
        ("今天下雨。我们不去！为什么？", ["今天下雨。", "我们不去！", "为什么？"]),
        ("他说：“不行。”然后走了。", ["他说：“不行。”", "然后走了。"]),
        ("...", ["..."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences
