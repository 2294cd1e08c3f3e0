import pathlib
from collections.abc import Callable, Sequence

import pytest

from models.user_error import UserError
from pipeline.guess.named_columns import NamedColumns
from pipeline.inspection import languages
from pipeline.inspection.inspect_data import Effort, inspect_data
from pipeline.inspection.inspection import Inspection
from pipeline.inspection.reading.target import choose_target

Rows = Sequence[tuple[str, str]]
Inspect = Callable[..., Inspection]


def _looks(found: Inspection) -> list[str]:
    return [remark.sentence for remark in found.remarks if remark.needs_a_look]


def test_clean_data_need_no_look(inspect: Inspect, reviews: Rows) -> None:
    found = inspect(reviews=reviews)
    # The vocabulary of the tiny preset knows few words.
    assert [look for look in _looks(found) if "vocabulary" not in look] == []
    assert found.rows.read == {next(iter(found.rows.read)): len(reviews)}
    assert found.labels is not None
    assert found.labels.rows == {"bad": {"reviews.tsv": 32}, "good": {"reviews.tsv": 32}}
    assert found.duplicates.num_groups == 0
    assert found.not_applicable == {"suspects": "--no-labels"}


def test_labels_that_are_rare_alone_or_in_one_split(inspect: Inspect, reviews: Rows) -> None:
    rare = [*reviews, ("the only one of its kind", "odd"), ("in training we have such", "own"), ("and such too", "own")]
    found = inspect(train=rare, eval=[*reviews[:2], ("something else entirely here", "new")])
    looks = "\n".join(_looks(found))
    assert "new, odd with a single row" in looks
    assert "eval has no row of own, odd, which is not judged there" in looks
    assert "train has no row of new, which eval has: rejected there" in looks
    assert "33.0 times as many; training.class_weights: balanced" in looks


def test_lengths_and_unknown_pieces(inspect: Inspect, reviews: Rows) -> None:
    long = [(f"the food was {'very ' * 40}bad {row} times", "bad") for row in range(20)]
    found = inspect(reviews=[*reviews, *long, ("zzz yyy xxx", "good")])
    # The tiny preset reads 32 pieces; [CLS], 44 words, [SEP]: numbers and `times` are unknown.
    assert found.lengths.limit == 32
    assert found.lengths.over == {"reviews.tsv": 20}
    assert found.lengths.quantiles["longest"] == 48
    assert found.lengths.counts["reviews.tsv"][48] == 20
    assert any("20 rows (23.5%) above are cut" in look for look in _looks(found))
    assert "zzz yyy xxx" in [row.text for row in found.lengths.strange]
    total = sum(length * rows for length, rows in found.lengths.counts["reviews.tsv"].items())
    assert found.lengths.unknown_share is not None
    assert 0 < found.lengths.unknown_share < 1
    assert total > 20 * 48


def test_equal_texts_and_contradictions(inspect: Inspect, reviews: Rows) -> None:
    text, label = reviews[0]
    twice = [*reviews, (f" {text.replace(' ', '  ')} ", label), (text, "bad"), reviews[3]]
    found = inspect(reviews=twice).duplicates
    assert (found.num_groups, found.num_surplus, found.num_conflicts) == (2, 3, 1)
    assert found.groups[0].has_conflict
    # One row of each label first.
    assert [(row.place, row.label) for row in found.groups[0].rows] == [
        ("reviews.tsv:2", "good"),
        ("reviews.tsv:67", "bad"),
        ("reviews.tsv:66", "good"),
    ]
    assert not found.groups[1].has_conflict


def test_what_is_known_from_another_split(inspect: Inspect, reviews: Rows) -> None:
    near = f"{reviews[6][0]} !"
    found = inspect(train=reviews, eval=[reviews[4], reviews[4], (near, "bad"), ("nothing like it at all", "good")])
    (leak,) = found.leaks
    assert (leak.part, leak.known_from, leak.equal, leak.near) == ("eval", "train", 2, 1)
    assert [(pair.first.place, pair.second.place) for pair in leak.pairs] == [
        ("train.tsv:6", "eval.tsv:2"),
        ("train.tsv:8", "eval.tsv:4"),
    ]
    # The same text with the other label.
    assert leak.pairs[1].has_conflict
    assert found.near.num_conflicts == 1
    assert any(look.startswith("train has the text of 3 rows of eval (75.0%)") for look in _looks(found))


def test_a_sample_keeps_equal_texts_together_and_counts_all(inspect: Inspect) -> None:
    rows = [(f"text {number} of many, told twice {number * 7919}", "ab"[number % 2]) for number in range(400)]
    found = inspect(effort=Effort(max_rows=200, max_label_rows=0), reviews=[*rows, *rows])
    assert sum(found.rows.usable.values()) == 800
    assert found.labels is not None
    assert found.labels.rows["a"] == {"reviews.tsv": 400}
    assert found.rows.one_in >= 4
    assert 0 < found.rows.inspected <= 200
    assert 2 * found.duplicates.num_surplus == found.rows.inspected
    assert f"one in {found.rows.one_in} texts" in next(r.sentence for r in found.remarks if r.subject == "sample")


