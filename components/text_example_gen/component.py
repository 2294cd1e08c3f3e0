"""TextExampleGen's place in a pipeline."""

import dataclasses
import json
import types
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tfx.dsl.components.base.base_beam_component import BaseBeamComponent
from tfx.dsl.components.base.executor_spec import BeamExecutorSpec
from tfx.types.channel import Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import Examples

from components.current_model.served_model import ServedModel
from components.run_parameters import properties_of_section
from components.text_example_gen.artifact import LabelVocabulary, RejectedRows
from components.text_example_gen.config import DataConfig
from components.text_example_gen.driver import Driver
from components.text_example_gen.executor import Executor
from components.text_example_gen.label_rule_executor import LabelRuleExecutor
from models.encoder_settings import EncoderSettings


@dataclasses.dataclass(frozen=True)
class KnownLabels:
    """Whose labels are known before the data are read.

    Attributes:
        served: The model whose version in service has labels.
        curated_schema: The schema that lists labels, in text form; empty where there is none.
    """

    served: ServedModel
    curated_schema: str

    def properties(self) -> dict[str, str]:
        """As execution properties."""
        return {**self.served.properties(), "curated_schema": self.curated_schema}


class TextExampleGenSpec(ComponentSpec):
    """Outputs and properties of TextExampleGen; the driver sets `fingerprint`, against which the executor checks."""

    PARAMETERS: ClassVar[dict[str, ExecutionParameter]] = {
        "task": ExecutionParameter(type=str),
        "data": ExecutionParameter(type=str),
        "slices": ExecutionParameter(type=str),
        "failed_rejects": ExecutionParameter(type=str),
        "encoder": ExecutionParameter(type=str, optional=True),
        "redact": ExecutionParameter(type=int, optional=True),
        "fingerprint": ExecutionParameter(type=str, optional=True),
        # For data.label_changes: where the version in service is, as ServingConfig and name, and the curated schema.
        "serving": ExecutionParameter(type=str, optional=True),
        "model_name": ExecutionParameter(type=str, optional=True),
        "curated_schema": ExecutionParameter(type=str, optional=True),
        **properties_of_section("data"),
    }
    INPUTS: ClassVar[dict[str, ChannelParameter]] = {}
    OUTPUTS: ClassVar[dict[str, ChannelParameter]] = {
        "examples": ChannelParameter(type=Examples),
        "rejects": ChannelParameter(type=RejectedRows),
        "label_vocabulary": ChannelParameter(type=LabelVocabulary),
    }


class TextExampleGen(BaseBeamComponent):
    """Reads text files into tf.Examples under the task's column names, and rows that cannot be used into rejects.

    An earlier run's output is used again only while the files are the same: on one machine the driver sees to that; on
    Kubeflow no driver runs, so there the task needs its cache off.
    """

    SPEC_CLASS = TextExampleGenSpec
    EXECUTOR_SPEC = BeamExecutorSpec(Executor)
    DRIVER_CLASS = Driver

    def __init__(
        self,
        task: str,
        data: DataConfig,
        failed_rejects: str,
        slices: Sequence[str] = (),
        encoder: EncoderSettings | None = None,
        known: KnownLabels | None = None,
        redact: bool = False,
        run_parameters: Mapping[str, Any] = types.MappingProxyType({}),
    ) -> None:
        """Builds the component.

        Args:
            task: The task, as `ChosenTask.to_json` writes it.
            data: Which files, columns and splits.
            failed_rejects: Folder or URI that keeps the rejects of a run which they stopped; TFX deletes the outputs of
                failed components.
            slices: Columns by which results are told apart, which are kept.
            encoder: What tokenises, for a task that expands rows; others have no need to read again when it changes.
            known: Whose labels `data.label_changes` goes by; None where the labels are the train split's.
            redact: Whether rejects and messages say of rows only where they are and what kind of fault they have.
            run_parameters: What an operator may set for a run, by the properties' names.
        """
        spec = TextExampleGenSpec(
            task=task,
            data=data.model_dump_json(),
            slices=json.dumps(list(slices)),
            failed_rejects=failed_rejects,
            encoder=encoder.to_json() if encoder else "",
            redact=int(redact),
            examples=Channel(type=Examples),
            rejects=Channel(type=RejectedRows),
            label_vocabulary=Channel(type=LabelVocabulary),
            **(known.properties() if known else {}),
            **run_parameters,
        )
        # Its code counts as the component's: where versions lie concerns those alone who compare labels with one.
        super().__init__(spec=spec, custom_executor_spec=BeamExecutorSpec(LabelRuleExecutor) if known else None)
