"""The config section `beam`: what Beam runs on."""

from typing import Annotated, Any, Literal, Self

import pydantic

from models.config import Section
from pipeline.beam.fields import SAID_BY_FIELDS, Environment, Profile, fault_of_fields

_ADDRESS = r"^[^\s:/]+:\d+$"
_GOOGLE_STORAGE = r"^gs://[^/]+/.+"


class BeamConfig(Section):
    """What Beam runs on; docs/beam.md says which profile is for what. A name alone will do: `beam: multi_process`."""

    profile: Profile = pydantic.Field(
        default="local",
        description="`local`: one process; `multi_process`: several processes of one machine; `portable`: the cluster "
        "of a job server, such as Flink's or Spark's; `dataflow`: Google Cloud's.",
    )
    workers: int | None = pydantic.Field(
        default=None,
        ge=1,
        description="`multi_process`: how many processes; one for each CPU by default. `portable`: how many on each "
        "machine of the cluster; 1 by default. `dataflow`: how many machines at most.",
    )
    image: str | None = pydantic.Field(
        default=None, min_length=1, description="The workers' image; `kubeflow.image` by default."
    )
    job_endpoint: str | None = pydantic.Field(
        default=None, pattern=_ADDRESS, description="`portable`: the job server, such as `localhost:8099`."
    )
    artifact_endpoint: str | None = pydantic.Field(
        default=None,
        pattern=_ADDRESS,
        description="`portable`: where the job server takes files, if not at the address that it says itself.",
    )
    environment: Environment = pydantic.Field(
        default="external",
        description="`portable`: where the project's code runs. `external`: in the processes of `worker_pool`; "
        "`docker`: in containers of the image; `process`: in processes of `worker_command`; `loopback`: in the "
        "component's own process.",
    )
    worker_pool: str | None = pydantic.Field(
        default=None,
        pattern=_ADDRESS,
        description="With `environment: external`: the worker pool, as the machines of the cluster call it, such as "
        "`localhost:50000`.",
    )
    worker_command: str | None = pydantic.Field(
        default=None, min_length=1, description="With `environment: process`: what starts a worker."
    )
    project: str | None = pydantic.Field(default=None, min_length=1, description="`dataflow`: the project.")
    region: str | None = pydantic.Field(
        default=None, min_length=1, description="`dataflow`: where it runs, such as `europe-west1`."
    )
    temp_location: str | None = pydantic.Field(
        default=None, pattern=_GOOGLE_STORAGE, description="`dataflow`: for temporary files: `gs://bucket/folder`."
    )
    staging_location: str | None = pydantic.Field(
        default=None,
        pattern=_GOOGLE_STORAGE,
        description="`dataflow`: for the job's files; `temp_location` by default.",
    )
    machine_type: str | None = pydantic.Field(
        default=None, min_length=1, description="`dataflow`: the workers' machines, such as `n2-standard-4`."
    )
    service_account: str | None = pydantic.Field(
        default=None, min_length=1, description="`dataflow`: the e-mail address of the workers' service account."
    )
    subnetwork: str | None = pydantic.Field(
        default=None,
        min_length=1,
        description="`dataflow`: the workers', such as `regions/europe-west1/subnetworks/private`.",
    )
    options: dict[str, bool | int | float | str | tuple[str, ...]] = pydantic.Field(
        default={},
        description="Other options of Beam or of the job server, without dashes: `{parallelism: 8}`.",
    )

    @pydantic.field_validator("options")
    @classmethod
    def _options_are_no_fields(cls, options: dict[str, Any]) -> dict[str, Any]:
        for name in options:
            if not name.isidentifier():
                raise ValueError(f"{name!r} is no option's name; write it as Beam does, without dashes: parallelism")
            if name in SAID_BY_FIELDS:
                raise ValueError(f"{name!r} is what `beam.{SAID_BY_FIELDS[name]}` says; leave it out of the options")
        return options

    @pydantic.model_validator(mode="after")
    def _fields_go_together(self) -> Self:
        fault = fault_of_fields(self.profile, self.environment, self._given())
        if fault:
            raise ValueError(fault)
        return self

    def _given(self) -> tuple[str, ...]:
        # Not `model_fields_set`: a config that was written out whole and is read again gives all of them.
        return tuple(name for name, field in type(self).model_fields.items() if getattr(self, name) != field.default)


def _section(value: Any) -> Any:
    return {"profile": value} if isinstance(value, str) else value


# The other profiles need more than a name.
BeamSection = Annotated[
    BeamConfig,
    pydantic.BeforeValidator(_section, json_schema_input_type=Literal["local", "multi_process"] | BeamConfig),
]
"""The section, or the profile's name in its place."""
