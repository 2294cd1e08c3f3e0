"""The Beam part of the ingest: distributes blocks of files, and gathers what is known about them.

Rows never travel between workers: a block is read, parsed and written in one place. What travels is small: the places
of blocks, digests of the held-out splits, the label set, counts.
"""

import dataclasses
from collections.abc import Iterator

import apache_beam as beam
from apache_beam.pvalue import AsSingleton

from components.text_example_gen.block import Block, cut_into_blocks
from components.text_example_gen.convert_block import HELD_OUT_STAGE, TRAIN_STAGE, BlockConverter, Stage
from components.text_example_gen.held_out import HeldOut, held_out_of, merge_held_out
from components.text_example_gen.ingest_job import IngestJob
from components.text_example_gen.label_rule import LabelRule
from components.text_example_gen.output_folders import OutputFolders
from components.text_example_gen.source_file import SourceFile
from components.text_example_gen.tally import Tally, merge_tallies


# Not frozen, as Beam sets attributes of transforms; `eq=False`, as it hashes them.
@dataclasses.dataclass(eq=False)
class Ingest(beam.PTransform):
    """Writes the examples and rejects of files; yields one Tally of all of them.

    Attributes:
        job: What to read.
        files: The files, with their columns.
        folders: Where to write.
    """

    job: IngestJob
    files: tuple[SourceFile, ...]
    folders: OutputFolders

    def expand(self, root: beam.pvalue.PBegin) -> beam.PCollection[Tally]:
        """Reads held-out digests, writes train against them, then the other splits against the labels."""
        own_splits = [file for file in self.files if file.split in HELD_OUT_STAGE.splits]
        held_out = (
            root
            | "Cut files to digest" >> CutFiles(self.job, tuple(own_splits))
            | "Digest held-out rows" >> beam.Map(_digest_block, self.job)
            | "Unite digests" >> beam.CombineGlobally(merge_held_out)
        )
        no_labels = root | "No labels" >> beam.Create([frozenset()])
        train = self._write(root, TRAIN_STAGE, held_out, no_labels)
        labels = train | "Take train labels" >> beam.Map(_labels, self.job.rule)
        rest = self._write(root, HELD_OUT_STAGE, held_out, labels)
        return (train, rest) | "Join tallies" >> beam.Flatten() | "Sum all" >> beam.CombineGlobally(merge_tallies)

    def _write(
        self,
        root: beam.pvalue.PBegin,
        stage: Stage,
        held_out: beam.PCollection[HeldOut],
        labels: beam.PCollection[frozenset[bytes]],
    ) -> beam.PCollection[Tally]:
        files = tuple(file for file in self.files if file.split is None or file.split in stage.splits)
        return (
            root
            | f"Cut {stage.name} files" >> CutFiles(self.job, files)
            | f"Write {stage.name} examples"
            >> beam.Map(_convert_block, self.job, self.folders, stage, AsSingleton(held_out), AsSingleton(labels))
            | f"Sum {stage.name}" >> beam.CombineGlobally(merge_tallies)
        )


@dataclasses.dataclass(eq=False)
class CutFiles(beam.PTransform):
    """Yields the blocks of files, spread over the workers.

    Attributes:
        job: Says how the files are written.
        files: The files.
    """

    job: IngestJob
    files: tuple[SourceFile, ...]

    def expand(self, root: beam.pvalue.PBegin) -> beam.PCollection[Block]:
        """Finds the beginnings of blocks file by file, in parallel."""
        return (
            root
            | "List files" >> beam.Create(self.files)
            | "Spread files" >> beam.Reshuffle()
            | "Cut into blocks" >> beam.FlatMap(_cut, self.job)
            | "Spread blocks" >> beam.Reshuffle()
        )


def _cut(file: SourceFile, job: IngestJob) -> Iterator[Block]:
    return cut_into_blocks(file, job.data)


def _digest_block(block: Block, job: IngestJob) -> HeldOut:
    return held_out_of(block, job.data, job.parser())


def _convert_block(
    block: Block,
    job: IngestJob,
    folders: OutputFolders,
    stage: Stage,
    held_out: HeldOut,
    labels: frozenset[bytes],
) -> Tally:
    converter = BlockConverter(job.data, job.parser(), folders, stage, job.encoder, job.rule, job.redact)
    return converter.convert(block, held_out, labels)


def _labels(tally: Tally, rule: LabelRule) -> frozenset[bytes]:
    """Those that there are classes for."""
    return frozenset(tally.labels) | frozenset(label.encode() for label in rule.kept())
