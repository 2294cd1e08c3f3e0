"""The config section `kubeflow`: where the pipeline runs there, and what its tasks ask of the cluster."""

from typing import Literal, Self

import pydantic

from models.config import Section
from pipeline.component_names import COMPONENTS
from pipeline.kubeflow.cron import fault_of_cron
from pipeline.kubeflow.quantities import CPU, DURATION, MEMORY


class Toleration(Section):
    """A taint of nodes that a task puts up with, as Kubernetes defines it."""

    key: str | None = pydantic.Field(default=None, description="The taint's key; without one, any.")
    operator: Literal["Equal", "Exists"] = pydantic.Field(
        default="Equal", description="Whether the value has to be equal, or only the key has to be there."
    )
    value: str | None = pydantic.Field(default=None, description="The taint's value, with `Equal`.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = pydantic.Field(
        default=None, description="The taint's effect; without one, any."
    )
    toleration_seconds: int | None = pydantic.Field(
        default=None, ge=0, description="With `NoExecute`: how long; without it, for ever."
    )

    @pydantic.model_validator(mode="after")
    def _kubernetes_takes_it(self) -> Self:
        if self.operator == "Equal" and self.key is None:
            raise ValueError("`operator: Equal` needs a `key`")
        if self.operator == "Exists" and self.value is not None:
            raise ValueError("`operator: Exists` takes no `value`")
        if self.toleration_seconds is not None and self.effect != "NoExecute":
            raise ValueError("`toleration_seconds` goes with `effect: NoExecute` only")
        return self


class TaskConfig(Section):
    """What a task asks of the cluster, for all tasks; what `components` says of one goes before it."""

    cpu: str | None = pydantic.Field(default=None, pattern=CPU, description="CPU limit: `4`, `500m`.")
    cpu_request: str | None = pydantic.Field(default=None, pattern=CPU, description="CPU request: `2`, `500m`.")
    memory: str | None = pydantic.Field(default=None, pattern=MEMORY, description="Memory limit: `16Gi`, `512Mi`.")
    memory_request: str | None = pydantic.Field(default=None, pattern=MEMORY, description="Memory request: `8Gi`.")
    gpus: int = pydantic.Field(default=0, ge=0, description="GPUs; for `components.Trainer` and `.Evaluator`.")
    gpu_type: str = pydantic.Field(
        default="nvidia.com/gpu", min_length=1, description="The name by which Kubernetes knows the GPUs."
    )
    node_selector: dict[str, str] = pydantic.Field(default={}, description="Labels that the node must have.")
    tolerations: tuple[Toleration, ...] = pydantic.Field(
        default=(), description="Taints of nodes that it puts up with."
    )
    timeout: str | None = pydantic.Field(
        default=None, pattern=DURATION, description="How long the task may run, such as `90m`, `12h` or `2d`."
    )
    retries: int = pydantic.Field(default=2, ge=0, description="How often a task that failed is tried again.")
    retry_after: str = pydantic.Field(
        default="1m", pattern=DURATION, description="How long to wait before; each time twice as long."
    )


class VolumeConfig(Section):
    """Volumes that every task gets."""

    claim: str = pydantic.Field(min_length=1, description="The PersistentVolumeClaim; `ReadWriteMany` where it can be.")
    mount: str = pydantic.Field(pattern=r"^/.", description="The containers' folder where it is.")


class SecretConfig(Section):
    """Secrets that every task gets, as environment variables, as files, or both."""

    name: str = pydantic.Field(min_length=1, description="The Secret's name.")
    env: dict[str, str] = pydantic.Field(
        default={}, description="Environment variables, and the secret's keys for each."
    )
    mount: str | None = pydantic.Field(
        default=None, pattern=r"^/.", description="The containers' folder that gets a file for each key."
    )

    @pydantic.model_validator(mode="after")
    def _is_used(self) -> Self:
        if not self.env and self.mount is None:
            raise ValueError("give `env`, `mount` or both")
        return self


class KubeflowConfig(TaskConfig):
    """The pipeline on Kubeflow. What is said of a task's needs here holds for every task."""

    image: str | None = pydantic.Field(
        default=None, min_length=1, description="The image built from kubeflow/Dockerfile."
    )
    pipeline_root: str | None = pydantic.Field(
        default=None, description="Where artifacts go: `minio://bucket/folder`, `s3://…` or `gs://…`."
    )
    config_folder: str = pydantic.Field(
        default="/mnt/bertline",
        pattern=r"^/.",
        description="The containers' folder from which the config's relative paths are taken.",
    )
    cache: bool = pydantic.Field(
        default=True,
        description="Whether a task, up to Trainer, is left out where data, code and config are as before.",
    )
    volumes: tuple[VolumeConfig, ...] = pydantic.Field(default=(), description="Volumes that every task gets.")
    secrets: tuple[SecretConfig, ...] = pydantic.Field(default=(), description="Secrets that every task gets.")
    image_pull_secrets: tuple[str, ...] = pydantic.Field(
        default=(), description="Secrets with which the image is pulled."
    )
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] = pydantic.Field(
        default="IfNotPresent", description="When the image is pulled."
    )
    components: dict[str, TaskConfig] = pydantic.Field(
        default={}, description="What single components ask for: `{Trainer: {memory: 32Gi, gpus: 1}}`."
    )
    host: str | None = pydantic.Field(
        default=None, description="The address of Kubeflow Pipelines' API, such as `http://localhost:8080`."
    )
    namespace: str | None = pydantic.Field(
        default=None, description="The user's namespace, where Kubeflow Pipelines is set up for several users."
    )
    experiment: str | None = pydantic.Field(
        default=None, description="The experiment that runs belong to; by default it has the pipeline's name."
    )
    service_account: str | None = pydantic.Field(default=None, description="The Kubernetes service account of runs.")
    schedule: str | None = pydantic.Field(
        default=None,
        description="When `bertline kubeflow schedule` has the pipeline run: cron with six fields, seconds first.",
    )

    @pydantic.field_validator("schedule")
    @classmethod
    def _schedule_is_cron(cls, schedule: str | None) -> str | None:
        fault = fault_of_cron(schedule) if schedule else None
        if fault:
            raise ValueError(fault)
        return schedule

    @pydantic.field_validator("components")
    @classmethod
    def _components_are_there(cls, components: dict[str, TaskConfig]) -> dict[str, TaskConfig]:
        unknown = sorted(set(components) - set(COMPONENTS))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: not a component; there are {', '.join(COMPONENTS)}")
        return components

    def of_component(self, name: str) -> TaskConfig:
        """What a component asks for: its own settings, then those for all.

        Args:
            name: The component's, or that of a task which is none.
        """
        everyone = {field: getattr(self, field) for field in TaskConfig.model_fields}
        own = self.components.get(name, TaskConfig())
        return TaskConfig.model_validate(everyone | {field: getattr(own, field) for field in own.model_fields_set})
