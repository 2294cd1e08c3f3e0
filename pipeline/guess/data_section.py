"""Guesses where the config section `data` takes the rows of each split from, by trying it on a sample."""

import dataclasses
import pathlib
from collections.abc import Mapping, Sequence

from components.text_example_gen.config import SPLITS, SplitName
from models.tasks.interface.task import Task
from models.user_error import UserError
from pipeline.guess.config_path import config_path
from pipeline.guess.finding import Finding
from pipeline.guess.sample import Sample
from pipeline.guess.split_files import SplitFiles
from pipeline.guess.trial_ingest import TrialIngest, try_files, try_split

_MIN_ROWS = 20
"""Below that no figure means anything."""

_FEW_ROWS = 2_000
_SHARES: dict[SplitName, int] = {"train": 8, "eval": 1, "test": 1}
_SHARES_OF_FEW: dict[SplitName, int] = {"train": 7, "eval": 2, "test": 1}
_SHARES_OF_VERY_FEW: dict[SplitName, int] = {"train": 7, "eval": 3}
"""Fewer rows to judge by would tell good from bad by chance."""

_USUAL_REJECTS = 0.008
"""Share of rejects up to which the config's default limit, 0.01, holds: a sample may have seen a few too few."""
_LIMITS = (0.02, 0.05, 0.1, 0.25)
_MAX_REJECTS = 0.2
_MAX_REJECTS_OF_FOUND = 0.05


@dataclasses.dataclass(frozen=True)
class DataSection:
    """The guessed part of the section.

    Attributes:
        fields: For the config.
        comments: By field.
        trial: What came of the sample.
        num_rows: Rows of each split, estimated where files are large.
        findings: By what that was seen.
    """

    fields: dict[str, object]
    comments: dict[str, str]
    trial: TrialIngest
    num_rows: Mapping[SplitName, int]
    findings: tuple[Finding, ...]


def guess_data(
    files: SplitFiles, samples: Sequence[Sample], columns: Mapping[str, str], task: Task, folder: pathlib.Path
) -> DataSection:
    """Returns which rows go where.

    Args:
        files: Which file is for which split.
        samples: Their rows.
        columns: The file's column by the task's.
        task: Parses rows.
        folder: The config file's.

    Raises:
        UserError: There are too few rows, or too many cannot be used.
    """
    if files.of_split:
        section = _own_files(files, dict(zip(files.of_split, samples, strict=True)), columns, task)
    else:
        section = _by_content(files.pattern, samples, columns, task)
    _check(section, samples)
    paths = {
        name: config_path(folder, str(value)) for name, value in section.fields.items() if name in (*SPLITS, "path")
    }
    return _with_rejects(dataclasses.replace(section, fields={**section.fields, **paths}), samples)


def check_readable(samples: Sequence[Sample], unit: str) -> None:
    """Checks that there are rows to learn from, before columns are looked at.

    Args:
        samples: Rows of each file.
        unit: What they are called.

    Raises:
        UserError: There are very few, or many cannot be read.
    """
    names = " and ".join(str(sample.path) for sample in samples)
    records = [(sample, record) for sample in samples for record in sample.records]
    broken = [(sample, record) for sample, record in records if record.values is None]
    if len(broken) > _MAX_REJECTS * len(records):
        sample, record = broken[0]
        raise UserError(
            f"{len(broken) / len(records):.0%} of the rows of {names} cannot be read; the first: "
            f"{sample.path}:{record.line}: {record.fault}"
        )
    if len(records) < _MIN_ROWS:
        raise UserError(f"{names}: {len(records)} {unit} cannot train and judge a model; some hundreds are a beginning")


