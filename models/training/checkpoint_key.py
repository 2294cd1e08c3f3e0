"""Names the folder of a training's checkpoints after all that the training depends on."""

import hashlib
import importlib.metadata
import json
import pathlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import tensorflow as tf

import models

_LIBRARIES = ("tensorflow", "keras", "keras-hub")
_BLOCK_BYTES = 1 << 22
_ROWS_PER_BLOCK = 1_000


def checkpoint_key(settings: Mapping[str, Any], examples: Iterable[str], files: Iterable[str]) -> str:
    """The same for the same training, whenever and wherever it runs; another for any other.

    Args:
        settings: The Trainer's settings, JSON values.
        examples: Files of tf.Examples, gzipped TFRecord; paths or URIs. Their rows count and the order of their names;
            not the folders they are in, which differ from run to run.
        files: What else training depends on, byte by byte.

    Returns:
        Hexadecimal digits.
    """
    code = sorted(pathlib.Path(models.__file__).parent.rglob("*.py"))
    parts = [
        json.dumps(settings, sort_keys=True).encode(),
        *(importlib.metadata.version(library).encode() for library in _LIBRARIES),
        *(_digest(_blocks_of_file(path)) for path in [*map(str, code), *sorted(files)]),
        *(_digest(_rows_of_file(path)) for path in sorted(examples)),
    ]
    return _digest(parts).hex()[:32]


def file_digest(path: str) -> str:
    """A file's content as hexadecimal digits."""
    return _digest(_blocks_of_file(path)).hex()


def _digest(parts: Iterable[bytes]) -> bytes:
    """One digest of parts and of where each ends."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def _blocks_of_file(path: str) -> Iterator[bytes]:
    with tf.io.gfile.GFile(path, "rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block


def _rows_of_file(path: str) -> Iterator[bytes]:
    rows = tf.data.TFRecordDataset(path, compression_type="GZIP").batch(_ROWS_PER_BLOCK)
    for block in rows.as_numpy_iterator():
        for row in block:
            # Protobuf writes a map, such as an Example's features, in another order in each process.
            yield tf.train.Example.FromString(row).SerializeToString(deterministic=True)
