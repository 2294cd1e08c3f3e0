"""Where the ingest writes."""

import dataclasses

from apache_beam.io.filesystems import FileSystems

from components.text_example_gen.block import Block
from components.text_example_gen.config import SplitName
from components.text_example_gen.label_vocabulary import labels_file


@dataclasses.dataclass(frozen=True)
class OutputFolders:
    """Where the ingest writes: names that follow from the block, so that a second attempt replaces the first.

    Attributes:
        examples: The Examples artifact.
        rejects: The RejectedRows artifact.
        label_vocabulary: The LabelVocabulary artifact.
    """

    examples: str
    rejects: str
    label_vocabulary: str

    @property
    def unfinished_examples(self) -> str:
        """The folder of shards that are being written; beside the splits, since TFX reads all that is in those."""
        return f"{self.examples}/unfinished"

    @property
    def unfinished_rejects(self) -> str:
        """The folder of parts of the rejects file."""
        return f"{self.rejects}/unfinished"

    @property
    def rejects_file(self) -> str:
        """The file of all rejected rows."""
        return f"{self.rejects}/rejects.jsonl"

    @property
    def summary_file(self) -> str:
        """The file of all counts."""
        return f"{self.rejects}/summary.json"

    @property
    def labels_file(self) -> str:
        """The file of the train split's labels."""
        return labels_file(self.label_vocabulary)

    def split(self, name: SplitName) -> str:
        """The folder of a split, called as TFX calls it."""
        return f"{self.examples}/Split-{name}"

    def shard(self, split: SplitName, block: Block) -> str:
        """The file of the examples that a block gives to a split."""
        return f"{self.split(split)}/data_tfrecord-{block.file.index:05d}-{block.index:05d}.gz"

    def rejects_part(self, block: Block, stage: str) -> str:
        """The file of the rows of a block that a stage rejects; sorts as the rows do."""
        return f"{self.unfinished_rejects}/{block.file.index:05d}-{block.index:05d}-{stage}.jsonl"

    def create(self, splits: tuple[SplitName, ...]) -> None:
        """Makes the folders."""
        for folder in [
            *map(self.split, splits),
            self.unfinished_examples,
            self.unfinished_rejects,
            self.label_vocabulary,
        ]:
            if not FileSystems.exists(folder):
                FileSystems.mkdirs(folder)

    def remove_unfinished(self) -> None:
        """Removes the folders of unfinished files with what attempts that failed have left there."""
        for folder in (self.unfinished_examples, self.unfinished_rejects):
            left = [metadata.path for metadata in FileSystems.match([f"{folder}/*"])[0].metadata_list]
            if left:
                FileSystems.delete(left)
            # On object stores there are no folders.
            if FileSystems.exists(folder):
                FileSystems.delete([folder])
