"""DataGate's place in a pipeline."""

from typing import ClassVar

from tfx.dsl.components.base.base_component import BaseComponent
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types.channel import BaseChannel, Channel
from tfx.types.component_spec import ChannelParameter, ComponentSpec, ExecutionParameter
from tfx.types.standard_artifacts import ExampleAnomalies

from components.data_gate.artifact import DataGateResult
from components.data_gate.executor import Executor


class DataGateSpec(ComponentSpec):
    """Inputs, outputs and properties of DataGate."""

    PARAMETERS: ClassVar[dict[str, ExecutionParameter]] = {"redact": ExecutionParameter(type=int, optional=True)}
    INPUTS: ClassVar[dict[str, ChannelParameter]] = {"anomalies": ChannelParameter(type=ExampleAnomalies)}
    OUTPUTS: ClassVar[dict[str, ChannelParameter]] = {"gate": ChannelParameter(type=DataGateResult)}


class DataGate(BaseComponent):
    """Stops the run where ExampleValidator found anomalies, and says which; it passes, or fails with a UserError.

    What may not start on bad data waits for it by `component.add_upstream_node(data_gate)`. TFX's local runners keep
    that order, and Kubeflow's compiler writes it down as `dependentTasks`; a failed gate leaves such components
    unstarted in both.
    """

    SPEC_CLASS = DataGateSpec
    EXECUTOR_SPEC = ExecutorClassSpec(Executor)

    def __init__(self, anomalies: BaseChannel, redact: bool = False) -> None:
        """Builds the component.

        Args:
            anomalies: ExampleValidator's output.
            redact: Whether messages leave out the details of anomalies, which quote values of the data.
        """
        super().__init__(spec=DataGateSpec(anomalies=anomalies, redact=int(redact), gate=Channel(type=DataGateResult)))