def test_rejected_rows_marks_and_line_ends(tmp_path: pathlib.Path, tiny_preset: str) -> None:
    lines = ["text,label", *(f"这家酒店第 {row} 间房很干净,{'好坏'[row % 2]}" for row in range(30)), ",好", "a,b,c"]
    path = tmp_path / "rooms.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    target = choose_target([path], NamedColumns(text="text", label="label"), tiny_preset)
    found = inspect_data(target, Effort(max_label_rows=0))
    assert found.rows.usable == {"rooms.csv": 30}
    assert [(kind.reason, kind.rows, kind.first_place) for kind in found.rows.rejected] == [
        ("text is empty", 1, f"{path}:32"),
        ("wrong number of fields", 1, f"{path}:33"),
    ]
    assert found.scripts.rows == {"rooms.csv": {"Chinese": 30}}
    assert found.languages.asked == 0
    assert found.labels is not None
    assert set(found.labels.rows) == {"好", "坏"}


def test_a_config_is_split_as_a_run_splits_it(tmp_path: pathlib.Path, tiny_preset: str, reviews: Rows) -> None:
    (tmp_path / "data.tsv").write_text("\n".join(["text\tlabel", *map("\t".join, reviews)]) + "\n")
    config = tmp_path / "pipeline.yaml"
    config.write_text(
        "name: reviews\ntask: text_classification\ndata: {path: data.tsv, split: {train: 1, eval: 1}}\n"
        f"model: {{preset: {tiny_preset}, sequence_length: 16}}\nreport: {{texts: false}}\n"
    )
    found = inspect_data(choose_target([config], NamedColumns(), None), Effort(max_label_rows=0))
    assert found.parts == ("train", "eval")
    assert sum(found.rows.usable.values()) == len(reviews)
    assert min(found.rows.usable.values()) > 16
    assert [row.text for row in found.lengths.strange] == [None] * found.lengths.num_strange != []
    with pytest.raises(UserError, match="says itself what its columns hold"):
        choose_target([config], NamedColumns(text="text"), None)
    with pytest.raises(UserError, match="give it alone"):
        choose_target([config, tmp_path / "data.tsv"], NamedColumns(), None)


@pytest.mark.parametrize(
    ("config", "labels", "numbers"),
    [("similarity", 0, True), ("embeddings", 0, True), ("pretraining", 0, False), ("named_entities", 6, False),
     ("question_answering", 0, False), ("multi_label", 6, False)],
)  # fmt: skip
def test_every_task_is_inspected_as_far_as_it_applies(config: str, labels: int, numbers: bool) -> None:
    root = pathlib.Path(__file__).resolve().parents[3]
    target = choose_target([root / "examples" / f"{config}.yaml"], NamedColumns(), None)
    found = inspect_data(target, Effort())
    assert len(found.labels.rows if found.labels else ()) == labels
    assert (found.numbers is not None) == numbers
    assert found.lengths.quantiles["longest"] > 10
    assert "rows of one label each" in found.not_applicable["suspects"]
    assert found.rows.inspected == sum(found.rows.usable.values()) > 100


def test_a_preset_that_is_not_here_is_not_downloaded(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "rooms.csv"
    path.write_text("text,label\n" + "".join(f"这家酒店第 {row} 间房很干净,{'好坏'[row % 2]}\n" for row in range(30)))
    found = inspect_data(choose_target([path], NamedColumns(), None), Effort())
    assert "downloads nothing" in found.lengths.estimated_because
    assert found.lengths.unknown_share is None
    assert "bert_base_zh is not on this machine" in found.not_applicable["suspects"]


def test_nor_is_the_preset_of_a_config(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, reviews: Rows) -> None:
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "cache"))
    (tmp_path / "data.tsv").write_text("\n".join(["text\tlabel", *map("\t".join, reviews)]) + "\n")
    config = tmp_path / "pipeline.yaml"
    config.write_text(
        "name: reviews\ntask: text_classification\ndata: {path: data.tsv}\nmodel: {preset: bert_base_en_uncased}\n"
    )
    found = inspect_data(choose_target([config], NamedColumns(), None), Effort())
    assert found.lengths.estimated_because.startswith("bert_base_en_uncased is not on this machine")
    assert "bert_base_en_uncased is not on this machine" in found.not_applicable["suspects"]


def test_rows_in_another_language_are_strays_unless_there_are_many(inspect: Inspect) -> None:
    english = [(f"the kettle that I ordered in shop {row} has not arrived yet", "ab"[row % 2]) for row in range(60)]
    german = [(f"der Kessel, den ich in Laden {row} bestellt habe, ist noch nicht da", "a") for row in range(60)]
    found = inspect(reviews=[*english, ("nein", "b"), *german[:2]])
    assert found.languages.rows == {"reviews.tsv": {"English": 60, "German": 2}}
    assert [each.language for each in found.languages.others] == ["German", "German"]
    assert any(look.startswith("English 96.8%, German 3.2%, of 62 texts with 40 letters") for look in _looks(found))
    assert not any("German" in look for look in _looks(inspect(reviews=[*english, *german])))
    assert not any("English" in look for look in _looks(inspect(reviews=english)))


def test_languages_of_short_texts_are_not_told(inspect: Inspect) -> None:
    found = inspect(reviews=[(f"le repas {row} fut très bon, merci", "ab"[row % 2]) for row in range(40)])
    assert found.languages.asked == 0
    assert "no text has 40 letters and digits, which it takes to tell" in [r.sentence for r in found.remarks]


def test_languages_are_looked_for_in_rows_all_over(inspect: Inspect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_MAX_ROWS", 10)
    parcel = "my parcel number {} was due on Monday and has still not arrived"
    found = inspect(reviews=[(parcel.format(row), "ab"[row % 2]) for row in range(25)]).languages
    assert (found.asked, found.long_enough) == (9, 25)
