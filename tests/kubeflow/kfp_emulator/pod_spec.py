"""The pod that the driver asks for: `driver/driver.go@0010b067`, `driver/k8s.go@008dcd63`."""

import re
from typing import Any

from google.protobuf import json_format
from kfp.kubernetes.kubernetes_executor_config_pb2 import KubernetesExecutorConfig
from kfp.pipeline_spec.pipeline_spec_pb2 import ExecutorInput, PipelineTaskSpec

from kfp_emulator.metadata_store import value_of
from kfp_emulator.pod import Pod
from kfp_emulator.refused import DriverFailed
from kfp_emulator.task_inputs import Surroundings, resolve_parameter

_CHANNEL = re.compile(r"\$.inputs.parameters\['(.+?)'\]")
# `ParseQuantity` of Kubernetes.
_QUANTITY = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+|[numkMGTPE]|[KMGTPE]i)?")
_NOT_EMULATED = (
    *("config_map_as_volume", "config_map_as_env", "field_path_as_env", "generic_ephemeral_volume"),
    *("empty_dir_mounts", "node_affinity", "pod_affinity"),
)


def make_pod(
    around: Surroundings,
    task: PipelineTaskSpec,
    container: Any,
    kubernetes: KubernetesExecutorConfig | None,
    executor_input: ExecutorInput,
) -> Pod:
    """`initPodSpecPatch` and `extendPodSpecPatch`.

    Args:
        around: Where the task's inputs come from; the Kubernetes config may name them too.
        task: The task.
        container: Its container.
        kubernetes: What it asks of Kubernetes.
        executor_input: What the driver resolved.

    Returns:
        The pod.

    Raises:
        DriverFailed: It cannot be made so.
    """
    pod = Pod(
        image=_resolved(container.image, executor_input),
        command=[*container.command, *container.args],
        env={variable.name: variable.value for variable in container.env},
    )
    _add_resources(pod, container.resources, executor_input)
    if kubernetes is not None:
        for field in _NOT_EMULATED:
            if getattr(kubernetes, field):
                raise DriverFailed(f"KFP would, but this emulation knows no {field}")
        pod.claims = claims_of(around, task, kubernetes)
        _add_secrets(pod, around, task, kubernetes)
        _add_scheduling(pod, around, task, kubernetes)
    return pod


def _resolved(text: str, executor_input: ExecutorInput) -> str:
    """`resolvePodSpecInputRuntimeParameter`: a parameter's text, which is empty where it is no string."""
    channel = _CHANNEL.search(text)
    if not channel:
        return text
    if channel[1] not in executor_input.inputs.parameter_values:
        raise DriverFailed("executorInput did not contain container Image input parameter")
    return executor_input.inputs.parameter_values[channel[1]].string_value


def _add_resources(pod: Pod, resources: Any, executor_input: ExecutorInput) -> None:
    """`getPodResource`: the newer text goes before the older number, of which memory's is in gigabytes (10^9)."""
    for amounts, kind in ((pod.limits, "limit"), (pod.requests, "request")):
        for resource, unit in (("memory", "G"), ("cpu", "")):
            newer, older = getattr(resources, f"resource_{resource}_{kind}"), getattr(resources, f"{resource}_{kind}")
            if newer or older:
                amounts[resource] = _quantity(_resolved(newer, executor_input) if newer else f"{older:g}{unit}")
    accelerator = resources.accelerator
    type_ = _resolved(accelerator.resource_type, executor_input) or accelerator.type
    count = _resolved(accelerator.resource_count, executor_input) or (str(accelerator.count or ""))
    if type_ and count:
        pod.limits[type_] = _quantity(count)


def _quantity(text: str) -> str:
    if not _QUANTITY.fullmatch(text):
        raise DriverFailed(f"failed to init podSpecPatch: quantities must match the regular expression: {text!r}")
    return text


def _name(around: Surroundings, task: PipelineTaskSpec, source: Any, constant: str) -> str:
    """`resolveInputParameterStr`, where the config has a parameter in place of a constant."""
    value = resolve_parameter(around, source, task) if source.WhichOneof("kind") else value_of(constant)
    if value is None or value.WhichOneof("kind") != "string_value" or not value.string_value:
        raise DriverFailed(f"resolving input parameter with spec {source}. Expected a non-empty string")
    return str(value.string_value)


def claims_of(
    around: Surroundings, task: PipelineTaskSpec, kubernetes: KubernetesExecutorConfig | None
) -> dict[str, tuple[str, str]]:
    """`makeVolumeMountPatch`: mount paths with the claim's name and the folder in it."""
    claims = {}
    for mount in kubernetes.pvc_mount if kubernetes is not None else ():
        if mount.WhichOneof("pvc_reference") in ("task_output_parameter", "component_input_parameter"):
            raise DriverFailed("KFP would, but this emulation knows pvcNameParameter and constant only")
        name = _name(around, task, mount.pvc_name_parameter, mount.constant)
        if not mount.mount_path:
            raise DriverFailed("failed to mount volume, missing mountpath or pvc name")
        claims[mount.mount_path] = (name, mount.sub_path)
    return claims


def _add_secrets(pod: Pod, around: Surroundings, task: PipelineTaskSpec, kubernetes: KubernetesExecutorConfig) -> None:
    for volume in kubernetes.secret_as_volume:
        name = _name(around, task, volume.secret_name_parameter, volume.secret_name)
        pod.secret_volumes[volume.mount_path] = (name, volume.optional)
    for secret in kubernetes.secret_as_env:
        name = _name(around, task, secret.secret_name_parameter, secret.secret_name)
        for key in secret.key_to_env:
            pod.secret_env[key.env_var] = (name, key.secret_key, secret.optional)
    for secret in kubernetes.image_pull_secret:
        pod.image_pull_secrets.append(_name(around, task, secret.secret_name_parameter, secret.secret_name))


def _add_scheduling(
    pod: Pod, around: Surroundings, task: PipelineTaskSpec, kubernetes: KubernetesExecutorConfig
) -> None:
    if kubernetes.image_pull_policy not in ("", "Always", "Never", "IfNotPresent"):
        raise DriverFailed(f"unsupported value: {kubernetes.image_pull_policy}")
    pod.image_pull_policy = kubernetes.image_pull_policy
    selector = kubernetes.node_selector
    if selector.HasField("node_selector_json"):
        value = resolve_parameter(around, selector.node_selector_json, task)
        pod.node_selector = json_format.MessageToDict(value) if value is not None else {}
    else:
        pod.node_selector = dict(selector.labels)
    pod.tolerations = [json_format.MessageToDict(toleration) for toleration in kubernetes.tolerations]
    pod.active_deadline_seconds = kubernetes.active_deadline_seconds
    # These come from the compiler: `extendPodMetadata` in argocompiler/container.go@00f7b52b.
    pod.labels, pod.annotations = dict(kubernetes.pod_metadata.labels), dict(kubernetes.pod_metadata.annotations)
