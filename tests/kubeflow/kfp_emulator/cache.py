"""KFP's cache: which execution's outputs stand for a task that would do the same."""

import hashlib
import json
import threading
from typing import Any

from google.protobuf import json_format
from kfp.pipeline_spec.pipeline_spec_pb2 import ComponentSpec, ExecutorInput, ParameterType


def cache_fingerprint(
    executor_input: ExecutorInput, component: ComponentSpec, container: Any, claims: list[str]
) -> str:
    """`GenerateCacheKey` in `cacheutils/cache.go@0139b8da`, `getFingerPrint` in `driver/cache.go@13a150d0`.

    Artifacts enter by their numbers in ML Metadata, outputs without their URIs. Neither node, resources, secrets and
    retries enter, nor what is behind the image's name.

    Args:
        executor_input: What the driver resolved and provided.
        component: The component.
        container: Its container, with placeholders.
        claims: The claims that it mounts.
    """
    inputs, outputs = executor_input.inputs, executor_input.outputs
    key = {
        "inputArtifactNames": {
            name: [artifact.name for artifact in artifacts.artifacts] for name, artifacts in inputs.artifacts.items()
        },
        "inputParameterValues": {
            name: json_format.MessageToDict(value) for name, value in inputs.parameter_values.items()
        },
        "outputArtifactsSpec": {
            name: {**json_format.MessageToDict(artifacts.artifacts[0]), "uri": ""}
            for name, artifacts in outputs.artifacts.items()
        },
        "outputParametersSpec": {
            name: ParameterType.ParameterTypeEnum.Name(component.output_definitions.parameters[name].parameter_type)
            for name in outputs.parameters
        },
        "containerSpec": {
            "image": container.image,
            "cmdArgs": [*container.command, *container.args],
            "pvcNames": sorted(set(claims)),
            # In 2.14 not yet.
            "env": [json_format.MessageToDict(variable) for variable in container.env],
        },
    }
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()


class Cache:
    """The API server's table of tasks; entries are made by launchers, after success, and never for cached tasks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._executions: dict[tuple[str, str], int] = {}

    def find(self, pipeline: str, fingerprint: str) -> int | None:
        """`GetExecutionCache`: the newest execution of a pipeline of that name, in the namespace."""
        with self._lock:
            return self._executions.get((pipeline, fingerprint))

    def add(self, pipeline: str, fingerprint: str, execution: int) -> None:
        """`CreateExecutionCache`."""
        with self._lock:
            self._executions[pipeline, fingerprint] = execution
