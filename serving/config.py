"""The config section `serving`: where promoted models go."""

import pydantic

from models.config import Section


class ServingConfig(Section):
    """Where TensorFlow Serving finds the model, and how many versions stay there."""

    directory: str = pydantic.Field(
        default="serving",
        min_length=1,
        description="Folder of served models; the versions of this one go to `<directory>/<name>/<version>`.",
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

    @pydantic.field_validator("directory")
    @classmethod
    def _is_a_local_folder(cls, directory: str) -> str:
        # A folder on an object store has no rename: a server would load a version that is half there.
        if "://" in directory:
            raise ValueError("must be a folder of this machine, or one mounted on it; object stores are not supported")
        return directory
