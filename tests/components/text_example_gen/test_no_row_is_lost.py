"""Rows in = examples + rejects, for any bytes in any format."""

import gzip
import io
import json
import pathlib
import tempfile

import hypothesis
import pytest
from hypothesis import strategies as st

from components.text_example_gen.block import cut_into_blocks
from components.text_example_gen.config import DataConfig, Format
from components.text_example_gen.convert_block import HELD_OUT_STAGE, TRAIN_STAGE, BlockConverter
from components.text_example_gen.held_out import HeldOut
from components.text_example_gen.ingest_job import IngestJob
from components.text_example_gen.ingest_limits import check_nothing_lost
from components.text_example_gen.ingest_summary import IngestSummary, summarize
from components.text_example_gen.output_folders import OutputFolders
from components.text_example_gen.source_file import SourceFile
from components.text_example_gen.tally import Tally
from components.text_example_gen.tfrecord_frames import frame, read_frames
from models.tasks.interface.chosen_task import ChosenTask

# Pieces that meet the rules of the formats far more often than random bytes do.
PIECES = st.sampled_from(
    [
        *(
            b"a",
            b"b,1",
            b"b\t1",
            b",",
            b"\t",
            b'"',
            b'""',
            b"\n",
            b"\r\n",
            b"\0",
            b"\xff",
            "é".encode(),
            b"\xef\xbb\xbf",
        ),
        *(
            b'{"text": "x", "label": 1}',
            b'{"text": "\\ud800", "label": 1}',
            b"{",
            b"}",
            b"[" * 2000,
            b"\\",
            b"0" * 5000,
        ),
        *(frame(b"\n\x00"), frame(b"junk")),
        *(b"a O\n", b"\n\n", b"# x\n", b"-DOCSTART- O\n"),
    ]
)
CONTENTS = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=30).map(b"".join))


def convert(file: SourceFile, data: DataConfig, folder: pathlib.Path) -> tuple[IngestSummary, OutputFolders]:
    """Both stages in one process, block after block."""
    folders = OutputFolders(f"{folder}/examples", f"{folder}/rejects", f"{folder}/labels")
    folders.create(data.requested_splits())
    parser = IngestJob(ChosenTask("text_classification").to_json(), data).parser()
    tally = Tally()
    for stage in (TRAIN_STAGE, HELD_OUT_STAGE):
        converter = BlockConverter(data, parser, folders, stage)
        labels = frozenset(tally.labels)
        for block in cut_into_blocks(file, data, block_bytes=20):
            tally.add(converter.convert(block, HeldOut(), labels))
    return summarize(tally, (file,)), folders


def rows_written(folders: OutputFolders) -> tuple[int, int]:
    """Examples and rejects that are in the files."""
    shards = pathlib.Path(folders.examples).glob("Split-*/*")
    parts = pathlib.Path(folders.unfinished_rejects).glob("*.jsonl")
    records = [record for shard in shards for record in read_frames(io.BytesIO(gzip.decompress(shard.read_bytes())))]
    rejects = [json.loads(line) for part in parts for line in part.read_bytes().splitlines()]
    assert all(intact for _, intact in records)
    return len(records), len(rejects)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize(
    ("file_format", "quoting"),
    [
        *(("csv", True), ("csv", False), ("tsv", True), ("tsv", False), ("jsonl", False), ("tfrecord", False)),
        *(("conll", False), ("squad", False), ("documents", False)),
    ],
)
@hypothesis.settings(max_examples=60, deadline=None)
@hypothesis.given(content=CONTENTS, header=st.booleans())
def test_rows_in_are_examples_and_rejects(
    file_format: Format, quoting: bool, compressed: bool, content: bytes, header: bool
) -> None:
    data = DataConfig(path="unused", format=file_format, quoting=quoting, header=header)
    with tempfile.TemporaryDirectory() as name:
        path = pathlib.Path(name) / "file"
        path.write_bytes(gzip.compress(content) if compressed else content)
        file = SourceFile(0, str(path), None, file_format, gzip=compressed, columns=("text", "label"))
        summary, folders = convert(file, data, pathlib.Path(name))
        check_nothing_lost(summary)
        assert rows_written(folders) == (sum(summary.examples.values()), summary.rejected)


def test_lost_row_is_noticed() -> None:
    summary = summarize(Tally(), ()).model_copy(update={"rows": 1})
    with pytest.raises(RuntimeError, match="1 rows were read, but 0"):
        check_nothing_lost(summary)
    summary = summary.model_copy(update={"accepted": {"train": 1}, "examples": {"train": 3}})
    check_nothing_lost(summary, one_example_each=False)
    with pytest.raises(RuntimeError, match=r"of \{'train': 1\} rows \{'train': 3\} examples were written"):
        check_nothing_lost(summary)