def _own_files(
    files: SplitFiles, samples: Mapping[SplitName, Sample], columns: Mapping[str, str], task: Task
) -> DataSection:
    trial = try_files(samples, columns, task)
    num_rows, findings = {}, []
    for name, sample in samples.items():
        if sample.path in files.found and trial.num_rejects([sample]) > _MAX_REJECTS_OF_FOUND * len(sample.records):
            raise UserError(f"{sample.path} does not fit: {trial.commonest_reason()}")
        num_rows[name] = _scaled(len(trial.examples[name]), [sample])
        reason = "lies beside it" if sample.path in files.found else "by its name"
        if name == "eval" and files.test_is_eval:
            reason = "there is no other file to judge by; it also chooses the best epoch, which flatters a little"
        findings.append(Finding(name, sample.path.name, f"{reason}; {_rows([sample])}"))
    comments = {"eval": "the test file: there is no other to judge by"} if files.test_is_eval else {}
    fields: dict[str, object] = {name: sample.path for name, sample in samples.items()}
    return DataSection(fields, comments, trial, num_rows, tuple(findings))


def _by_content(pattern: str, samples: Sequence[Sample], columns: Mapping[str, str], task: Task) -> DataSection:
    is_small = sum(sample.num_rows for sample in samples) < _FEW_ROWS
    shares = _SHARES_OF_FEW if is_small else _SHARES
    trial = try_split(samples, columns, shares, task)
    if is_small and not trial.examples["test"]:
        shares = _SHARES_OF_VERY_FEW
        trial = try_split(samples, columns, shares, task)
    num_rows = {name: _scaled(len(trial.examples[name]), samples) for name in shares}
    reason = "shares, by a hash of the text: equal texts stay together"
    few = "; large ones to judge by, as rows are few" if is_small else ""
    findings = (
        Finding("data", pathlib.Path(pattern).name, _rows(samples)),
        Finding("split", ", ".join(f"{name} {share}" for name, share in shares.items()), reason + few),
    )
    fields: dict[str, object] = {"path": pattern, **({"split": dict(shares)} if is_small else {})}
    return DataSection(fields, {}, trial, num_rows, findings)


def _check(section: DataSection, samples: Sequence[Sample]) -> None:
    trial = section.trial
    num_examples = sum(map(len, trial.examples.values()))
    name = " and ".join(str(sample.path) for sample in samples)
    num_read = sum(len(sample.records) for sample in samples)
    share = trial.num_rejects(samples) / max(1, num_read)
    if share > _MAX_REJECTS:
        raise UserError(
            f"{share:.0%} of the rows of {name} cannot be used; the commonest reason: {trial.commonest_reason()}"
        )
    if num_examples < _MIN_ROWS or not all(trial.examples[split] for split in section.num_rows):
        raise UserError(
            f"{name}: {num_examples} rows are too few to train a model and to judge it; some hundreds are a beginning"
        )
    labels = {label for row in trial.examples["train"] for label in trial.task.label_values(row)}
    if len(labels) < trial.task.min_labels:
        raise UserError(f"{name}: the train split has {len(labels)} of the {trial.task.min_labels} labels it needs")


def _with_rejects(section: DataSection, samples: Sequence[Sample]) -> DataSection:
    """Raises the limit of rejected rows where the sample is above it, and tells what is wrong with them."""
    share = section.trial.num_rejects(samples) / sum(len(sample.records) for sample in samples)
    if not share:
        return section
    reason = section.trial.commonest_reason()
    finding = Finding("rejects", f"{share:.2%} of the rows", f"mostly such as {reason}")
    section = dataclasses.replace(section, findings=(*section.findings, finding))
    if share <= _USUAL_REJECTS:
        return section
    limit = next(limit for limit in _LIMITS if limit > share)
    return dataclasses.replace(
        section,
        fields={**section.fields, "max_rejected_fraction": limit},
        comments={**section.comments, "max_rejected_fraction": f"{share:.1%} cannot be used"},
    )


def _scaled(num_read: int, samples: Sequence[Sample]) -> int:
    return round(num_read * sum(sample.num_rows for sample in samples) / sum(len(sample.records) for sample in samples))


def _rows(samples: Sequence[Sample]) -> str:
    about = "" if all(sample.is_exact for sample in samples) else "about "
    return f"{about}{sum(sample.num_rows for sample in samples):,} rows"
