"""How a prediction ended."""

import dataclasses
import pathlib


@dataclasses.dataclass(frozen=True)
class Counts:
    """Where the rows went.

    Attributes:
        answered: Rows of the output.
        rejected: Rows of the rejects.
        output: The file or folder.
        rejects: The file, or the folder of several.
    """

    answered: int
    rejected: int
    output: pathlib.Path
    rejects: pathlib.Path

    def check_nothing_lost(self, num_rows: int) -> None:
        """Compares the rows that were written with those that were read.

        Raises:
            RuntimeError: They differ: a fault of this program, or of somebody who changed a file meanwhile.
        """
        if self.answered + self.rejected != num_rows:
            raise RuntimeError(
                f"{num_rows:,} rows were read, but {self.answered:,} are answered and {self.rejected:,} rejected in "
                f"{self.output}: an input or output file was changed meanwhile"
            )

    def describe(self) -> str:
        """In words."""
        answered = f"{self.answered:,} rows answered: {self.output}"
        return f"{answered}; {self.rejected:,} rejected, with reasons: {self.rejects}" if self.rejected else answered
