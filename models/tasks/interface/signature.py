"""A signature of the served model, as a task declares it."""

import dataclasses
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True)
class Signature:
    """What a signature on texts takes and gives.

    Attributes:
        columns: The texts that it reads.
        input_name: The one input, string [batch], of serialized tf.Examples that hold the texts; empty where each text
            is an input of its own, under the column's name.
        answers: The outputs; empty for all that the task answers for these texts.
        empty_columns: Texts of the task that it does not take, and that count as empty.
        output_names: What answers are called, where that is another name than the task's.
    """

    columns: tuple[str, ...]
    input_name: str = ""
    answers: tuple[str, ...] = ()
    empty_columns: tuple[str, ...] = ()
    output_names: Mapping[str, str] = dataclasses.field(default_factory=dict)
