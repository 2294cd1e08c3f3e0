"""The config section `data`: which files, which columns, which rows go where."""

from typing import Annotated, Any, Literal, Self

import pydantic

from components.text_example_gen.label_rule import LabelChanges
from components.text_example_gen.spans import fault_of_spans
from models.config import Section

Format = Literal["csv", "tsv", "jsonl", "parquet", "tfrecord", "conll", "squad", "documents"]
SplitName = Literal["train", "eval", "test"]
DataField = Literal["path", SplitName]

SPLITS: tuple[SplitName, ...] = ("train", "eval", "test")


def _number_to_name(value: Any) -> Any:
    # YAML reads the columns of a file without a header, `{text: 0, label: 1}`, as integers.
    return str(value) if type(value) is int else value


def _empty_to_none(value: Any) -> Any:
    # A parameter of a pipeline on Kubeflow has no null.
    return None if value == "" else _number_to_name(value)


SourceColumn = Annotated[str, pydantic.BeforeValidator(_number_to_name, json_schema_input_type=str | int)]
Span = Annotated[str | None, pydantic.BeforeValidator(_empty_to_none, json_schema_input_type=str | int | None)]


class DataConfig(Section):
    """Where the rows come from and what their columns are called."""

    train: str | None = pydantic.Field(default=None, description="Files of the train split: a path or a glob.")
    eval: str | None = pydantic.Field(default=None, description="Files of the eval split: a path or a glob.")
    test: str | None = pydantic.Field(default=None, description="Files of the test split: a path or a glob.")
    path: str | None = pydantic.Field(
        default=None, description="Files to split by a hash of their content, instead of `train` and `eval`."
    )
    split: dict[SplitName, pydantic.NonNegativeInt] = pydantic.Field(
        default={"train": 8, "eval": 1, "test": 1},
        description="With `path`: the splits' shares. Rows of equal text always fall into the same split.",
    )
    span: Span = pydantic.Field(
        default=None,
        description="Where paths hold `{SPAN}`, or `{YYYY}`, `{MM}` and `{DD}` (docs/spans.md): the newest span to "
        'read, such as `"12"` or `2026-11-20`; by default the newest that is there.',
    )
    window: pydantic.PositiveInt = pydantic.Field(
        default=1, description="How many numbers or days back from `span`, that one included, are read."
    )
    format: Literal["auto", Format] = pydantic.Field(
        default="auto",
        description="`auto` goes by the file's ending; `.gz` is understood on top of any. `conll`: a word and its "
        "tag a line (`.conll`, `.bio`, `.iob`; say it for CoNLL-2003's own files, which end in `.txt`), columns "
        "`words`, `1`, `2`, …, `tags`. `squad`: questions as SQuAD has them (`.json`). `documents`: plain text with a "
        "blank line between documents (`.txt`), column `text`.",
    )
    quoting: bool = pydantic.Field(
        default=True, description="CSV and TSV: whether `\"` quotes a field (RFC 4180). Off for GLUE's files."
    )
    header: bool = pydantic.Field(
        default=True, description="CSV and TSV: whether the first row names the columns; if not they are `0`, `1`, …"
    )
    columns: dict[str, SourceColumn] = pydantic.Field(
        default={}, description="The task's columns and what the file calls them: `{text: message, label: topic}`."
    )
    extra_columns: tuple[SourceColumn, ...] = pydantic.Field(
        default=(), description="Further columns to keep in the examples, under their own names."
    )
    max_rejected_fraction: float = pydantic.Field(
        default=0.01, ge=0, le=1, description="Share of rejected rows above which the run stops."
    )
    label_changes: LabelChanges = pydantic.Field(
        default="follow",
        description="What becomes of labels that the model in service does not have, and of those that vanished "
        "(docs/continuous_training.md). `follow`: the classes are the labels of the train split. `error`: the run "
        "stops. `extend`: new ones become classes. `ignore`: rows with new ones are rejected, which "
        "`max_rejected_fraction` does not count. With the last two, those that vanished stay classes.",
    )

    @pydantic.model_validator(mode="after")
    def _one_way_to_split(self) -> Self:
        if self.path and (self.train or self.eval or self.test):
            raise ValueError("give either `path` with `split`, or `train` and `eval`, not both")
        if not self.path and not (self.train and self.eval):
            raise ValueError("give `train` and `eval` (files of their own), or `path` (split by a hash of the content)")
        if self.path and not (self.split.get("train") and self.split.get("eval")):
            raise ValueError("`split` needs a share above zero for `train` and `eval`")
        return self

    @pydantic.model_validator(mode="after")
    def _spans_can_be_told(self) -> Self:
        fault = fault_of_spans(self.patterns(), self.span, self.window)
        if fault:
            raise ValueError(fault)
        return self

    def patterns(self) -> dict[DataField, str]:
        """The paths and globs by field, in the order path, train, eval, test."""
        fields: tuple[DataField, ...] = ("path", *SPLITS)
        return {name: pattern for name in fields if (pattern := getattr(self, name))}

    def requested_splits(self) -> tuple[SplitName, ...]:
        """The splits that this section asks for, in the order train, eval, test."""
        if self.path:
            return tuple(name for name in SPLITS if self.split.get(name))
        return tuple(name for name in SPLITS if getattr(self, name))
