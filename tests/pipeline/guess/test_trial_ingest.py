"""The trial must count what the ingest's own RowSorter decides."""

import pathlib
from collections.abc import Mapping

import pytest

from components.text_example_gen.config import SplitName
from components.text_example_gen.content_hash import content_digest
from components.text_example_gen.readers.record import Record
from models.tasks.interface.registry import task_named
from pipeline.guess.sample import Sample, sample_records
from pipeline.guess.trial_ingest import TrialIngest, try_files, try_split

TASK = task_named("text_classification")
COLUMNS = {"text": "text", "label": "label"}
SHARES: Mapping[SplitName, int] = {"train": 7, "eval": 2, "test": 1}


def _sample(name: str, rows: list[tuple[object, object]], *broken: str) -> Sample:
    records = [Record(line, None, {"text": text, "label": label}) for line, (text, label) in enumerate(rows, 2)]
    records += [Record(99, b"", None, fault) for fault in broken]
    return sample_records(pathlib.Path(name), records, ("text", "label"))


TRAIN = [(f"train text {row}", "ab"[row % 2]) for row in range(40)]
FILES: dict[SplitName, Sample] = {
    "train": _sample(
        "train.csv", [*TRAIN, ("eval text 1", "a"), (" test  text 2", "a"), ("", "a"), ("x", 1.5)], "NUL byte: at 3"
    ),
    "eval": _sample("eval.csv", [(f"eval text {row}", "a") for row in range(9)] + [("test text 1", "a"), ("e", "c")]),
    "test": _sample("test.csv", [(f"test text {row}", "b") for row in range(9)] + [("t", None), ("train text 1", "d")]),
}
MIXED = [(f"text {row}", "abcdefg"[row % 7]) for row in range(60)] + [("text 1", "z"), ("only", "rare"), ("", "a")]


def _decided(samples: Mapping[SplitName | None, Sample]) -> tuple[dict[str, int], int]:
    """Examples by split, and rejects, as the ingest's two passes give them."""
    from components.text_example_gen.column_map import ColumnMap
    from components.text_example_gen.decided_row import Accepted
    from components.text_example_gen.held_out import HeldOut
    from components.text_example_gen.row_parser import RowParser
    from components.text_example_gen.row_sorter import RowSorter

    parser = RowParser(TASK, ColumnMap(COLUMNS, ("text", "label"), ()))
    digests: dict[SplitName | None, set[bytes]] = {"eval": set(), "test": set()}
    for split in set(digests) & set(samples):
        for record in samples[split].records:
            if record.values and record.values["label"]:
                digests[split].add(content_digest(TASK.content(parser.parse(record.values))))
    held_out = HeldOut(frozenset(digests["eval"]), frozenset(digests["test"]))
    labels: set[bytes] = set()
    counts, num_rejects = dict.fromkeys(("train", "eval", "test"), 0), 0
    for stage in ({"train"}, {"eval", "test"}):
        for split, sample in samples.items():
            sorter = RowSorter(
                parser, split or SHARES, held_out, frozenset(labels) if stage != {"train"} else frozenset()
            )
            for record in sample.records:
                decision = sorter.decide(record)
                if (decision.split or "train") not in stage:
                    continue
                if isinstance(decision, Accepted):
                    counts[decision.split] += 1
                    labels |= {decision.features["label"]} if stage == {"train"} else set()
                else:
                    num_rejects += 1
    return counts, num_rejects


def _told(trial: TrialIngest, samples: Mapping[SplitName | None, Sample]) -> tuple[dict[str, int], int]:
    return {name: len(rows) for name, rows in trial.examples.items()}, trial.num_rejects(list(samples.values()))


def test_own_files_come_out_as_in_the_ingest() -> None:
    samples: dict[SplitName | None, Sample] = dict(FILES.items())
    trial = try_files(FILES, COLUMNS, TASK)
    assert _told(trial, samples) == _decided(samples) == ({"train": 39, "eval": 9, "test": 9}, 10)


def test_split_by_content_comes_out_as_in_the_ingest() -> None:
    samples: dict[SplitName | None, Sample] = {None: _sample("all.csv", MIXED, "invalid UTF-8: byte 0xe9")}
    trial = try_split([samples[None]], COLUMNS, SHARES, TASK)
    told = _told(trial, samples)
    assert told == _decided(samples)
    assert sum(told[0].values()) + told[1] == len(MIXED) + 1


@pytest.mark.parametrize(("line", "place"), [(7, "a.csv:7: "), (0, "a.csv: ")])
def test_the_commonest_reason_names_a_row(line: int, place: str) -> None:
    records = [Record(line, None, {"text": " ", "label": "a"})] * 3 + [Record(1, None, {"text": "x", "label": ""})] * 2
    trial = try_split([sample_records(pathlib.Path("a.csv"), records, None)], COLUMNS, SHARES, TASK)
    assert trial.commonest_reason() == f"{place}text is empty"
