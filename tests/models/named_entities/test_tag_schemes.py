"""Reading entities from tags."""

import json
import pathlib
import random

import pytest

from models.named_entities.tag_schemes import entities_of_tags

CASES = json.loads(pathlib.Path(__file__).with_name("seqeval_cases.json").read_text())
TO_BILOU = str.maketrans("ES", "LU")
TO_BMES = str.maketrans("I", "M")


def entities(tags: str) -> list[tuple[int, int, str]]:
    return [tuple(entity) for entity in entities_of_tags(tags.split())]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("", []),
        ("O O", []),
        # IOB1: `B-` only where an entity follows one of its type.
        ("I-A I-A O I-A", [(0, 2, "A"), (3, 4, "A")]),
        ("I-A B-A I-A", [(0, 1, "A"), (1, 3, "A")]),
        ("I-A I-B I-B", [(0, 1, "A"), (1, 3, "B")]),
        # IOB2
        ("B-A I-A B-A O B-B", [(0, 2, "A"), (2, 3, "A"), (4, 5, "B")]),
        ("O I-A", [(1, 2, "A")]),
        ("B-A I-B", [(0, 1, "A"), (1, 2, "B")]),
        # BIOES, BILOU, BMES
        ("B-A I-A E-A S-A S-A", [(0, 3, "A"), (3, 4, "A"), (4, 5, "A")]),
        ("B-A I-A L-A U-A", [(0, 3, "A"), (3, 4, "A")]),
        ("B-A M-A E-A O S-A", [(0, 3, "A"), (4, 5, "A")]),
        ("E-A E-A", [(0, 1, "A"), (1, 2, "A")]),
        ("S-A I-A", [(0, 1, "A"), (1, 2, "A")]),
        ("E-A I-A E-A", [(0, 1, "A"), (1, 3, "A")]),
        ("B-A E-B", [(0, 1, "A"), (1, 2, "B")]),
        ("B-A O E-A", [(0, 1, "A"), (2, 3, "A")]),
        ("B-A-b I-A-b I-A", [(0, 2, "A-b"), (2, 3, "A")]),
        ("B-组织 I-组织", [(0, 2, "组织")]),
    ],
)
def test_entities_of_all_schemes(tags: str, expected: list[tuple[int, int, str]]) -> None:
    assert entities(tags) == expected


@pytest.mark.parametrize("prefixes", [{}, TO_BILOU, TO_BMES], ids=["BIOES", "BILOU", "BMES"])
def test_entities_are_those_of_seqeval(prefixes: dict[int, int]) -> None:
    assert len(CASES) == 300
    for case in CASES:
        tags = [tag[:1].translate(prefixes) + tag[1:] for tag in case["tags"].split()]
        assert [list(entity) for entity in entities_of_tags(tags)] == case["entities"], tags


def test_well_formed_tags_give_their_entities_back() -> None:
    chooser = random.Random(5)
    for _ in range(200):
        expected, tags = [], []
        for _ in range(chooser.randrange(6)):
            tags += ["O"] * chooser.randrange(1, 3)
            length, kind = chooser.randrange(1, 4), chooser.choice(["PER", "LOC"])
            expected.append((len(tags), len(tags) + length, kind))
            tags += [f"S-{kind}"] if length == 1 else [f"B-{kind}", *[f"I-{kind}"] * (length - 2), f"E-{kind}"]
        assert entities_of_tags(tags) == expected


@pytest.mark.parametrize("tag", ["", "B", "B-", "X-PER", "-", "o", "BI-PER", "b-PER", "B-PER X", "B-\n", "B_PER"])
def test_unknown_tag_is_named(tag: str) -> None:
    with pytest.raises(ValueError, match=r"^unknown tag: ") as error:
        entities_of_tags(["O", tag])
    assert repr(tag) in str(error.value)
