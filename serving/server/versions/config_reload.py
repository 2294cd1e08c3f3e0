"""Replaces the server's config while it runs."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from serving.server.serving_error import Code, ServingError, invalid_argument
from serving.server.versions.model_config import ModelConfigs, model_configs
from serving.server.versions.model_manager import ModelManager
from serving.server.versions.version_state import State


class ConfigReload:
    """Applies one ModelServerConfig after the other."""

    def __init__(
        self, manager: ModelManager, allow_labels_for_unavailable: bool, applied: Callable[[ModelConfigs], None]
    ) -> None:
        """Applies none yet.

        Args:
            manager: Loads what a config asks for.
            allow_labels_for_unavailable: Whether a new label may name a version that is not loaded.
            applied: Told each config that is applied.
        """
        self._manager, self._applied = manager, applied
        self._allow_labels_for_unavailable = allow_labels_for_unavailable
        self._lock = threading.Lock()

    def apply(self, proto: Any, is_wanted: Callable[[], bool]) -> None:
        """Replaces the whole config and waits until the models that are new in it answer.

        Labels are checked before anything is loaded, as the stock server does: to move a label to a new version takes
        one config that loads the version and, when it is available, another that moves the label.

        Args:
            proto: The ModelServerConfig.
            is_wanted: Asked now and then whether anybody still waits.

        Raises:
            ServingError: It is not applied (INVALID_ARGUMENT, FAILED_PRECONDITION), or a model cannot be loaded.
        """
        if proto.WhichOneof("config") != "model_config_list":
            raise invalid_argument(
                "ServerModelConfig type not supported by HandleReloadConfigRequest."
                " Only ModelConfigList is currently supported"
            )
        with self._lock:
            configs = model_configs(proto)
            labels = self._checked_labels(configs)
            new = configs.keys() - self._manager.configs.keys()
            self._manager.replace_configs(configs, labels)
            self._applied(configs)
        # Outside the lock: a model that never comes must not hold up the config that takes it back.
        self._manager.wait_until_available(set(new), is_wanted)

    def _checked_labels(self, configs: ModelConfigs) -> dict[str, Mapping[str, int]]:
        for config in configs.values():
            states = self._manager.states(config.name)
            for label, version in config.labels.items():
                is_available = version in states and states[version].state == State.AVAILABLE
                is_new = self._manager.label(config.name, label) in (None, version)
                if not is_available and not (self._allow_labels_for_unavailable and is_new):
                    raise ServingError(
                        Code.FAILED_PRECONDITION,
                        f"Request to assign label to version {version} of model {config.name}, "
                        "which is not currently available for inference",
                    )
        return {config.name: config.labels for config in configs.values()}
