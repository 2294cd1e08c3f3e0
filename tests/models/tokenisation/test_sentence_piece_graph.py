"""Where the graph of a SentencePiece tokeniser has to work, and what it leaves in a SavedModel."""

import json
import pathlib
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

import apache_beam as beam
import pytest
import sentencepiece
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

from models.network_inputs import network_inputs
from models.tokenisation.piece_model import PieceModel
from models.tokenisation.sentence_piece_tokenizer import SentencePieceTokenizer
from models.tokenisation.sentence_pieces import SentencePieces
from models.tokenisation.text_packer import TextPacker

TEXTS = ["The quick fox!", "", "北京 unaffable", "control\x07 \u200b" + "a" * 101]
LOAD_AND_ANSWER = """
import json, sys
import tensorflow as tf
import tensorflow_text
folder, texts = json.loads(sys.argv[1])
ids = tf.saved_model.load(folder).signatures["tokens"](tf.constant(texts))["token_ids"].numpy()
with tf.compat.v1.Session(graph=tf.Graph()) as session:
    signature = tf.compat.v1.saved_model.load(session, ["serve"], folder).signature_def["tokens"]
    served = session.run(signature.outputs["token_ids"].name, {signature.inputs["texts"].name: texts})
ours = [name for name in sys.modules if name.split(".")[0] in ("models", "components", "pipeline", "serving")]
print(json.dumps({"ids": ids.tolist(), "served": served.tolist(), "our_modules": ours}))
"""


class Served(tf.Module):
    """Two signatures that tokenise, as an exported model has."""

    def __init__(self, pieces: SentencePieces) -> None:
        super().__init__()
        self.tokenizer = pieces.build_tokenizer()
        self.packer = TextPacker(pieces, 16)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "texts")])
    def dense(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        return network_inputs(self.packer.pack([self.tokenizer(texts)]))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "texts")])
    def sizes(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"num_pieces": self.tokenizer(texts).row_lengths()}


@pytest.fixture(scope="module")
def model(train_pieces: Callable[..., bytes], piece_texts: Sequence[str]) -> bytes:
    return train_pieces("xlm_roberta", piece_texts)


@pytest.fixture(scope="module")
def pieces(model: bytes) -> SentencePieces:
    return SentencePieces.of_xlm_roberta(PieceModel(model, "m"))


@pytest.fixture(scope="module")
def tokenizer(pieces: SentencePieces) -> SentencePieceTokenizer:
    return pieces.build_tokenizer()


@pytest.fixture(scope="module")
def expected(tokenizer: SentencePieceTokenizer) -> list[list[int]]:
    return tokenizer(tf.constant(TEXTS)).to_list()


def test_returns_ragged_int32(tokenizer: SentencePieceTokenizer) -> None:
    pieces = tokenizer(tf.constant(TEXTS))
    assert (pieces.dtype, pieces.row_splits.dtype, pieces.ragged_rank) == (tf.int32, tf.int64, 1)
    assert [column.to_list() for column in tokenizer.tokenize_with_offsets(tf.constant([], tf.string))] == [[]] * 4


def test_works_inside_a_dataset(pieces: SentencePieces, expected: list[list[int]]) -> None:
    dataset = tf.data.Dataset.from_tensor_slices(TEXTS).batch(2).map(pieces.build_tokenizer(), tf.data.AUTOTUNE)
    assert [row for batch in dataset for row in batch.to_list()] == expected


def test_works_inside_a_graph_of_its_own(tokenizer: SentencePieceTokenizer, expected: list[list[int]]) -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        pieces, located = session.run([tokenizer(tf.constant(TEXTS)), tokenizer.tokenize_with_offsets(TEXTS)])
    assert pieces.to_list() == expected
    eager = tokenizer.tokenize_with_offsets(tf.constant(TEXTS))
    assert [column.to_list() for column in located] == [column.to_list() for column in eager]


def test_can_be_pickled_after_use(tokenizer: SentencePieceTokenizer, expected: list[list[int]]) -> None:
    assert pickle.loads(pickle.dumps(tokenizer))(tf.constant(TEXTS)).to_list() == expected


def test_two_models_in_a_process_are_not_mixed_up(
    train_pieces: Callable[..., bytes], tokenizer: SentencePieceTokenizer, expected: list[list[int]]
) -> None:
    other = train_pieces("xlm_roberta", ["x y z fox"] * 10, vocab_size=20)
    others = SentencePieces.of_xlm_roberta(PieceModel(other, "m")).build_tokenizer()(tf.constant(TEXTS)).to_list()
    judge = sentencepiece.SentencePieceProcessor(model_proto=other)
    assert [len(row) for row in others] == [len(judge.encode(text)) for text in TEXTS]
    assert tokenizer(tf.constant(TEXTS)).to_list() == expected


def test_works_inside_transform(
    tokenizer: SentencePieceTokenizer, expected: list[list[int]], tmp_path: pathlib.Path
) -> None:
    schema = schema_utils.schema_from_feature_spec({"text": tf.io.FixedLenFeature([], tf.string)})

    def preprocessing_fn(inputs: dict[str, tf.Tensor]) -> dict[str, tf.RaggedTensor]:
        return {"pieces": tf.cast(tokenizer(inputs["text"]), tf.int64)}

    with beam.Pipeline(runner=FnApiRunner()) as pipeline, tft_beam.Context(temp_dir=str(tmp_path / "temporary")):
        rows = pipeline | beam.Create([{"text": TEXTS[0]}])
        transform = (rows, dataset_metadata.DatasetMetadata(schema)) | tft_beam.AnalyzeDataset(preprocessing_fn)
        _ = transform | tft_beam.WriteTransformFn(str(tmp_path / "transform"))
    layer = tft.TFTransformOutput(str(tmp_path / "transform")).transform_features_layer()
    assert layer({"text": tf.constant(TEXTS)})["pieces"].to_list() == expected


def test_saved_model_needs_nothing_but_tensorflow_and_its_text_ops(
    pieces: SentencePieces, model: bytes, expected: list[list[int]], tmp_path: pathlib.Path
) -> None:
    module = Served(pieces)
    signatures = {"tokens": module.dense, "sizes": module.sizes}
    tf.saved_model.save(module, str(tmp_path / "first"), signatures=signatures)
    folder = pathlib.Path(shutil.move(tmp_path / "first", tmp_path / "elsewhere"))
    packed = TextPacker(pieces, 16).pack([tf.ragged.constant(expected, tf.int32)])
    ids = network_inputs(packed)["token_ids"].numpy().tolist()
    command = [sys.executable, "-c", LOAD_AND_ANSWER, json.dumps([str(folder), TEXTS])]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert finished.returncode == 0, finished.stderr[-2000:]
    assert json.loads(finished.stdout.splitlines()[-1]) == {"ids": ids, "served": ids, "our_modules": []}
    assert not list((folder / "assets").iterdir())
    saved = saved_model_pb2.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    functions = saved.meta_graphs[0].graph_def.library.function
    assert sum(node.ByteSize() > len(model) // 2 for each in functions for node in each.node_def) == 1
