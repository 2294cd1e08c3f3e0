"""Which models are served, from where, and which of their versions."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

from google.protobuf import text_format
from tensorflow_serving.config import model_server_config_pb2

from models.user_error import UserError
from serving.server.prediction_log.request_logs import LogSettings
from serving.server.serving_error import Code, ServingError, invalid_argument

_PLATFORM = "tensorflow"
_LOG_TYPE = "tfrecord"


@dataclasses.dataclass(frozen=True)
class ModelConfig:
    """One model of a ModelServerConfig.

    Attributes:
        name: The model's name.
        base_path: The folder of its versions.
        num_latest: How many of the newest versions are served; None where `versions` decides.
        versions: The versions that are served; None for all of them.
        labels: Versions by label.
        log: Which requests are logged; None for none.
    """

    name: str
    base_path: pathlib.Path
    num_latest: int | None = 1
    versions: frozenset[int] | None = None
    labels: Mapping[str, int] = dataclasses.field(default_factory=dict)
    log: LogSettings | None = None

    def aspired(self, present: Mapping[int, pathlib.Path]) -> dict[int, pathlib.Path]:
        """The versions that ought to be loaded.

        Args:
            present: The folders of all versions there are, in ascending order.
        """
        if self.num_latest is not None:
            return dict(list(present.items())[-self.num_latest :])
        return {number: path for number, path in present.items() if self.versions is None or number in self.versions}


ModelConfigs = Mapping[str, ModelConfig]


def model_configs(proto: Any) -> ModelConfigs:
    """Reads a ModelServerConfig.

    Args:
        proto: The ModelServerConfig.

    Returns:
        The models by name.

    Raises:
        ServingError: It cannot be served; code and words are the stock server's.
    """
    configs: dict[str, ModelConfig] = {}
    for model in proto.model_config_list.config:
        if model.name in configs:
            raise invalid_argument(f"Illegal to list model {model.name} multiple times in config list")
        _check(model)
        configs[model.name] = _model_config(model)
    return configs


def read_model_config_file(path: pathlib.Path) -> Any:
    """Reads a text-format ModelServerConfig.

    Raises:
        UserError: There is no such file, or it says something else.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"Failed to start server. Error: NOT_FOUND: {path}; {error.strerror}") from error
    try:
        return text_format.Parse(text, model_server_config_pb2.ModelServerConfig())
    except (text_format.ParseError, UnicodeDecodeError) as error:
        kind = "Error parsing text-format tensorflow.serving.ModelServerConfig"
        raise UserError(f"{kind}: {path}:{error}") from error


def single_model_config(name: str, base_path: str, log: LogSettings | None = None) -> Any:
    """The ModelServerConfig of one model, of which the newest version is served.

    Args:
        name: The model's name.
        base_path: The folder of its versions.
        log: Which of its requests are logged; None for none.
    """
    config = model_server_config_pb2.ModelServerConfig()
    model = config.model_config_list.config.add(name=name, base_path=base_path, model_platform=_PLATFORM)
    if log:
        model.logging_config.log_collector_config.type = _LOG_TYPE
        model.logging_config.log_collector_config.filename_prefix = log.prefix
        model.logging_config.sampling_config.sampling_rate = log.rate
    return config


def _check(model: Any) -> None:
    if "://" in model.base_path:
        # The stock server reads object stores; this one is for a machine's own folders.
        message = f"Expected model {model.name} to have a local path; got base_path()={model.base_path}"
        raise invalid_argument(message)
    if not pathlib.PurePath(model.base_path).is_absolute():
        message = f"Expected model {model.name} to have an absolute path or URI; got base_path()={model.base_path}"
        raise invalid_argument(message)
    # `model_type: TENSORFLOW` is the deprecated way to say it.
    platform = _PLATFORM if model.model_type == 1 else model.model_platform
    if not platform:
        raise invalid_argument(
            "Illegal setting neither ModelServerConfig::model_type (deprecated) nor ModelServerConfig::model_platform."
        )
    if platform != _PLATFORM:
        raise invalid_argument(f"Model {model.name} requests unsupported platform {platform}")


def _model_config(model: Any) -> ModelConfig:
    policy = model.model_version_policy
    num_latest: int | None = max(1, policy.latest.num_versions)
    versions = None
    if policy.HasField("all"):
        num_latest = None
    elif policy.HasField("specific"):
        num_latest, versions = None, frozenset(policy.specific.versions)
    return ModelConfig(
        model.name, pathlib.Path(model.base_path), num_latest, versions, dict(model.version_labels), _log(model)
    )


def _log(model: Any) -> LogSettings | None:
    if not model.HasField("logging_config"):
        return None
    collector = model.logging_config.log_collector_config
    if collector.type != _LOG_TYPE:
        # The stock server is built with collectors of one's own; without any it knows no type at all.
        raise ServingError(Code.NOT_FOUND, f"Cannot find LogCollector::Factory for type: {collector.type}")
    if not collector.filename_prefix:
        raise invalid_argument(f"The logging_config of model {model.name} has no filename_prefix")
    return LogSettings(collector.filename_prefix, model.logging_config.sampling_config.sampling_rate)
