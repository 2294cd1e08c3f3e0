"""The config section `notifications`: who is told what came of a run."""

from typing import Literal, Self

import pydantic

from models.config import Section

Event = Literal["promoted", "refused", "failed"]


class NotificationsConfig(Section):
    """Who is told what came of a run, by a command, a web hook or both."""

    on: tuple[Event, ...] = pydantic.Field(
        default=("promoted", "refused", "failed"),
        description="What is told: a model came into service, a run's model was refused, a run failed. `bertline run` "
        "tells it; runs on Kubeflow do not.",
    )
    command: tuple[str, ...] = pydantic.Field(
        default=(), description="A program and its arguments; it gets the message as JSON on its standard input."
    )
    web_hook: str = pydantic.Field(
        default="",
        description="An address that gets the message as JSON by POST; `$NAME` takes it from the environment, since "
        "such addresses are secrets.",
    )
    timeout_seconds: float = pydantic.Field(default=10, gt=0, description="How long either may take.")

    @pydantic.model_validator(mode="after")
    def _web_hook_is_an_address(self) -> Self:
        if self.web_hook and not self.web_hook.startswith(("https://", "http://", "$")):
            raise ValueError(f"web_hook must begin with https://, http:// or $: {self.web_hook}")
        return self
