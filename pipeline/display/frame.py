"""One picture of a run: its components, its training and its time, in lines that fit the terminal."""

import dataclasses
from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from pipeline.display.duration import duration
from pipeline.display.fitted_line import Part, fitted_line, shortened
from pipeline.display.run_state import Component, RunState
from pipeline.display.signs import STYLES, Signs
from pipeline.display.training_lines import training_lines
from pipeline.display.training_parts import position_parts, validation_parts

_NARROW = 44
"""Below so many columns there is no indentation."""
_STATE_WIDTH = len("interrupted")
_TIME_WIDTH = len("1:02:03")
_TURNS_PER_SECOND = 4


@dataclasses.dataclass(frozen=True)
class Frame:
    """Draws pictures for one terminal at one moment.

    Attributes:
        width: Columns of the terminal.
        signs: What it can show.
        now: Monotonic time.
    """

    width: int
    signs: Signs
    now: float

    def lines(self, run: RunState, height: int | None = None) -> list[Text]:
        """Draws a run.

        Args:
            run: How far it is.
            height: Lines at most: what runs stays, with what is beside it. None: no limit.

        Returns:
            Lines of at most `width` cells.
        """
        components = run.components
        blocks = [self._block(component, run) for component in components]
        summary = self._summary(run)
        if height is not None:
            blocks = _window(blocks, _focus(components), height - len(summary))
        return [line for block in blocks for line in block] + summary

    def _block(self, component: Component, run: RunState) -> list[Text]:
        row = self._row(component, run)
        if component.state != "running" or component.training is None:
            return [row]
        indent = self._indent * 3 or "  "
        lines = training_lines(component.training, self.width - len(indent), self.signs)
        return [row, *(Text.assemble(indent, line) for line in lines)]

    def _row(self, component: Component, run: RunState) -> Text:
        state = "not run" if component.state == "waiting" and run.outcome else component.state
        running, style = state == "running", STYLES.get(state, "")
        room = self.width - len(self._indent) - 2
        name_width = max(cell_len(other.name) for other in run.components)
        name = shortened(component.name, room, self.signs.ellipsis)
        elapsed = duration(component.elapsed(self.now), digits=0 if running else 1)
        parts = [
            Part(name.ljust(name_width), 0, style if running else ""),
            Part(state.ljust(_STATE_WIDTH), 1, style),
            Part(("" if component.state == "waiting" else elapsed).rjust(_TIME_WIDTH), 2),
            *(dataclasses.replace(part, rank=part.rank + 3) for part in _outcome_parts(component)),
        ]
        gap = "  " if self._indent else " "
        return Text.assemble(self._indent, (self._sign(state), style), " ", fitted_line(parts, room, gap))

    def _summary(self, run: RunState) -> list[Text]:
        if run.outcome == "done":
            return []
        state = run.outcome or "running"
        elapsed = duration(run.elapsed(self.now))
        if run.outcome:
            parts = [Part(f"{run.outcome} after {elapsed}", 0)]
        elif not run.components:
            parts = [Part("starting", 0), Part(elapsed, 1), Part("loading TensorFlow and TFX", 2)]
        else:
            num_ended = sum(component.state not in ("waiting", "running") for component in run.components)
            parts = [Part(f"{elapsed} so far", 0), Part(f"{num_ended} of {len(run.components)} components", 1)]
        line = fitted_line(parts, self.width - len(self._indent) - 2)
        return [Text.assemble(self._indent, (self._sign(state), STYLES.get(state, "")), " ", line)]

    def _sign(self, state: str) -> str:
        if state != "running":
            return self.signs.states.get(state, self.signs.other)
        return self.signs.spinner[int(self.now * _TURNS_PER_SECOND) % len(self.signs.spinner)]

    @property
    def _indent(self) -> str:
        return "  " if self.width >= _NARROW else ""


def _outcome_parts(component: Component) -> list[Part]:
    """What a training came to: what its last validation found; where it was if it was stopped."""
    training = component.training
    if component.state == "running" or training is None or training.progress is None:
        return []
    if component.state != "done" or training.validated is None:
        return position_parts(training.progress)
    # By now the metric tells more than the loss.
    metrics = [dataclasses.replace(part, rank=part.rank or 2) for part in validation_parts(training.validated)]
    return [*position_parts(training.validated)[:1], *metrics]


def _focus(components: Sequence[Component]) -> int:
    """The component that a person wants to see: the last that has begun, as one runs after the other."""
    return max((index for index, component in enumerate(components) if component.state != "waiting"), default=0)


def _window(blocks: list[list[Text]], focus: int, height: int) -> list[list[Text]]:
    """As many neighbouring blocks as fit, those before the focus by preference."""
    first, last = focus, focus + 1
    room = height - sum(len(block) for block in blocks[first:last])
    if room < 0:
        return [block[: max(height, 1)] for block in blocks[first:last]]
    while first > 0 and len(blocks[first - 1]) <= room:
        first -= 1
        room -= len(blocks[first])
    while last < len(blocks) and len(blocks[last]) <= room:
        room -= len(blocks[last])
        last += 1
    return blocks[first:last]
