"""Applies a config file again when it changes."""

import logging
import pathlib
import threading

from models.user_error import UserError
from serving.server.serving_error import ServingError
from serving.server.versions.config_reload import ConfigReload
from serving.server.versions.model_config import read_model_config_file

_LOG = logging.getLogger(__name__)


class ConfigFilePoll:
    """Looks at a config file from time to time, in a thread of its own.

    A file that cannot be read or applied is reported once and changes nothing.
    """

    def __init__(self, path: pathlib.Path, poll_seconds: float, reload: ConfigReload) -> None:
        """Remembers what the file says now, which is applied already.

        Args:
            path: A text-format ModelServerConfig.
            poll_seconds: Seconds between two looks.
            reload: Applies it.
        """
        self._path, self._poll_seconds, self._reload = path, poll_seconds, reload
        self._seen = path.read_bytes()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="config-file-poll", daemon=True)

    def start(self) -> None:
        """Starts to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stops looking, if it ever started to."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._stopped.wait(self._poll_seconds):
            self._look()

    def _look(self) -> None:
        try:
            content = self._path.read_bytes()
            if content == self._seen:
                return
            self._seen = content
            self._reload.apply(read_model_config_file(self._path), lambda: not self._stopped.is_set())
            _LOG.info("%s is applied", self._path)
        except (OSError, UserError, ServingError) as error:
            _LOG.error("%s is not applied: %s", self._path, error)
