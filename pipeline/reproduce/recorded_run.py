"""A run of the history that can be run again: what it was made of, and with which config."""

import dataclasses

import pydantic

from models.user_error import UserError
from pipeline.config import PipelineConfig
from pipeline.runs.provenance import Provenance
from pipeline.runs.record import RunRecord


@dataclasses.dataclass(frozen=True)
class RecordedRun:
    """A run that can be run again.

    Attributes:
        record: Its record.
        provenance: What it was made of.
        config: Its config, which the YAML file may have left behind since.
    """

    record: RunRecord
    provenance: Provenance
    config: PipelineConfig

    @classmethod
    def of(cls, record: RunRecord) -> "RecordedRun":
        """Reads a record.

        Raises:
            UserError: It does not say enough to run it again.
        """
        if record.state != "done":
            raise UserError(f"run {record.run} was {record.state}: only what came to its end can be reproduced")
        if record.part or record.outcome is None:
            raise UserError(
                f"run {record.run} ran only a part of the line ({record.part}), on results of other runs; "
                "`bertline runs CONFIG` lists the whole ones"
            )
        if record.provenance is None:
            raise UserError(
                f"run {record.run} was recorded by a release that did not write down its data, code and config; "
                "newer runs can be reproduced"
            )
        try:
            config = PipelineConfig.model_validate(record.provenance.config)
        except pydantic.ValidationError as error:
            raise UserError(
                f"the config of run {record.run} is none of this release, which has other fields: {error}; "
                "use the release that ran it"
            ) from error
        return cls(record, record.provenance, config)
