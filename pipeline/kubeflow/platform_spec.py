"""What tasks ask of Kubernetes: the second document of a compiled pipeline, KFP's PlatformSpec."""

from typing import Any

from pipeline.kubeflow.config import KubeflowConfig, Toleration
from pipeline.kubeflow.quantities import seconds


def platform_spec(spec: dict[str, Any], settings: KubeflowConfig) -> dict[str, Any]:
    """Says for each task which volumes and secrets it mounts, on which nodes it runs, and for how long.

    Args:
        spec: KFP's PipelineSpec.
        settings: The config's `kubeflow` section.

    Returns:
        KFP's PlatformSpec, as JSON values.
    """
    from google.protobuf import json_format

    components = {
        component["executorLabel"]: name
        for name, component in spec["components"].items()
        if "executorLabel" in component
    }
    executors = {
        label: json_format.MessageToDict(_executor(name, settings)) for label, name in sorted(components.items())
    }
    return {"platforms": {"kubernetes": {"deploymentSpec": {"executors": executors}}}}


def _executor(name: str, settings: KubeflowConfig) -> Any:
    from google.protobuf import json_format
    from kfp.kubernetes.kubernetes_executor_config_pb2 import KubernetesExecutorConfig

    wanted = settings.of_component(name)
    values: dict[str, Any] = {
        "imagePullPolicy": settings.image_pull_policy,
        "imagePullSecret": [_named("secretName", secret) for secret in settings.image_pull_secrets],
        "pvcMount": [
            {"constant": volume.claim, "pvcNameParameter": _constant(volume.claim), "mountPath": volume.mount}
            for volume in settings.volumes
        ],
        "secretAsEnv": [
            {
                **_named("secretName", secret.name),
                "keyToEnv": [{"envVar": name, "secretKey": key} for name, key in sorted(secret.env.items())],
            }
            for secret in settings.secrets
            if secret.env
        ],
        "secretAsVolume": [
            {**_named("secretName", secret.name), "mountPath": secret.mount}
            for secret in settings.secrets
            if secret.mount
        ],
        "tolerations": [_toleration(toleration) for toleration in wanted.tolerations],
    }
    if wanted.node_selector:
        values["nodeSelector"] = {"labels": wanted.node_selector}
    if wanted.timeout:
        values["activeDeadlineSeconds"] = seconds(wanted.timeout)
    # Through the message: it knows each field's name and type.
    return json_format.ParseDict(values, KubernetesExecutorConfig())


def _named(field: str, name: str) -> dict[str, Any]:
    """A name as old backends read it, and as new ones do."""
    return {field: name, f"{field}Parameter": _constant(name)}


def _constant(value: str) -> dict[str, Any]:
    return {"runtimeValue": {"constant": value}}


def _toleration(toleration: Toleration) -> dict[str, Any]:
    values = {
        "key": toleration.key,
        "operator": toleration.operator,
        "value": toleration.value,
        "effect": toleration.effect,
        "tolerationSeconds": toleration.toleration_seconds,
    }
    return {name: value for name, value in values.items() if value is not None}
