"""Which part of the line is to run, and what of it even if nothing changed."""

import dataclasses
import difflib
from collections.abc import Sequence

from models.user_error import UserError


@dataclasses.dataclass(frozen=True)
class RunPart:
    """What `--from`, `--to` and `--force` say.

    Attributes:
        first: Where to begin: the results of components before it are taken as they are, and those from it on run even
            if nothing changed.
        last: Where to stop.
        forced: Components that run even if nothing changed.
    """

    first: str | None = None
    last: str | None = None
    forced: tuple[str, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether the line runs from its beginning to its end."""
        return self.first is None and self.last is None

    def check(self, components: Sequence[str]) -> None:
        """Checks the names and their order.

        Args:
            components: The line, in order.

        Raises:
            UserError: A component is not of the line, or nothing is left to run.
        """
        for option, name in (("--from", self.first), ("--to", self.last), *(("--force", name) for name in self.forced)):
            if name is not None and name not in components:
                by_lower = {component.lower(): component for component in components}
                near = difflib.get_close_matches(name.lower(), by_lower, n=1)
                hint = f"did you mean {by_lower[near[0]]}?" if near else f"the line is {', '.join(components)}"
                raise UserError(f"{option}: there is no component {name!r}; {hint}")
        chosen = self.components(components)
        if not chosen:
            raise UserError(f"--from {self.first} --to {self.last}: {self.last} comes before {self.first}")
        outside = [name for name in self.forced if name not in chosen]
        if outside:
            raise UserError(f"--force {outside[0]}: is outside of what --from and --to leave: {', '.join(chosen)}")

    def components(self, components: Sequence[str]) -> list[str]:
        """The components that run, in order; the names are known to be right."""
        start = components.index(self.first) if self.first else 0
        stop = components.index(self.last) + 1 if self.last else len(components)
        chosen = list(components[start:stop])
        # What is in service is never taken from an earlier run.
        return ["CurrentModel", *chosen] if chosen[:1] == ["Evaluator"] else chosen

    def is_forced(self, component: str) -> bool:
        """Whether a component of the part runs even if nothing changed."""
        return self.first is not None or component in self.forced

    def describe(self) -> str:
        """The part in words; empty for everything."""
        return " ".join([*([f"from {self.first}"] if self.first else []), *([f"to {self.last}"] if self.last else [])])
