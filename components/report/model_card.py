"""The model card of a version, as Markdown, with the sections and fields of TensorFlow's Model Card Toolkit."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from components.evaluator.judge import slice_name
from components.evaluator.verdict import Verdict
from components.report.config import ModelCardConfig
from components.report.number_text import plain_number
from models.export.description import ModelDescription

_NOT_SAID = "(not said)"
_MAX_LABELS = 50


@dataclasses.dataclass(frozen=True)
class ModelCardFacts:
    """What a run knows of the model that it made.

    Attributes:
        name: The served model's name.
        version: Its version.
        date: When it was made, ISO 8601.
        run: The run that made it.
        description: What the model says of itself.
        verdict: How it was judged.
        split: On which split.
        examples: Examples by split.
        path: Its folder.
    """

    name: str
    version: int
    date: str
    run: str
    description: ModelDescription
    verdict: Verdict
    split: str
    examples: Mapping[str, int]
    path: str


def model_card(facts: ModelCardFacts, words: ModelCardConfig) -> str:
    """Writes a model card.

    Args:
        facts: What the run knows.
        words: What only people know, from the config.
    """
    parts = [
        f"# Model card: {_line(facts.name)}",
        *_details(facts, words),
        *_parameters(facts),
        *_analysis(facts),
        *_considerations(words),
    ]
    return "\n\n".join(parts) + "\n"


def _details(facts: ModelCardFacts, words: ModelCardConfig) -> Iterable[str]:
    yield "## Model details"
    yield _list(
        {
            "Name": facts.name,
            "Overview": words.overview,
            "Version": f"{facts.version}, of {facts.date}, made by run {facts.run}",
            "Owners": ", ".join(words.owners),
            "License": words.license,
            "References": ", ".join(words.references),
            "Path": facts.path,
        }
    )


def _parameters(facts: ModelCardFacts) -> Iterable[str]:
    description = facts.description
    task = description.task.build()
    labels = ", ".join(description.labels[:_MAX_LABELS])
    more = f" and {len(description.labels) - _MAX_LABELS} more" if len(description.labels) > _MAX_LABELS else ""
    yield "## Model parameters"
    yield _list(
        {
            "Architecture": f"a network for {task.name}, fine-tuned from {description.preset}",
            "Data": ", ".join(f"{split}: {count:,} examples" for split, count in facts.examples.items()),
            "Input format": f"{', '.join(task.text_columns())}: strings in UTF-8; "
            f"{description.sequence_length} word pieces are read at once",
            "Output format": f"labels: {labels}{more}" if labels else f"the answers of {task.name}",
        }
    )


def _analysis(facts: ModelCardFacts) -> Iterable[str]:
    yield "## Quantitative analysis"
    yield f"Measured on the split {_line(facts.split)}. {_line(facts.verdict.reason)}"
    rows = []
    for found in facts.verdict.metrics:
        for metric, value in found.candidate.items():
            low, high = found.candidate_intervals.get(metric, (None, None))
            interval = f"{plain_number(low)} to {plain_number(high)}" if low is not None else ""
            rows.append((metric, slice_name(found.slice), plain_number(value), interval))
    yield _table(("metric", "slice", "value", "confidence interval"), rows)
    checks = [
        (check.explanation, {True: "held", False: "failed", None: "skipped"}[check.passed])
        for check in facts.verdict.thresholds
    ]
    if checks:
        yield _table(("threshold", "result"), checks)


def _considerations(words: ModelCardConfig) -> Iterable[str]:
    yield "## Considerations"
    yield _list(
        {
            "Users": words.users,
            "Use cases": words.use_cases,
            "Limitations": words.limitations,
            "Trade-offs": words.tradeoffs,
            "Ethical considerations": words.ethical_considerations,
        }
    )


def _list(fields: Mapping[str, str]) -> str:
    return "\n".join(f"- **{name}**: {_line(value) or _NOT_SAID}" for name, value in fields.items())


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *([_line(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _line(text: str) -> str:
    """Text of the data or the config as one line that means nothing in Markdown, nor in the HTML that it becomes."""
    escaped = "".join(
        f"\\{character}" if character in "\\`*_[]|~#" else character for character in " ".join(text.split())
    )
    return escaped.replace("&", "&amp;").replace("<", "&lt;")
