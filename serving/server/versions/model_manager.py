"""Keeps the right versions of each model loaded, and hands them out to requests."""

import logging
import pathlib
import threading
import time
from collections.abc import Callable, Mapping

from serving.server.engine.freed_memory import release_freed_memory
from serving.server.engine.servable import Servable
from serving.server.serving_error import Code, ServingError, invalid_argument
from serving.server.versions.folder_stamp import OF_OTHERS, folder_stamp
from serving.server.versions.model_config import ModelConfig, ModelConfigs
from serving.server.versions.version_state import State, VersionState
from serving.version_folder import version_folders

_LOG = logging.getLogger(__name__)

Loader = Callable[[str, int, pathlib.Path], Servable]


class ModelManager:
    """Loads and unloads versions in a thread of its own.

    A new version is loaded before the old one goes, so that there is always one to answer. One that cannot be loaded
    leaves the old one in service, and is tried again when its files change: it may have been seen half-copied. One that
    is loaded answers from memory, whatever becomes of its files, but that they changed is logged.
    """

    def __init__(self, load: Loader, poll_seconds: float) -> None:
        """Serves nothing yet.

        Args:
            load: Makes a version ready to answer.
            poll_seconds: Seconds between two looks at the base folders; 0 looks once for each config.
        """
        self._load = load
        self._poll_seconds = poll_seconds
        self._changed = threading.Condition()
        self._configs: ModelConfigs = {}
        self._labels: Mapping[str, Mapping[str, int]] = {}
        self._states: dict[str, dict[int, VersionState]] = {}
        self._serving: dict[str, dict[int, Servable]] = {}
        self._failed: dict[tuple[str, int], object] = {}
        self._loaded: dict[tuple[str, int], object] = {}
        self._missing: set[str] = set()
        self._has_work, self._has_garbage, self._is_stopped = False, False, False
        self._thread = threading.Thread(target=self._work, name="model-manager", daemon=True)

    def start(self) -> None:
        """Starts to look at the base folders."""
        self._thread.start()

    def stop(self) -> None:
        """Stops looking, and closes all that is loaded as soon as its requests have ended."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()
        self._thread.join()
        for name, versions in list(self._serving.items()):
            for version in list(versions):
                self._unload(name, version)

    @property
    def configs(self) -> ModelConfigs:
        """The models that are meant to be served."""
        return self._configs

    def replace_configs(self, configs: ModelConfigs, labels: Mapping[str, Mapping[str, int]]) -> None:
        """Serves these models and no others."""
        with self._changed:
            for name in configs.keys() - self._configs.keys():
                # What became of an earlier model of this name is no answer to whoever waits for the new one.
                self._forget_failures(name)
            self._configs, self._labels = configs, labels
            self._has_work = True
            self._changed.notify_all()

    def wait_until_available(self, names: set[str], is_wanted: Callable[[], bool]) -> None:
        """Waits until each model has a version that answers.

        Args:
            names: The models.
            is_wanted: Asked now and then whether anybody still waits.

        Raises:
            ServingError: One of them could not be loaded, or nobody waits any more.
        """
        with self._changed:
            while not self._is_stopped:
                failures = [failure for name in sorted(names) if (failure := self._failure(name))]
                # A config that came after ours may not want the model at all.
                waiting = [name for name in names if name in self._configs and not self._serving.get(name)]
                if failures and len(failures) == len(waiting):
                    message = f"{len(failures)} model(s) did not become available: {{{''.join(failures)}}}"
                    raise ServingError(Code.UNKNOWN, message)
                if not waiting:
                    return
                if not is_wanted():
                    raise ServingError(Code.CANCELLED, "nobody waits for the models any more")
                self._changed.wait(timeout=0.2)

    def hold(self, name: str, version: int | None = None, label: str | None = None) -> Servable:
        """Takes a version for a request, which must use it as a context manager.

        Args:
            name: The model's name.
            version: A version, or None for the newest.
            label: A label, in place of a version.

        Raises:
            ServingError: There is none.
        """
        if not name:
            raise invalid_argument("ModelSpec has no name specified.")
        with self._changed:
            if label is not None:
                version = self._labels.get(name, {}).get(label)
                if version is None:
                    raise invalid_argument(f"Unrecognized servable version label: {label}")
            serving = self._serving.get(name, {})
            servable = serving.get(max(serving, default=0) if version is None else version)
            if servable is None:
                request = f"Latest({name})" if version is None else f"Specific({name}, {version})"
                raise ServingError(Code.NOT_FOUND, f"Servable not found for request: {request}")
            return servable.hold()

    def states(self, name: str) -> dict[int, VersionState]:
        """The states of all versions that there ever were, newest version first."""
        with self._changed:
            return dict(sorted(self._states.get(name, {}).items(), reverse=True))

    def label(self, name: str, label: str) -> int | None:
        """The version that a label stands for."""
        return self._labels.get(name, {}).get(label)

    def _work(self) -> None:
        while not self._is_stopped:
            with self._changed:
                self._has_work = False
                configs = self._configs
            for name in list(self._serving.keys() - configs.keys()):
                for version in list(self._serving[name]):
                    self._unload(name, version)
            for config in configs.values():
                try:
                    self._bring_up_to_date(config)
                except OSError as error:
                    # A file system that fails for a moment must not end this thread, and with it all changes to come.
                    _LOG.error("looking for versions of %s failed: %s", config.name, error)
            self._collect_garbage()
            with self._changed:
                if not self._has_work and not self._is_stopped:
                    self._changed.wait(timeout=self._poll_seconds or None)

    def _collect_garbage(self) -> None:
        if self._has_garbage:
            self._has_garbage = False
            release_freed_memory()

    def _bring_up_to_date(self, config: ModelConfig) -> None:
        if not config.base_path.is_dir():
            # A share that is away for a moment must not unload what is served.
            self._complain(config.name, f"there is no folder {config.base_path} for model {config.name}")
            return
        aspired = config.aspired(version_folders(config.base_path))
        if not aspired:
            kind = "no version" if config.versions is None else "none of the versions asked for"
            self._complain(config.name, f"{kind} of model {config.name} is in {config.base_path}")
        else:
            self._missing.discard(config.name)
        # A config that came meanwhile may want other versions.
        while not self._has_work and not self._is_stopped and self._take_step(config.name, aspired):
            pass
        self._look_at_loaded(config.name, aspired)

    def _look_at_loaded(self, name: str, aspired: Mapping[int, pathlib.Path]) -> None:
        """Logs, once for each change, that the files of a loaded version are not those that were loaded."""
        for version in aspired.keys() & self._serving.get(name, {}).keys():
            stamp = folder_stamp(aspired[version], without=OF_OTHERS)
            if self._loaded[name, version] != stamp:
                self._loaded[name, version] = stamp
                _LOG.warning(
                    "the files of %s version %d were changed after it was loaded: it goes on answering as it was, and "
                    "would be another after a restart; promote what is new as a version of its own",
                    name,
                    version,
                )

    def _take_step(self, name: str, aspired: Mapping[int, pathlib.Path]) -> bool:
        """Does the next thing for a model, unloading before loading where that leaves a version to answer."""
        serving = self._serving.get(name, {})
        superfluous = serving.keys() - aspired.keys()
        if superfluous and (not aspired or aspired.keys() & serving.keys()):
            self._unload(name, min(superfluous))
            return True
        for version in sorted(aspired.keys() - serving.keys(), reverse=True):
            stamp = folder_stamp(aspired[version])
            if self._failed.get((name, version)) != stamp:
                self._load_version(name, version, aspired[version], stamp)
                return True
        return False

    def _load_version(self, name: str, version: int, folder: pathlib.Path, stamp: object) -> None:
        self._set_state(name, version, VersionState(State.LOADING))
        started = time.monotonic()
        loaded = folder_stamp(folder, without=OF_OTHERS)
        try:
            servable = self._load(name, version, folder)
        except ServingError as error:
            _LOG.error("loading %s version %d failed: %s", name, version, error)
            with self._changed:
                self._failed[name, version] = stamp
                self._set_state(name, version, VersionState(State.END, error))
            return
        with self._changed:
            self._failed.pop((name, version), None)
            self._loaded[name, version] = loaded
            self._serving.setdefault(name, {})[version] = servable
            self._set_state(name, version, VersionState(State.AVAILABLE))
        _LOG.info("%s version %d is available, after %.1f s", name, version, time.monotonic() - started)

    def _unload(self, name: str, version: int) -> None:
        def ended() -> None:
            self._set_state(name, version, VersionState(State.END))
            self._has_garbage = True
            _LOG.info("%s version %d is unloaded", name, version)

        with self._changed:
            servable = self._serving[name].pop(version)
            if not self._serving[name]:
                del self._serving[name]
            del self._loaded[name, version]
            self._set_state(name, version, VersionState(State.UNLOADING))
        servable.retire(ended)

    def _set_state(self, name: str, version: int, state: VersionState) -> None:
        with self._changed:
            self._states.setdefault(name, {})[version] = state
            self._changed.notify_all()

    def _failure(self, name: str) -> str | None:
        """Why a model has no version that answers, if that is known; in the stock server's words."""
        if self._serving.get(name):
            return None
        failed = {version: state.error for version, state in self._states.get(name, {}).items() if state.error}
        if not failed:
            return None
        version = max(failed)
        return f"{{{{name: {name} version: {version}}} due to error: {failed[version]}}}, "

    def _forget_failures(self, name: str) -> None:
        for version, state in list(self._states.get(name, {}).items()):
            if state.error:
                del self._states[name][version]
                self._failed.pop((name, version), None)

    def _complain(self, name: str, message: str) -> None:
        if name not in self._missing:
            self._missing.add(name)
            _LOG.warning("%s", message)
