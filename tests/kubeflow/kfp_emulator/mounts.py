"""Volumes at their mount paths, which are paths of this machine."""

import contextlib
import pathlib
import threading
from collections.abc import Iterator, Mapping

from kfp_emulator.pod import Pod


class PodNeverStarts(Exception):  # noqa: N818
    """Kubernetes waits for something that is not there; a run would wait with it, the emulation gives up."""


class Volumes:
    """Claims and secrets, and which of them are mounted now.

    A link at the mount path stands for the volume. A pod sees just its own: pods with other mounts wait for it.
    """

    def __init__(
        self, claims: Mapping[str, pathlib.Path], secrets: Mapping[str, Mapping[str, str]], folder: pathlib.Path
    ) -> None:
        self._claims, self._secrets, self._folder = claims, secrets, folder
        self._changed = threading.Condition()
        self._mounted: dict[str, pathlib.Path] = {}
        self._pods = 0

    def secret_env(self, pod: Pod) -> dict[str, str]:
        """The values of a pod's environment variables that come from secrets.

        Args:
            pod: The pod.

        Returns:
            The variables; those of an optional secret that is not there are left out.

        Raises:
            PodNeverStarts: A secret or its key is not there.
        """
        values = {}
        for variable, (secret, key, optional) in pod.secret_env.items():
            if key in self._secrets.get(secret, {}):
                values[variable] = self._secrets[secret][key]
            elif not optional:
                raise PodNeverStarts(f"CreateContainerConfigError: couldn't find key {key} in Secret {secret!r}")
        return values

    @contextlib.contextmanager
    def mounted(self, pod: Pod) -> Iterator[None]:
        """Mounts a pod's volumes while it runs.

        Args:
            pod: The pod.

        Raises:
            PodNeverStarts: A claim or a secret is not there.
        """
        mounts = self._mounts(pod)
        with self._changed:
            self._changed.wait_for(lambda: not self._pods or self._mounted == mounts)
            if not self._pods:
                for path, target in mounts.items():
                    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
                    pathlib.Path(path).symlink_to(target)
                self._mounted = mounts
            self._pods += 1
        try:
            yield
        finally:
            with self._changed:
                self._pods -= 1
                if not self._pods:
                    for path in self._mounted:
                        pathlib.Path(path).unlink()
                self._changed.notify_all()

    def _mounts(self, pod: Pod) -> dict[str, pathlib.Path]:
        mounts = {}
        for path, (claim, folder) in pod.claims.items():
            if claim not in self._claims:
                raise PodNeverStarts(f"persistentvolumeclaim {claim!r} not found")
            mounts[path] = self._claims[claim] / folder
            mounts[path].mkdir(parents=True, exist_ok=True)
        for path, (secret, optional) in pod.secret_volumes.items():
            if secret not in self._secrets and not optional:
                raise PodNeverStarts(f"MountVolume.SetUp failed: secret {secret!r} not found")
            mounts[path] = self._folder / secret
            mounts[path].mkdir(parents=True, exist_ok=True)
            for key, value in self._secrets.get(secret, {}).items():
                (mounts[path] / key).write_text(value, encoding="utf-8")
        return mounts
