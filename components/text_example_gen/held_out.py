"""What the splits that judge the model hold, known before the others are written."""

import dataclasses
from collections.abc import Iterable

from components.text_example_gen.block import Block, read_block
from components.text_example_gen.config import DataConfig, SplitName
from components.text_example_gen.content_hash import content_digest
from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.row_parser import RowParser
from models.tasks.interface.contract import RowError


@dataclasses.dataclass(frozen=True)
class HeldOut:
    """Digests of the contents of the splits that judge the model, where these have files of their own.

    Attributes:
        evaluation: Those of the eval split.
        test: Those of the test split.
    """

    evaluation: frozenset[bytes] = frozenset()
    test: frozenset[bytes] = frozenset()

    def leak_into(self, split: SplitName, digest: bytes) -> SplitName | None:
        """Returns the split that has the same content as a row of `split` and must not, if there is one."""
        if split == "train" and digest in self.evaluation:
            return "eval"
        if split in ("train", "eval") and digest in self.test:
            return "test"
        return None


def held_out_of(block: Block, data: DataConfig, parser: RowParser) -> HeldOut:
    """Returns the digests of a block of the eval or test split; unreadable rows are reported when it is converted."""
    digests = set()
    try:
        for record in read_block(block, data, parser.columns.wanted()):
            if record.values is not None:
                try:
                    digests.add(content_digest(parser.task.content(parser.parse(record.values))))
                except RowError:
                    continue
    except DamagedFileError:
        pass
    if block.file.split == "eval":
        return HeldOut(evaluation=frozenset(digests))
    return HeldOut(test=frozenset(digests))


def merge_held_out(parts: Iterable[HeldOut]) -> HeldOut:
    """Unites digests; of nothing, none."""
    evaluation: set[bytes] = set()
    test: set[bytes] = set()
    for part in parts:
        evaluation |= part.evaluation
        test |= part.test
    return HeldOut(frozenset(evaluation), frozenset(test))
