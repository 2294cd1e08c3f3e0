"""Turns one block of a file into shards of examples, a part of the rejects, and counts."""

import contextlib
import dataclasses
from collections.abc import Iterable

from components.text_example_gen.block import Block, read_block
from components.text_example_gen.config import SPLITS, DataConfig, SplitName
from components.text_example_gen.decided_row import Accepted, Rejected
from components.text_example_gen.example_bytes import example_bytes
from components.text_example_gen.held_out import HeldOut
from components.text_example_gen.label_rule import FOLLOW, LabelRule
from components.text_example_gen.output_folders import OutputFolders
from components.text_example_gen.readers.damaged_file_error import DamagedFileError
from components.text_example_gen.readers.record import Record
from components.text_example_gen.reject_line import redacted_line, reject_line
from components.text_example_gen.row_expansion import RowExpansion
from components.text_example_gen.row_parser import RowParser
from components.text_example_gen.row_sorter import RowSorter
from components.text_example_gen.shard_writer import ShardWriter
from components.text_example_gen.tally import Place, Tally, kind_of_reason
from components.text_example_gen.tfrecord_frames import frame
from models.encoder_settings import EncoderSettings
from models.tasks.interface.contract import Features


@dataclasses.dataclass(frozen=True)
class Stage:
    """One of the two passes over the data: the other splits' labels are checked against those of train.

    Attributes:
        name: Names the pass in labels and files.
        splits: The splits that it writes.
        takes_unplaced: Whether it reports rows that are too broken to tell their split; one pass does.
    """

    name: str
    splits: frozenset[SplitName]
    takes_unplaced: bool

    def concerns(self, split: SplitName | None) -> bool:
        """Whether this pass writes the rows of a split, or those without one."""
        return self.takes_unplaced if split is None else split in self.splits


TRAIN_STAGE = Stage("train", frozenset(("train",)), takes_unplaced=True)
HELD_OUT_STAGE = Stage("held-out", frozenset(("eval", "test")), takes_unplaced=False)


@dataclasses.dataclass(frozen=True)
class BlockConverter:
    """Turns blocks into shards of examples, parts of the rejects, and counts.

    Attributes:
        data: Says how files are written and split.
        parser: Turns rows into features.
        folders: Where to write.
        stage: Which rows to write.
        encoder: What tokenises, for a task that expands rows.
        rule: What becomes of labels that the model in service does not have.
        redact: Whether rejects say nothing of the rows but where they are and what kind of fault they have.
    """

    data: DataConfig
    parser: RowParser
    folders: OutputFolders
    stage: Stage
    encoder: EncoderSettings | None = None
    rule: LabelRule = FOLLOW
    redact: bool = False

    def convert(self, block: Block, held_out: HeldOut, labels: frozenset[bytes]) -> Tally:
        """Writes what a block gives in this stage, and returns the counts.

        Args:
            block: The rows.
            held_out: What must not occur in a split that comes before.
            labels: The labels that there are classes for; not looked at while the train split is written.
        """
        sorter = RowSorter(self.parser, block.file.split or self.data.split, held_out, labels, self.rule)
        with contextlib.ExitStack() as stack:
            output = _BlockOutput(block, self.folders, self.stage, stack, RowExpansion(self.parser.task, self.encoder))
            try:
                for record in read_block(block, self.data, self.parser.columns.wanted()):
                    self._convert_row(record, sorter, output)
            except DamagedFileError as error:
                output.tally.damaged.add(f"{block.file.path}: {error}")
            output.write_pending()
        return output.tally

    def _convert_row(self, record: Record, sorter: RowSorter, output: "_BlockOutput") -> None:
        output.count_row()
        decision = sorter.decide(record)
        if not self.stage.concerns(decision.split):
            return
        if isinstance(decision, Rejected):
            output.reject(decision, self.redact)
        else:
            output.accept(decision)
            if decision.split == "train":
                output.tally.labels.update(set(self.parser.task.label_values(decision.features)))


class _BlockOutput:
    """The files that one block is written to, and their counts."""

    def __init__(
        self,
        block: Block,
        folders: OutputFolders,
        stage: Stage,
        stack: contextlib.ExitStack,
        expansion: RowExpansion,
    ) -> None:
        self.tally = Tally()
        self._file, self._expansion = block.file, expansion
        self._counts_rows = block.file.split is not None or stage.takes_unplaced
        part = folders.rejects_part(block, stage.name)
        self._rejects = stack.enter_context(ShardWriter(part, folders.unfinished_rejects))
        self._shards = {
            split: stack.enter_context(ShardWriter(folders.shard(split, block), folders.unfinished_examples))
            for split in SPLITS
            if split in stage.splits
        }

    def count_row(self) -> None:
        """Counts a row that was read, in the one stage that answers for its file."""
        if self._counts_rows:
            self.tally.rows[self._file.path] += 1

    def accept(self, accepted: Accepted) -> None:
        """Counts a row, and writes and counts the examples made of it, and of those that waited for it."""
        self.tally.accepted[self._file.path, accepted.split] += 1
        self._write(accepted.split, self._expansion.add(accepted.split, accepted.features))

    def write_pending(self) -> None:
        """Writes and counts the examples that are made of rows which still wait for others."""
        for split in self._shards:
            self._write(split, self._expansion.rest(split))

    def reject(self, rejected: Rejected, redact: bool) -> None:
        """Writes and counts a rejected row."""
        if redact:
            rejected = rejected._replace(reason=kind_of_reason(rejected.reason))
        write_line = redacted_line if redact else reject_line
        self._rejects.write(write_line(self._file.path, rejected))
        place = Place(self._file.index, rejected.record.line, self._file.path)
        self.tally.count_reject(place, rejected.reason)
        if rejected.new_label:
            self.tally.new_labels[rejected.new_label] += 1

    def _write(self, split: SplitName, examples: Iterable[Features]) -> None:
        for example in examples:
            self._shards[split].write(frame(example_bytes(example)))
            self.tally.examples[self._file.path, split] += 1
