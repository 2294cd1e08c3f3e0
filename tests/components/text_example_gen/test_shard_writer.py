"""Output files that are there whole or not at all."""

import gzip
import pathlib

import pytest

from components.text_example_gen.output_folders import OutputFolders
from components.text_example_gen.shard_writer import ShardWriter


@pytest.fixture
def folders(tmp_path: pathlib.Path) -> OutputFolders:
    folders = OutputFolders(f"{tmp_path}/examples", f"{tmp_path}/rejects", f"{tmp_path}/labels")
    folders.create(("train", "eval"))
    return folders


def write(folders: OutputFolders, data: bytes) -> pathlib.Path:
    path = f"{folders.split('train')}/shard.gz"
    with ShardWriter(path, folders.unfinished_examples) as writer:
        writer.write(data)
    return pathlib.Path(path)


def test_second_attempt_replaces_the_first_with_the_same_bytes(folders: OutputFolders) -> None:
    path = write(folders, b"data")
    first = path.read_bytes()
    assert write(folders, b"data").read_bytes() == first
    assert gzip.decompress(first) == b"data"
    assert [file.name for file in path.parent.iterdir()] == ["shard.gz"]


def test_large_data_is_whole(folders: OutputFolders) -> None:
    data = bytes(range(256)) * 10_000
    assert gzip.decompress(write(folders, data).read_bytes()) == data


def test_nothing_written_leaves_no_file(folders: OutputFolders) -> None:
    assert not write(folders, b"").exists()


def test_failed_attempt_leaves_no_shard_and_its_rest_is_removed(folders: OutputFolders) -> None:
    path = pathlib.Path(folders.split("train")) / "shard.gz"
    with pytest.raises(TypeError), ShardWriter(str(path), folders.unfinished_examples) as writer:
        _write_and_fail(writer)
    assert not path.exists()
    assert list(pathlib.Path(folders.unfinished_examples).iterdir())
    folders.remove_unfinished()
    assert sorted(path.name for path in pathlib.Path(folders.examples).iterdir()) == ["Split-eval", "Split-train"]


def _write_and_fail(writer: ShardWriter) -> None:
    writer.write(b"x" * (2 << 20))
    raise TypeError
