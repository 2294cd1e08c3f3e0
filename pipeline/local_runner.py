"""Runs a pipeline on this machine, one component after the other, and says how each fares."""

import dataclasses
import logging
import pathlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ml_metadata.proto import metadata_store_pb2
from tfx.dsl.compiler import constants
from tfx.orchestration import metadata
from tfx.orchestration.local import runner_utils
from tfx.orchestration.portable import launcher, partial_run_utils, runtime_parameter_utils, tfx_runner
from tfx.proto.orchestration import executable_spec_pb2, pipeline_pb2

from models.user_error import UserError
from pipeline.component_failed import ComponentFailedError, user_error_behind
from pipeline.file_fault import file_fault
from pipeline.runs.part import RunPart
from pipeline.runs.record import ComponentState

logger = logging.getLogger(__name__)

Outputs = dict[str, dict[str, str]]
"""The URI of each output of each component."""

CacheKey = Callable[[list[str], Mapping[str, str]], str]
"""Gives what TFX's cache key lacks, from a component's classes (import paths) and string properties."""

_KEY_PROPERTY = "bertline_cache_key"


class Observer(Protocol):
    """Is told what a run does."""

    def plan(self, components: list[str]) -> None:
        """The run will go through these components, in this order."""

    def started(self, component: str) -> None:
        """A component began."""

    def finished(self, component: str, state: ComponentState, seconds: float, outputs: Mapping[str, str]) -> None:
        """A component ended."""


@dataclasses.dataclass(frozen=True)
class LocalRun:
    """What LocalRunner is told of one run.

    Attributes:
        name: The pipeline run's name in ML Metadata.
        cache_key: Makes earlier results valid where neither it nor what TFX compares has changed.
        part: Which components run.
        base: The run whose results stand for what comes before the part; None where nothing does.
    """

    name: str
    cache_key: CacheKey
    part: RunPart
    base: str | None


class LocalRunner(tfx_runner.IrBasedRunner):
    """TFX's LocalDagRunner with an observer, and a cache that sees code: TFX's own has neither."""

    def __init__(self, observer: Observer, run: LocalRun) -> None:
        """Sets who is told, and what to run."""
        self._observer = observer
        self._run = run

    def run_with_ir(self, pipeline: pipeline_pb2.Pipeline, run_options: Any = None, **kwargs: Any) -> Outputs:
        """Runs a compiled pipeline.

        Returns:
            The URI of each output of each component that ran.

        Raises:
            UserError: A component stopped for a fault in the user's data or config.
            ComponentFailedError: A component failed otherwise.
        """
        runtime_parameter_utils.substitute_runtime_parameter(
            pipeline, {constants.PIPELINE_RUN_ID_PARAMETER_NAME: self._run.name}
        )
        deployment = runner_utils.extract_local_deployment_config(pipeline)
        connection = getattr(
            deployment.metadata_connection_config,
            deployment.metadata_connection_config.WhichOneof("connection_config"),
        )
        nodes = {node.pipeline_node.node_info.id: node.pipeline_node for node in pipeline.nodes}
        chosen = self._run.part.components(list(nodes))
        for name in chosen:
            self._set_caching(nodes[name], deployment)
        self._observer.plan(chosen)
        if self._run.base is not None:
            self._take_over(pipeline, chosen, connection)
        return {name: self._run_node(pipeline, nodes[name], deployment, connection) for name in chosen}

    def _set_caching(self, node: Any, deployment: Any) -> None:
        name = node.node_info.id
        node.execution_options.caching_options.enable_cache = not self._run.part.is_forced(name)
        parameters = node.parameters.parameters
        properties = {key: value.field_value.string_value for key, value in parameters.items()}
        specs = (
            runner_utils.extract_executor_spec(deployment, name),
            runner_utils.extract_custom_driver_spec(deployment, name),
        )
        key = self._run.cache_key([_class_path(spec) for spec in specs if spec], properties)
        parameters[_KEY_PROPERTY].field_value.string_value = key

    def _take_over(self, pipeline: pipeline_pb2.Pipeline, chosen: list[str], connection: Any) -> None:
        """Makes the results of an earlier run those of this one, for the components before the chosen ones."""
        settings = pipeline_pb2.SnapshotSettings()
        partial_run_utils.set_base_pipeline_run_strategy(settings, self._run.base)
        partial_run_utils.mark_pipeline(pipeline, from_nodes=chosen, to_nodes=chosen, snapshot_settings=settings)
        with metadata.Metadata(connection) as handle:
            partial_run_utils.snapshot(handle, pipeline)

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
            state: ComponentState = "failed" if isinstance(error, Exception) else "interrupted"
            self._observer.finished(name, state, time.monotonic() - started, {})
            if not isinstance(error, Exception):
                raise
            logger.exception("%s failed", name)
            fault = user_error_behind(error)
            root = pathlib.PurePath(pipeline.runtime_spec.pipeline_root.field_value.string_value)
            # Artifacts, and the metadata beside them.
            refused = file_fault(error, f"a file below {root.parent}")
            if fault is None and refused:
                raise UserError(f"{name}: {refused}") from error
            if fault is None:
                raise ComponentFailedError(name, error) from error
            if fault is error:
                raise
            raise fault from None
        outputs = _outputs(execution.execution_id, connection)
        # TFX gives an execution a place for its executor's output only when it runs one.
        state = "done" if execution.execution_output_uri else "cached"
        self._observer.finished(name, state, time.monotonic() - started, outputs)
        return outputs


def _outputs(execution_id: int, connection: Any) -> dict[str, str]:
    """The URIs of an execution's outputs; TFX's launcher does not know those of a cached one."""
    with metadata.Metadata(connection) as handle:
        events = [
            event
            for event in handle.store.get_events_by_execution_ids([execution_id])
            if event.type == metadata_store_pb2.Event.OUTPUT
        ]
        artifacts = handle.store.get_artifacts_by_id([event.artifact_id for event in events])
    uris = {artifact.id: artifact.uri for artifact in artifacts}
    return {event.path.steps[0].key: uris[event.artifact_id] for event in events}


def _class_path(spec: Any) -> str:
    if isinstance(spec, executable_spec_pb2.BeamExecutableSpec):
        spec = spec.python_executor_spec
    return str(spec.class_path)
