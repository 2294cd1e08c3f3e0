"""The config section `serving`: where promoted models go."""

import pydantic

from models.config import Section
from models.user_error import UserError
from serving.promotion import STABLE


class ServingConfig(Section):
    """Where TensorFlow Serving finds the model, and how many versions stay there."""

    directory: str = pydantic.Field(
        default="serving",
        min_length=1,
        description="Folder of served models, or its address on an object store (`s3://bucket/serving`); the versions "
        "of this one go to `<directory>/<name>/<version>`.",
    )
    models_config: bool = pydantic.Field(
        default=False,
        description="Whether `<directory>/<name>/models.config` names the versions that servers load, with labels, "
        "rather than the highest being served; always so on object stores. Servers read it through "
        "`--model_config_file` and `--model_config_file_poll_wait_seconds`.",
    )
    served_from: str | None = pydantic.Field(
        default=None,
        min_length=1,
        description="The folder of served models as servers see it, written into models.config; null where they see "
        "it as `directory`.",
    )
    promote_to: str = pydantic.Field(
        default=STABLE,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="The label that new versions come under: `stable` is in service; with another one (`canary`) "
        "servers load the version beside the stable one, and `bertline label` makes it stable. Needs models.config.",
    )
    keep_versions: int = pydantic.Field(
        default=5, ge=1, description="Newest versions to keep, the one in service included; older ones are deleted."
    )

    validate_served: bool = pydantic.Field(
        default=True,
        description="Whether a model that is good enough is tried as a served model before its promotion: loaded by a "
        "server, its answers compared with those of training, its speed measured.",
    )
    tensorflow_serving_version: str = pydantic.Field(
        default="2.20", pattern=r"^\d+\.\d+", description="The release of TensorFlow Serving that serves the model."
    )
    latency_p99_ms: float | None = pydantic.Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description="What 99 of 100 requests with one text may take at most, in milliseconds, for texts of each "
        "length; null for no bound.",
    )

    @property
    def on_object_store(self) -> bool:
        """Whether `directory` is no folder of this machine."""
        return "://" in self.directory

    @property
    def has_labels(self) -> bool:
        """Whether a models.config names the versions that servers load."""
        # An object store has no rename: a server that looked for the highest version would load one half there.
        return self.models_config or self.on_object_store

    @property
    def place(self) -> str:
        """Where promoted versions are, in words."""
        return "in service" if self.promote_to == STABLE else f"served as {self.promote_to}"

    @pydantic.model_validator(mode="after")
    def _labels_need_a_models_config(self) -> "ServingConfig":
        if self.promote_to != STABLE and not self.has_labels:
            raise ValueError(f"promote_to: {self.promote_to} needs models_config: true, by which servers know labels")
        if self.served_from is not None and not self.has_labels:
            raise ValueError("served_from is written into models.config: it needs models_config: true")
        return self


def with_label(serving: ServingConfig, label: str) -> ServingConfig:
    """The same place, with new versions under a label.

    Raises:
        UserError: It is no label, or versions have none there.
    """
    try:
        return ServingConfig.model_validate({**serving.model_dump(), "promote_to": label})
    except pydantic.ValidationError as error:
        raise UserError(f"label {label!r}: {error.errors()[0]['msg']}") from error
