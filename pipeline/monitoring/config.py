"""The config section `monitoring`: where requests are logged, and what counts as drift."""

from typing import Self

import pydantic

from models.config import Section


class DriftThresholds(Section):
    """How far requests may be from what the model was made of, beyond what chance gives; null leaves a check out."""

    text_length: float | None = pydantic.Field(
        default=0.05,
        ge=0,
        le=1,
        description="Lengths of the texts in word pieces, against the train split: Jensen-Shannon divergence. 0.05 is "
        "about what texts give that are half as long again.",
    )
    new_words: float | None = pydantic.Field(
        default=0.2,
        ge=0,
        description="How much more often the ten word pieces that have risen most are in the texts than in the train "
        "split's, in standard deviations of having a piece or not: 0.2 is what is called a small effect. New topics "
        "show here before the model has answered anything.",
    )
    unusual_texts: float | None = pydantic.Field(
        default=0.1,
        ge=0,
        le=1,
        description="By how much the share of texts whose word pieces are rarer in the train split than those of 95 % "
        "of its own texts may be above 5 %: 0.1 is ten of a hundred requests. Another language or kind of text, also "
        "in a part of the requests.",
    )
    unknown_pieces: float | None = pydantic.Field(
        default=0.02,
        ge=0,
        le=1,
        description="By how much the mean share of unknown pieces in a text may be above the train split's: what the "
        "vocabulary cannot spell, the model cannot read.",
    )
    labels: float | None = pydantic.Field(
        default=0.1,
        ge=0,
        le=1,
        description="By how much one label's share of the answers may differ from its share of the same model's "
        "answers to held-out rows (the L-infinity norm): 0.1 is ten of a hundred answers.",
    )
    confidence: float | None = pydantic.Field(
        default=0.05,
        ge=0,
        le=1,
        description="By how much the mean confidence may be below that on held-out rows.",
    )
    unsure_answers: float | None = pydantic.Field(
        default=0.1,
        ge=0,
        le=1,
        description="By how much the share of answers that are less sure than 95 % of those to held-out rows may be "
        "above 5 %.",
    )
    numbers: float | None = pydantic.Field(
        default=0.05,
        ge=0,
        le=1,
        description="The numbers that a regression answers, against those to held-out rows: Jensen-Shannon divergence.",
    )


class MonitoringConfig(Section):
    """Where requests are logged, what counts as drift (docs/monitoring.md), and what follows from it."""

    prediction_log: str | None = pydantic.Field(
        default=None,
        min_length=1,
        description="Folder and beginning of the names of the prediction log's files, such as `logs/tickets`: "
        "`bertline serve CONFIG` writes it, `bertline monitor` and `feedback` read it. It holds what people typed. "
        "Null for none.",
    )
    prediction_log_rate: float = pydantic.Field(
        default=1.0, ge=0, le=1, description="The share of the requests that `bertline serve CONFIG` logs."
    )
    window_hours: float = pydantic.Field(
        default=24, gt=0, description="How far back from now requests are looked at, unless `--since` says otherwise."
    )
    min_requests: int = pydantic.Field(
        default=30, ge=2, description="Different texts in the window below which nothing is decided."
    )
    false_alarms: float = pydantic.Field(
        default=0.001,
        ge=0.0001,
        le=0.2,
        description="How often at most a window is called drift, by any check, though its texts are of the kind that "
        "the model was made of: 0.001 is once in three years of days.",
    )
    thresholds: DriftThresholds = DriftThresholds()
    retrain: bool = pydantic.Field(
        default=False, description="Whether `bertline monitor` starts what `bertline run` does where it finds drift."
    )

    @pydantic.model_validator(mode="after")
    def _log_is_on_this_machine(self) -> Self:
        if self.prediction_log and "://" in self.prediction_log:
            raise ValueError(f"prediction_log must be a path of this machine: {self.prediction_log}")
        return self
