"""A cluster with Kubeflow Pipelines, as a test needs it."""

import pathlib
import threading
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from google.protobuf import struct_pb2
from kfp.pipeline_spec.pipeline_spec_pb2 import ParameterType

from kfp_emulator.cache import Cache
from kfp_emulator.driver import Run
from kfp_emulator.faults import KillExecutor, KillLauncher
from kfp_emulator.kubelet import Kubelet
from kfp_emulator.metadata_store import MetadataStore, value_of
from kfp_emulator.mounts import Volumes
from kfp_emulator.object_store import ObjectStore
from kfp_emulator.pipeline_spec import CompiledPipeline, read_pipeline
from kfp_emulator.pod_runner import PodRunner
from kfp_emulator.refused import Refused
from kfp_emulator.run_result import RunResult
from kfp_emulator.workflow import Workflow

# `DefaultPipelineRoot` of the `kfp-launcher` ConfigMap, where an operator sets none.
DEFAULT_PIPELINE_ROOT = "minio://mlpipeline/v2/artifacts"

_KINDS = {
    ParameterType.NUMBER_DOUBLE: "number_value",
    ParameterType.NUMBER_INTEGER: "number_value",
    ParameterType.STRING: "string_value",
    ParameterType.BOOLEAN: "bool_value",
    ParameterType.LIST: "list_value",
    ParameterType.STRUCT: "struct_value",
}


class EmulatedKfp:
    """Runs pipelines one after another; ML Metadata, the cache and the volumes are the same for all.

    Attributes:
        store: ML Metadata.
        objects: The object store; boto3's environment variables name the server.
    """

    def __init__(
        self,
        folder: pathlib.Path,
        claims: Mapping[str, pathlib.Path] | None = None,
        secrets: Mapping[str, Mapping[str, str]] | None = None,
        image_env: Mapping[str, str] | None = None,
        *,
        publish_logs: bool = True,
        max_pods: int = 2,
    ) -> None:
        """Makes an empty cluster.

        Args:
            folder: Where pods have their disks; it may be anywhere.
            claims: The folders of PersistentVolumeClaims.
            secrets: Secrets, by name and key.
            image_env: The environment variables that the image sets.
            publish_logs: Whether logs are kept as artifacts, as the cluster's administrator decides.
            max_pods: How many pods run at once.
        """
        self.store, self.objects, self._cache = MetadataStore(), ObjectStore(), Cache()
        volumes = Volumes(claims or {}, secrets or {}, folder / "secrets")
        self._kubelet = Kubelet(volumes, self.objects, folder, dict(image_env or {}))
        self._publish_logs, self._slots = publish_logs, threading.Semaphore(max_pods)

    def run(
        self,
        pipeline: pathlib.Path,
        parameters: Mapping[str, Any] | None = None,
        *,
        pipeline_root: str = DEFAULT_PIPELINE_ROOT,
        tasks: Collection[str] | None = None,
        commands: Mapping[str, list[str]] | None = None,
        faults: Sequence[KillExecutor | KillLauncher] = (),
    ) -> RunResult:
        """Uploads a pipeline and runs it to its end.

        Args:
            pipeline: The compiled YAML.
            parameters: The run's parameters.
            pipeline_root: The run's root. The backend does not read the YAML's `defaultPipelineRoot`: whoever submits
                has to name it, else it is the cluster's.
            tasks: The only tasks that may start; the test's own wish.
            commands: Commands in place of compiled ones, by task; the test's own wish.
            faults: Where pods die.

        Returns:
            What became of it.

        Raises:
            Refused: The API server takes no such pipeline, or no such parameters.
        """
        compiled = read_pipeline(pipeline)
        values = run_parameters(compiled, parameters or {})
        run_id = str(uuid.uuid4())
        # `OverrideV2PipelineName` in apiserver/template/v2_template.go@04407fbe.
        name = f"pipeline/{compiled.spec.pipeline_info.name}"
        # `GenerateOutputURI` in metadata/client.go@00f7b52b.
        root = f"{pipeline_root.rstrip('/')}/{name}/{run_id}"
        run = Run(run_id, run_id, compiled, name, root, self._publish_logs, self.store, self._cache)
        workflow = Workflow(run, PodRunner(self._kubelet, self._slots, faults), tasks, commands or {})
        # `RootDAG` in driver/driver.go@0010b067.
        dag = self.store.create_execution("", 0, inputs=values)
        return RunResult(run_id, workflow.run_dag("root", dag), workflow.results)


def run_parameters(pipeline: CompiledPipeline, given: Mapping[str, Any]) -> dict[str, struct_pb2.Value]:
    """`validatePipelineJobInputs` in `apiserver/template/v2_template.go@04407fbe`, `Compile` in `argocompiler/argo.go`.

    Args:
        pipeline: The pipeline.
        given: The run's parameters.

    Returns:
        All parameters, with the defaults.

    Raises:
        Refused: One is missing, has the wrong type, or is not the pipeline's.
    """
    declared = pipeline.spec.root.input_definitions.parameters
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise Refused(f"parameter(s) provided are not required by pipeline: {', '.join(unknown)}")
    values = {}
    for name, parameter in declared.items():
        if name in given:
            values[name] = value_of(given[name])
            if values[name].WhichOneof("kind") != _KINDS.get(parameter.parameter_type):
                type_ = ParameterType.ParameterTypeEnum.Name(parameter.parameter_type)
                raise Refused(f"input parameter {name} requires type {type_}")
        elif parameter.HasField("default_value"):
            values[name] = parameter.default_value
        elif parameter.is_optional:
            values[name] = value_of(None)
        else:
            raise Refused(f"parameter {name} is not optional, yet has neither default value nor user provided value")
    return values
