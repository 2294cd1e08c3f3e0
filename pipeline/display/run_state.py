"""How far a run is, as its views show it."""

import dataclasses
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.training.progress import TrainingProgress


@dataclasses.dataclass(frozen=True)
class Training:
    """How far a training is.

    Attributes:
        progress: The newest; None before the first.
        validated: The newest with metrics on the validation split: later ones are of the next epoch and lack them.
        sentence: What it said last in words, such as that it was resumed.
        told: What is to be read later, too: what trainings before this one came to.
    """

    progress: "TrainingProgress | None" = None
    validated: "TrainingProgress | None" = None
    sentence: str = ""
    told: tuple[str, ...] = ()

    def after(self, sentence: str) -> "Training":
        """The next training, when this one is over."""
        return Training(told=(*self.told, sentence))

    def with_news(self, news: "TrainingProgress | str") -> "Training":
        """The same training, later."""
        if isinstance(news, str):
            return dataclasses.replace(self, sentence=news)
        validated = news if any(name.startswith("val_") for name in news.metrics) else self.validated
        return dataclasses.replace(self, progress=news, validated=validated)


@dataclasses.dataclass(frozen=True)
class Component:
    """How one component fares.

    Attributes:
        name: Its name.
        state: `waiting` and `running`, then what the runner calls its end.
        seconds: How long it took; while it runs, the monotonic time of its start.
        training: What it says of a training.
    """

    name: str
    state: str = "waiting"
    seconds: float = 0.0
    training: Training | None = None

    def elapsed(self, now: float) -> float:
        """Seconds since its start, at a monotonic time; those that it took when it has ended."""
        return now - self.seconds if self.state == "running" else self.seconds


@dataclasses.dataclass
class RunState:
    """How far a run is. Written by one thread and read by another: components are replaced, never changed.

    Attributes:
        components: In the order in which they run; empty while libraries are loaded.
        started: Monotonic time.
        ended: Monotonic time; None while it runs.
        outcome: `done`, `failed` or `interrupted` once it has ended.
    """

    components: tuple[Component, ...] = ()
    started: float = dataclasses.field(default_factory=time.monotonic)
    ended: float | None = None
    outcome: str = ""

    def running(self) -> Component | None:
        """The component that runs."""
        return next((component for component in self.components if component.state == "running"), None)

    def replace(self, component: Component) -> None:
        """Puts a component in the place of the one of its name, or at the end."""
        if component.name in [other.name for other in self.components]:
            changed = [component if other.name == component.name else other for other in self.components]
            self.components = tuple(changed)
        else:
            self.components = (*self.components, component)

    def end(self, outcome: str) -> None:
        """Stops the clock."""
        self.ended, self.outcome = time.monotonic(), outcome

    def elapsed(self, now: float) -> float:
        """Seconds since the run's start, at a monotonic time."""
        return (now if self.ended is None else self.ended) - self.started
