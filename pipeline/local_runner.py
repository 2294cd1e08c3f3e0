"""Runs a pipeline on this machine, one component after the other, and says how each fares."""

import datetime
import logging
import time
from typing import Any, Protocol

from tfx.dsl.compiler import constants
from tfx.orchestration import metadata
from tfx.orchestration.local import runner_utils
from tfx.orchestration.portable import launcher, runtime_parameter_utils, tfx_runner
from tfx.proto.orchestration import pipeline_pb2

from pipeline.component_failed import ComponentFailedError, user_error_behind

logger = logging.getLogger(__name__)


class Observer(Protocol):
    """Is told what a run does."""

    def plan(self, components: list[str]) -> None:
        """The run will go through these components, in this order."""

    def started(self, component: str) -> None:
        """A component began."""

    def finished(self, component: str, state: str, seconds: float) -> None:
        """A component ended: `done`, `cached` or `failed`."""


class LocalRunner(tfx_runner.IrBasedRunner):
    """TFX's LocalDagRunner with an observer: TFX's own says nothing that a person could follow."""

    def __init__(self, observer: Observer) -> None:
        """Sets who is told."""
        self._observer = observer

    def run_with_ir(
        self, pipeline: pipeline_pb2.Pipeline, run_options: Any = None, **kwargs: Any
    ) -> dict[str, dict[str, str]]:
        """Runs a compiled pipeline.

        Returns:
            The URI of each output of each component.

        Raises:
            UserError: A component stopped for a fault in the user's data or config.
            ComponentFailedError: A component failed otherwise.
        """
        run_id = datetime.datetime.now().isoformat()
        runtime_parameter_utils.substitute_runtime_parameter(
            pipeline, {constants.PIPELINE_RUN_ID_PARAMETER_NAME: run_id}
        )
        deployment = runner_utils.extract_local_deployment_config(pipeline)
        connection = getattr(
            deployment.metadata_connection_config,
            deployment.metadata_connection_config.WhichOneof("connection_config"),
        )
        nodes = [node.pipeline_node for node in pipeline.nodes]
        self._observer.plan([node.node_info.id for node in nodes])
        return {node.node_info.id: self._run_node(pipeline, node, deployment, connection) for node in nodes}

    def _run_node(self, pipeline: pipeline_pb2.Pipeline, node: Any, deployment: Any, connection: Any) -> dict[str, str]:
        name = node.node_info.id
        started = time.monotonic()
        self._observer.started(name)
        try:
            execution = launcher.Launcher(
                pipeline_node=node,
                mlmd_connection=metadata.Metadata(connection),
                pipeline_info=pipeline.pipeline_info,
                pipeline_runtime_spec=pipeline.runtime_spec,
                executor_spec=runner_utils.extract_executor_spec(deployment, name),
                custom_driver_spec=runner_utils.extract_custom_driver_spec(deployment, name),
            ).launch()
        except BaseException as error:
            self._observer.finished(name, "failed", time.monotonic() - started)
            if not isinstance(error, Exception):
                raise
            logger.exception("%s failed", name)
            fault = user_error_behind(error)
            if fault is None:
                raise ComponentFailedError(name, error) from error
            if fault is error:
                raise
            raise fault from None
        # TFX gives an execution a place for its executor's output only when it runs one.
        cached = not execution.execution_output_uri
        self._observer.finished(name, "cached" if cached else "done", time.monotonic() - started)
        return {key: artifacts[0].uri for key, artifacts in execution.output_dict.items() if artifacts}
