import json
import pathlib
import pickle
import subprocess
import sys

import apache_beam as beam
import pytest
import tensorflow as tf
import tensorflow_transform as tft
import tensorflow_transform.beam as tft_beam
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

from models.network_inputs import network_inputs
from models.tokenisation.bert_tokenizer import BertTokenizer
from models.tokenisation.text_packer import TextPacker
from models.tokenisation.vocabulary import Vocabulary

TEXTS = ["Hello, naïve world!", "", "今天 unaffable", "control\x07 \u200b" + "a" * 101]

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
    """Three signatures that tokenise, as an exported model has."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.tokenizer = BertTokenizer(vocabulary)
        self.packer = TextPacker(vocabulary, 16)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "texts")])
    def dense(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        return network_inputs(self.packer.pack([self.tokenizer(texts)]))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "texts")])
    def pair(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        return network_inputs(self.packer.pack([self.tokenizer(texts), self.tokenizer(texts)]))

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "texts")])
    def sizes(self, texts: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"num_pieces": self.tokenizer(texts).row_lengths()}


@pytest.fixture(scope="module")
def tokenizer(english: Vocabulary) -> BertTokenizer:
    return BertTokenizer(english)


@pytest.fixture(scope="module")
def expected(tokenizer: BertTokenizer) -> list[list[int]]:
    return tokenizer(tf.constant(TEXTS)).to_list()


@pytest.fixture(scope="module")
def saved_model(english: Vocabulary, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("served")
    module = Served(english)
    signatures = {"tokens": module.dense, "pairs": module.pair, "sizes": module.sizes}
    tf.saved_model.save(module, str(folder), signatures=signatures)
    return folder


def test_returns_ragged_int32(tokenizer: BertTokenizer) -> None:
    pieces = tokenizer(tf.constant(TEXTS))
    assert (pieces.dtype, pieces.row_splits.dtype, pieces.ragged_rank) == (tf.int32, tf.int64, 1)
    assert tokenizer(tf.constant([], tf.string)).to_list() == []


def test_works_inside_a_function(tokenizer: BertTokenizer, expected: list[list[int]]) -> None:
    assert tf.function(lambda texts: tokenizer(texts))(tf.constant(TEXTS)).to_list() == expected


def test_works_inside_a_dataset(english: Vocabulary, expected: list[list[int]]) -> None:
    dataset = tf.data.Dataset.from_tensor_slices(TEXTS).batch(2).map(BertTokenizer(english), tf.data.AUTOTUNE)
    assert [row for batch in dataset for row in batch.to_list()] == expected


def test_works_inside_a_graph_of_its_own(tokenizer: BertTokenizer, expected: list[list[int]]) -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        pieces = session.run(tokenizer(tf.constant(TEXTS)))
    assert pieces.to_list() == expected


def test_can_be_pickled_after_use(tokenizer: BertTokenizer, expected: list[list[int]]) -> None:
    assert pickle.loads(pickle.dumps(tokenizer))(tf.constant(TEXTS)).to_list() == expected


def test_works_inside_transform(tokenizer: BertTokenizer, expected: list[list[int]], tmp_path: pathlib.Path) -> None:
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
    saved_model: pathlib.Path, english: Vocabulary, expected: list[list[int]]
) -> None:
    packer = TextPacker(english, 16)
    ids = network_inputs(packer.pack([tf.ragged.constant(expected, tf.int32)]))["token_ids"].numpy().tolist()
    command = [sys.executable, "-c", LOAD_AND_ANSWER, json.dumps([str(saved_model), TEXTS])]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, cwd=saved_model)
    assert finished.returncode == 0, finished.stderr[-2000:]
    answer = json.loads(finished.stdout.splitlines()[-1])
    assert answer == {"ids": ids, "served": ids, "our_modules": []}


def test_saved_model_has_no_assets_and_one_copy_of_the_vocabulary(saved_model: pathlib.Path) -> None:
    assert not list((saved_model / "assets").iterdir())
    model = saved_model_pb2.SavedModel.FromString((saved_model / "saved_model.pb").read_bytes())
    graph = model.meta_graphs[0].graph_def
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    large = [node.name for node in nodes if node.op == "Const" and node.ByteSize() > 100_000]
    assert len(large) == 2, large
