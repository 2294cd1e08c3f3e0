"""One rule of what is good enough."""

from typing import ClassVar, Self

import pydantic

from models.config import Section


class Threshold(Section):
    """A bound on one metric, over all rows or over one slice of them."""

    _RULES: ClassVar[tuple[str, ...]] = (
        "at_least",
        "at_most",
        "at_most_below_current",
        "at_least_above_current",
    )

    metric: str = pydantic.Field(description="The metric's name, as the task calls it.")
    slice: dict[str, str] = pydantic.Field(
        default={}, description="The slice it holds for, such as `{channel: email}`; all rows where it is empty."
    )
    at_least: float | None = pydantic.Field(default=None, allow_inf_nan=False, description="Least value that passes.")
    at_most: float | None = pydantic.Field(default=None, allow_inf_nan=False, description="Most that passes.")
    at_most_below_current: float | None = pydantic.Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description="How much worse than the model in service it may be: lower, or higher where lower is better.",
    )
    at_least_above_current: float | None = pydantic.Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description="How much better than the model in service it must be: higher, or lower where lower is better.",
    )

    significant: bool = pydantic.Field(
        default=False,
        description="Whether a change counts only where it is larger than chance: a drop fails, and a gain passes, "
        "when the whole interval of the difference lies beyond the bound.",
    )

    @pydantic.model_validator(mode="after")
    def _has_one_rule(self) -> Self:
        given = [rule for rule in self._RULES if getattr(self, rule) is not None]
        if len(given) != 1:
            found = f"it has {' and '.join(given)}" if given else "it has none"
            raise ValueError(f"a threshold on {self.metric} needs exactly one of {', '.join(self._RULES)}; {found}")
        if self.significant and not self.is_change:
            rules = " or ".join(rule for rule in self._RULES if rule.endswith("_current"))
            raise ValueError(f"a threshold on {self.metric} is `significant`: only one by {rules} can be")
        return self

    @property
    def rule(self) -> str:
        """Which of the four rules it is."""
        return next(rule for rule in self._RULES if getattr(self, rule) is not None)

    @property
    def bound(self) -> float:
        """The number that its rule gives."""
        return float(getattr(self, self.rule))

    @property
    def is_change(self) -> bool:
        """Whether it compares with the model in service."""
        return self.rule.endswith("_current")
