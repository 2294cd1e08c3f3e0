"""What KFP's PipelineSpec says of a task besides its work: resources and retries."""

from typing import Any

from pipeline.kubeflow.config import KubeflowConfig, TaskConfig
from pipeline.kubeflow.quantities import cores, gigabytes, seconds

_RETRIED_FOR = "2592000s"
"""From a task's first start on, all tries together: what KFP calls the longest wait is Argo's `maxDuration`, and a task
is not tried again, or is stopped, when it is over. So it is longer than any task; `timeout` bounds a single try."""


def add_task_settings(spec: dict[str, Any], settings: KubeflowConfig) -> None:
    """Writes resources and retry policies into a PipelineSpec; TFX has no words for retries.

    Args:
        spec: KFP's PipelineSpec, changed in place.
        settings: The config's `kubeflow` section.
    """
    executors = spec["deploymentSpec"]["executors"]
    for name, task in spec["root"]["dag"]["tasks"].items():
        wanted = settings.of_component(name)
        resources = _resources(wanted)
        if resources:
            executors[spec["components"][name]["executorLabel"]]["container"]["resources"] = resources
        if wanted.retries:
            task["retryPolicy"] = {
                "maxRetryCount": wanted.retries,
                "backoffDuration": f"{seconds(wanted.retry_after)}s",
                "backoffFactor": 2.0,
                "backoffMaxDuration": _RETRIED_FOR,
            }


def _resources(wanted: TaskConfig) -> dict[str, Any]:
    """A `ResourceSpec`, each amount both as a number, which old backends read, and as Kubernetes writes it."""
    found: dict[str, Any] = {}
    for name, amount, number in (
        ("CpuLimit", wanted.cpu, cores),
        ("CpuRequest", wanted.cpu_request, cores),
        ("MemoryLimit", wanted.memory, gigabytes),
        ("MemoryRequest", wanted.memory_request, gigabytes),
    ):
        if amount is not None:
            found[name[0].lower() + name[1:]] = number(amount)
            found[f"resource{name}"] = amount
    if wanted.gpus:
        count = str(wanted.gpus)
        found["accelerator"] = {
            "type": wanted.gpu_type, "resourceType": wanted.gpu_type, "count": count, "resourceCount": count,
        }  # fmt: skip
    return found
