"""Sends one message on what came of a run."""

import dataclasses
import json
import os
import subprocess
import urllib.request
from typing import Any

from pipeline.notifications.config import Event, NotificationsConfig
from pipeline.runs.record import RunRecord
from pipeline.runs.table import what_came_of


@dataclasses.dataclass(frozen=True)
class Message:
    """What is sent, as one JSON object.

    Attributes:
        text: One sentence for people; chat services show the field of this name.
        event: `promoted`, `refused` or `failed`.
        pipeline: The pipeline's name.
        run: The run's.
        version: The version that came into service; None where none did.
        reason: Why.
        log: The run's log file.
    """

    text: str
    event: Event
    pipeline: str
    run: str
    version: int | None
    reason: str
    log: str


def message_of(pipeline: str, record: RunRecord) -> Message | None:
    """What there is to tell of a run; None for one that was stopped, or whose model is in service already."""
    outcome = record.outcome
    if record.state == "failed":
        return _message("failed", pipeline, record, None, record.error or "")
    if outcome and outcome.promoted:
        return _message("promoted", pipeline, record, outcome.version, outcome.verdict)
    if outcome and outcome.version is None:
        return _message("refused", pipeline, record, None, outcome.reason)
    return None


def notify(config: NotificationsConfig, message: Message) -> list[str]:
    """Runs the command and calls the web hook, if the config wants this event told.

    Returns:
        What went wrong, in words: a message that cannot be sent changes nothing about the run.
    """
    if message.event not in config.on:
        return []
    body = json.dumps(dataclasses.asdict(message), ensure_ascii=False).encode()
    faults = []
    for name, send in (("command", _run_command), ("web_hook", _call_web_hook)):
        if getattr(config, name):
            try:
                send(config, body)
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                faults.append(f"notifications.{name}: {error}")
    return faults


def _message(event: Event, pipeline: str, record: RunRecord, version: int | None, reason: str) -> Message:
    text = f"bertline: {pipeline}, run {record.run}: {event}: {what_came_of(record)}"
    return Message(text, event, pipeline, record.run, version, reason, record.log)


def _run_command(config: NotificationsConfig, body: bytes) -> None:
    done = subprocess.run(  # noqa: S603 (the config's own command, and no shell)
        config.command, input=body, timeout=config.timeout_seconds, capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise ValueError(f"{config.command[0]} ended with exit code {done.returncode}{f': {said}' if said else ''}")


def _call_web_hook(config: NotificationsConfig, body: bytes) -> None:
    address = config.web_hook
    if address.startswith("$"):
        address = os.environ.get(address[1:], "")
        if not address:
            raise ValueError(f"the environment has no variable {config.web_hook[1:]}")
    if not address.startswith(("https://", "http://")):
        raise ValueError("the address must begin with https:// or http://")
    headers: dict[str, Any] = {"Content-Type": "application/json; charset=utf-8"}
    request = urllib.request.Request(address, body, headers)  # noqa: S310 (http or https)
    with urllib.request.urlopen(request, timeout=config.timeout_seconds):  # noqa: S310 (http or https)
        pass
