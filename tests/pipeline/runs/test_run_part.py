"""What --from, --to and --force choose and refuse."""

import pytest

from models.user_error import UserError
from pipeline.component_names import COMPONENTS
from pipeline.runs.part import RunPart

LINE = ", ".join(COMPONENTS)


def _from(component: str) -> list[str]:
    return list(COMPONENTS[COMPONENTS.index(component) :])


@pytest.mark.parametrize(
    ("part", "chosen"),
    [
        (RunPart(), list(COMPONENTS)),
        (RunPart(first=COMPONENTS[0], last=COMPONENTS[-1]), list(COMPONENTS)),
        (RunPart(last="TextExampleGen"), ["TextExampleGen"]),
        (RunPart(last="TextSchemaGen"), ["TextExampleGen", "StatisticsGen", "TextSchemaGen"]),
        (RunPart(first="Trainer"), _from("Trainer")),
        (RunPart(first="Trainer", last="Trainer"), ["Trainer"]),
        (RunPart(first="CurrentModel", last="Evaluator"), ["CurrentModel", "Evaluator"]),
        # What is in service is looked up anew.
        (RunPart(first="Evaluator"), ["CurrentModel", *_from("Evaluator")]),
        (RunPart(first="Evaluator", last="Evaluator"), ["CurrentModel", "Evaluator"]),
        (RunPart(first="Promoter"), _from("Promoter")),
        (RunPart(forced=("Trainer", "Trainer")), list(COMPONENTS)),
    ],
)
def test_which_components_run(part: RunPart, chosen: list[str]) -> None:
    part.check(COMPONENTS)
    assert part.components(COMPONENTS) == chosen


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (RunPart(first="trainer"), "--from: there is no component 'trainer'; did you mean Trainer?"),
        (RunPart(last="Trainr"), "--to: there is no component 'Trainr'; did you mean Trainer?"),
        (RunPart(forced=("Trainer", "Pusher2")), f"--force: there is no component 'Pusher2'; the line is {LINE}"),
        (RunPart(first=""), f"--from: there is no component ''; the line is {LINE}"),
        (RunPart(first="Trainer", last="Transform"), "--from Trainer --to Transform: Transform comes before Trainer"),
        (
            RunPart(first="Evaluator", last="CurrentModel"),
            "--from Evaluator --to CurrentModel: CurrentModel comes before Evaluator",
        ),
        (
            RunPart(last="StatisticsGen", forced=("Trainer",)),
            "--force Trainer: is outside of what --from and --to leave: TextExampleGen, StatisticsGen",
        ),
        (
            RunPart(first="Promoter", forced=("Trainer",)),
            f"--force Trainer: is outside of what --from and --to leave: {', '.join(_from('Promoter'))}",
        ),
    ],
)
def test_what_cannot_run_is_refused(part: RunPart, message: str) -> None:
    with pytest.raises(UserError) as caught:
        part.check(COMPONENTS)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("part", "is_everything", "words", "forced"),
    [
        (RunPart(), True, "", []),
        (RunPart(forced=("Transform",)), True, "", ["Transform"]),
        (RunPart(last="Transform"), False, "to Transform", []),
        (RunPart(last="Trainer", forced=("Transform",)), False, "to Trainer", ["Transform"]),
        (RunPart(first="Trainer"), False, "from Trainer", list(COMPONENTS)),
        (RunPart(first="Trainer", last="Promoter"), False, "from Trainer to Promoter", list(COMPONENTS)),
    ],
)
def test_a_part_in_words_and_what_it_forces(part: RunPart, is_everything: bool, words: str, forced: list[str]) -> None:
    assert part.is_everything == is_everything
    assert part.describe() == words
    assert [name for name in COMPONENTS if part.is_forced(name)] == forced
