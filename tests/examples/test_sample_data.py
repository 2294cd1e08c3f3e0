"""The sample data is what its README says, and varied enough to stand for real messages."""

import csv
import itertools
import pathlib
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pytest

from components.text_example_gen.readers.delimited import read_delimited
from components.text_example_gen.readers.delimited_layout import DelimitedLayout
from components.text_example_gen.readers.record import Record
from models.tasks.interface.contract import RowError
from models.tasks.text_classification import TextClassification

DATA = pathlib.Path(__file__).resolve().parents[2] / "examples" / "data"
COLUMNS = ("message", "topic", "channel")

# The likest two texts of the set reach 0.33 (two short ones about a subscription); a copy of ten words or more
# with a tenth of them changed stays above 0.55.
MAX_LIKENESS = 0.4
# Turns of phrase such as "what I want to know is" occur twice; a template's words would occur in every copy.
MAX_MESSAGES_PER_6_GRAM = 2


class Ticket(NamedTuple):
    message: str
    topic: str
    channel: str


@pytest.fixture(scope="module")
def tickets() -> list[Ticket]:
    with (DATA / "tickets.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, strict=True)
        assert next(rows) == list(COLUMNS)
        return [Ticket(*row) for row in rows]


@pytest.fixture(scope="module")
def readme() -> str:
    return (DATA / "README.md").read_text(encoding="utf-8")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def shingles(text: str) -> set[str]:
    plain = " ".join(words(text))
    return {plain[start : start + 5] for start in range(max(1, len(plain) - 4))}


def near_duplicates(texts: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Pairs whose sets of character 5-grams have a Jaccard index above the bound."""
    for (text, grams), (other, other_grams) in itertools.combinations([(text, shingles(text)) for text in texts], 2):
        shared = len(grams & other_grams)
        likeness = shared / (len(grams) + len(other_grams) - shared)
        if likeness > MAX_LIKENESS:
            yield text, other, likeness


def frequent_6_grams(texts: Sequence[str]) -> dict[str, int]:
    """Runs of six words that occur in more messages than the bound, with the number of messages."""
    counts: Counter[str] = Counter()
    for text in texts:
        tokens = words(text)
        counts.update({" ".join(tokens[start : start + 6]) for start in range(len(tokens) - 5)})
    return {run: count for run, count in counts.items() if count > MAX_MESSAGES_PER_6_GRAM}


def result_of(record: Record) -> str:
    """What the README's table calls a row: `accepted`, or the kind of fault."""
    if record.values is None:
        return record.fault.partition(":")[0]
    try:
        TextClassification().parse_row({"text": record.values["message"], "label": record.values["topic"]})
    except RowError as error:
        return str(error)
    return "accepted"


def malformed_records() -> list[Record]:
    with (DATA / "tickets_malformed.csv").open("rb") as file:
        return list(read_delimited(file, DelimitedLayout(",", quoting=True, header=True), COLUMNS))


def test_there_are_enough_messages_of_each_topic(tickets: list[Ticket]) -> None:
    topics = Counter(ticket.topic for ticket in tickets)
    assert len(tickets) >= 1000
    assert len(topics) == 8
    assert min(topics.values()) >= 110
    assert max(topics.values()) <= 160


def test_topics_are_mixed(tickets: list[Ticket]) -> None:
    for start in range(0, len(tickets) - 50, 50):
        assert len({ticket.topic for ticket in tickets[start : start + 50]}) == 8


def test_readme_gives_the_counts(tickets: list[Ticket], readme: str) -> None:
    readme = readme.partition("## `tickets.csv`")[2].partition("\n## ")[0]
    stated = {topic: int(count) for topic, count in re.findall(r"^\| `(\w+)` \| (\d+) \|", readme, re.M)}
    assert stated == Counter(ticket.topic for ticket in tickets)
    channels = {channel: int(count) for channel, count in re.findall(r"`(\w+)` \((\d+)\)", readme)}
    assert channels == Counter(ticket.channel for ticket in tickets)
    assert f"{len(tickets)} messages" in readme


def test_lengths_differ_widely(tickets: list[Ticket]) -> None:
    lengths = [len(ticket.message.split()) for ticket in tickets]
    tenths = statistics.quantiles(lengths, n=10)
    assert min(lengths) == 3
    assert 180 <= max(lengths) <= 250
    assert sum(length >= 180 for length in lengths) >= 20
    assert tenths[0] <= 5
    assert 15 <= tenths[4] <= 35
    assert tenths[8] >= 70


def test_each_topic_has_short_and_long_messages(tickets: list[Ticket]) -> None:
    for topic in {ticket.topic for ticket in tickets}:
        lengths = [len(ticket.message.split()) for ticket in tickets if ticket.topic == topic]
        assert sum(length <= 8 for length in lengths) >= 16, topic
        assert sum(15 <= length <= 50 for length in lengths) >= 40, topic
        assert sum(length >= 80 for length in lengths) >= 10, topic


def test_no_two_messages_are_near_duplicates(tickets: list[Ticket]) -> None:
    assert list(near_duplicates([ticket.message for ticket in tickets])) == []


@pytest.mark.parametrize("num_words", [5, 20, 200])
def test_a_copy_with_another_word_counts_as_near_duplicate(tickets: list[Ticket], num_words: int) -> None:
    original = next(ticket.message for ticket in tickets if len(ticket.message.split()) >= num_words)
    changed = original.split()
    changed[len(changed) // 2] = "toaster"
    assert [pair[:2] for pair in near_duplicates([original, " ".join(changed)])] == [(original, " ".join(changed))]


def test_no_run_of_words_comes_from_a_template(tickets: list[Ticket]) -> None:
    assert frequent_6_grams([ticket.message for ticket in tickets]) == {}


def test_a_template_would_be_noticed() -> None:
    filled = [f"Where is my order {number}? I have been waiting for weeks" for number in (1, 2, 3)]
    assert frequent_6_grams(filled) == {"i have been waiting for weeks": 3}


def test_messages_have_emoji_and_letters_outside_ascii(tickets: list[Ticket]) -> None:
    messages = [ticket.message for ticket in tickets]
    assert sum(bool(re.search("[\U0001f300-\U0001faff❤⭐]", message)) for message in messages) >= 20
    assert sum(bool(re.search("[À-ɏ]", message)) for message in messages) >= 40
    assert sum(bool(re.search("[぀-ヿ一-鿿]", message)) for message in messages) >= 3
    assert sum("£" in message or "€" in message for message in messages) >= 25


def test_malformed_rows_are_what_the_readme_says(readme: str) -> None:
    stated = {
        int(line): "accepted" if result in ("good", "reads as a row") else result
        for line, result in re.findall(r"^\| (\d+) \| ([^|]+) \|", readme, re.M)
    }
    assert {record.line: result_of(record) for record in malformed_records()} == stated


def test_malformed_file_has_mostly_malformed_rows(readme: str) -> None:
    results = Counter(re.findall(r"^\| \d+ \| ([^|]+) \|", readme, re.M))
    accepted = results["good"] + results["reads as a row"]
    assert (results["good"], results["reads as a row"], results.total() - accepted) == (8, 2, 38)
    assert f"{results.total()} rows" in readme
    assert "38 that a careful reader rejects, 2 that are wrong but\nread as rows, and 8 good ones" in readme


def test_good_rows_of_the_malformed_file_have_known_topics_and_channels(tickets: list[Ticket], readme: str) -> None:
    good = {int(line) for line in re.findall(r"^\| (\d+) \| good \|", readme, re.M)}
    rows = [record.values for record in malformed_records() if record.line in good]
    assert {row["topic"] for row in rows if row} <= {ticket.topic for ticket in tickets}
    assert {row["channel"] for row in rows if row} <= {ticket.channel for ticket in tickets}
