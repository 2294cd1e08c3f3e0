"""A compiled pipeline: the file as `bertline kubeflow compile` writes it, and what it says of itself."""

import dataclasses
import hashlib
import pathlib
from collections.abc import Mapping
from typing import Any

import yaml

from models.user_error import UserError

_DIGITS = 12


@dataclasses.dataclass(frozen=True)
class CompiledPipeline:
    """A pipeline that can be uploaded.

    Attributes:
        path: The YAML file.
        name: The pipeline's.
        version: The name of its version: as long as the file's bytes are the same, so is this.
        parameters: What may be set for a run: KFP's ParameterSpec by name.
        pipeline_root: Where artifacts go; the backend does not read it there, so that each run has to be told.
    """

    path: pathlib.Path
    name: str
    version: str
    parameters: Mapping[str, Mapping[str, Any]]
    pipeline_root: str | None = None

    @classmethod
    def read(cls, path: pathlib.Path) -> "CompiledPipeline":
        """Reads a compiled file: the first document is the PipelineSpec.

        Raises:
            UserError: It cannot be read, or is no compiled pipeline.
        """
        try:
            content = path.read_bytes()
            spec: Any = next(iter(yaml.safe_load_all(content)), None)
        except OSError as error:
            raise UserError(f"{path}: {error.strerror}") from error
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise UserError(f"{path} is no YAML: {error}") from error
        try:
            name = spec["pipelineInfo"]["name"]
            parameters = spec["root"].get("inputDefinitions", {}).get("parameters", {})
        except (KeyError, TypeError) as error:
            raise UserError(f"{path} is no compiled pipeline; `bertline kubeflow compile` writes one") from error
        version = f"{name}-{hashlib.sha256(content).hexdigest()[:_DIGITS]}"
        return cls(path, name, version, parameters, spec.get("defaultPipelineRoot"))
