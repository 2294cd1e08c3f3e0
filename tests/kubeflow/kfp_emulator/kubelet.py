"""Runs pods, as processes of this machine."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from kfp_emulator.driver import Driven, Run
from kfp_emulator.faults import ContainerKilled, KillExecutor, KillLauncher
from kfp_emulator.launcher import Launcher, LauncherFailed
from kfp_emulator.mounts import Volumes
from kfp_emulator.object_store import ObjectStore
from kfp_emulator.pod import Pod

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
"""Stands for the image's `/app`."""

_POLL_SECONDS = 0.02


class PodFailed(Exception):  # noqa: N818
    """A pod ended in the phase Failed."""


class Kubelet:
    """The node: it has the volumes, the way to the object store, and the faults that a test wants.

    Attributes:
        volumes: Claims and secrets.
        objects: The object store.
        folder: Holds the pods' disks, which are removed when they end.
        image_env: Environment variables of the image.
    """

    def __init__(self, volumes: Volumes, objects: ObjectStore, folder: pathlib.Path, image_env: dict[str, str]) -> None:
        self.volumes, self.objects, self.folder, self.image_env = volumes, objects, folder, image_env

    def run_pod(
        self,
        run: Run,
        driven: Driven,
        name: str,
        faults: Sequence[KillExecutor | KillLauncher],
        deadline: float | None,
    ) -> tuple[str, list[str]]:
        """Starts a pod on a disk of its own, and waits for its end.

        Args:
            run: The run.
            driven: What to start.
            name: The pod's name.
            faults: How it is to die.
            deadline: After how many seconds it is stopped.

        Returns:
            What it printed, and the keys that it uploaded.

        Raises:
            PodFailed: It failed; the second argument is what it printed.
            PodNeverStarts: It waits for something that is not there.
        """
        assert driven.pod is not None
        disk = self.folder / "disks" / name
        env = self._env(driven.pod, disk, name)
        for folder in ("home", "tmp", "app", "gcs", "minio", "s3"):
            (disk / folder).mkdir(parents=True)
        log, uploads = self.folder / "logs" / f"{name}.txt", []
        log.parent.mkdir(parents=True, exist_ok=True)
        log.touch()
        kill_launcher = [fault for fault in faults if isinstance(fault, KillLauncher)]

        def uploaded(key: str) -> None:
            uploads.append(key)
            if any(len(uploads) >= fault.after_uploads for fault in kill_launcher):
                raise ContainerKilled("the container was killed: exit code 137")

        process = _Process(env, disk, log, deadline)
        process.faults = [fault for fault in faults if isinstance(fault, KillExecutor)]
        try:
            with self.volumes.mounted(driven.pod):
                Launcher(run, driven, self.objects, disk, process.execute, uploaded).launch()
        except (LauncherFailed, ContainerKilled) as error:
            raise PodFailed(str(error), _text(log)) from error
        finally:
            shutil.rmtree(disk, ignore_errors=True)
        return _text(log), uploads

    def _env(self, pod: Pod, disk: pathlib.Path, name: str) -> dict[str, str]:
        """Just what a container has, and where its folders are; nothing of the test's own environment."""
        return {
            "PATH": f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.defpath}",
            "LANG": "C.UTF-8",
            "HOME": str(disk / "home"),
            "TMPDIR": str(disk / "tmp"),
            "BERTLINE_MOUNT_ROOT": str(disk),
            **self.image_env,
            # `commonEnvs` in argocompiler/common.go@09d8fdf5.
            "KFP_POD_NAME": name,
            "KFP_POD_UID": name,
            **pod.env,
            **self.volumes.secret_env(pod),
        }


class _Process:
    """The user's process in a pod."""

    def __init__(self, env: dict[str, str], disk: pathlib.Path, log: pathlib.Path, deadline: float | None) -> None:
        self._env, self._disk, self._log, self._deadline = env, disk, log, deadline
        self.faults: list[KillExecutor] = []

    def execute(self, command: list[str], log: pathlib.Path) -> int:
        """Runs a command of the image's with the checkout's files."""
        words = [str(CHECKOUT / word.removeprefix("/app/")) if word.startswith("/app/") else word for word in command]
        if words[0] in ("python", "python3"):
            words[0] = sys.executable
        with log.open("wb") as opened:
            process = subprocess.Popen(
                words, env=self._env, cwd=self._disk / "app", stdin=subprocess.DEVNULL, stdout=opened,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            self._watch(process)
        finally:
            with self._log.open("ab") as all_logs:
                all_logs.write(log.read_bytes())
        return process.returncode

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        started = time.monotonic()
        while process.poll() is None:
            time.sleep(_POLL_SECONDS)
            if self._deadline is not None and time.monotonic() - started > self._deadline:
                _kill(process)
                raise ContainerKilled("Pod was active on the node longer than the specified deadline")
            if any(fault.when(self._disk) for fault in self.faults):
                _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _text(log: pathlib.Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")
