import pytest

from models.question_answering.squad_rules import score

# By hand, from the rules of the official evaluation programs of SQuAD 1.1 and 2.0.
CASES = [
    ("Denver Broncos", ["Denver Broncos"], 1, 1),
    ("the Denver Broncos!", ["Denver  broncos"], 1, 1),
    ("A theme", ["theme an"], 1, 1),
    ("Denver", ["Denver Broncos"], 0, 2 / 3),
    ("in Denver on Monday", ["Monday"], 0, 2 * 1 / 5),
    ("one two two", ["two two two"], 0, 2 * 2 / 6),
    ("Carolina", ["Denver Broncos"], 0, 0),
    # The best of several.
    ("Broncos", ["Denver Broncos", "The Broncos", "Denver"], 1, 1),
    ("Denver team", ["Denver Broncos", "Denver"], 0, 2 / 3),
    # ASCII punctuation goes, and with it the space that it may have been; other marks are letters.
    ("it's 1,000", ["its 1000"], 1, 1),
    ("sugar-free", ["sugar free"], 0, 0),
    ("“quoted”", ["quoted"], 0, 0),
    # Articles in words stay.
    ("another theatre", ["other theatre"], 0, 1 / 2),
    # White space alone parts words: a Chinese answer is one.
    ("今天天气", ["今天天气"], 1, 1),
    ("今天", ["今天天气"], 0, 0),
    # Without an answer.
    ("", [], 1, 1),
    ("Denver", [], 0, 0),
    ("", ["Denver"], 0, 0),
    # Nothing is left of these.
    ("The", [], 1, 1),
    ("", ["the", "..."], 1, 1),
    ("Denver", ["the"], 0, 0),
    ("Denver", ["the", "Denver"], 1, 1),
    ("", ["the", "Denver"], 0, 0),
]


@pytest.mark.parametrize(("answer", "truths", "exact_match", "f1"), CASES)
def test_scores_are_the_official_ones(answer: str, truths: list[str], exact_match: float, f1: float) -> None:
    assert score(answer, truths) == pytest.approx((exact_match, f1))
