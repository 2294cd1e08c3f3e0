"""Fixtures that tests of several packages share."""

import contextlib
import io
import pathlib
import resource
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--tf-serving-image",
        metavar="IMAGE",
        help="ask TensorFlow Serving of this image, started with Docker, what tests/serving/server ask our own server",
    )


@pytest.fixture(scope="session")
def full_at() -> Callable[[int], contextlib.AbstractContextManager[None]]:
    """A disk that is full, without root: within the context no file of this process grows beyond so many bytes.

    The system refuses the write, in C++ as in Python, with "File too large" in place of "No space left on device".
    """

    @contextlib.contextmanager
    def limited(num_bytes: int) -> Iterator[None]:
        # Python ignores the signal that comes with it.
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (num_bytes, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limited


@pytest.fixture(scope="session")
def shared_data() -> pathlib.Path:
    """The folder of real data sets beside the checkout; tests that need it are skipped where it is not."""
    folder = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data sets (../shared/data) are not here")
    # It may be a link, and paths are told as they are.
    return folder.resolve()


@pytest.fixture(scope="session")
def tiny_preset(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a BERT of two layers, 16 wide, over a vocabulary of whole words; its weights are random."""
    import keras
    import keras_hub

    words = [
        "good",
        "great",
        "fine",
        "bad",
        "awful",
        "poor",
        "film",
        "movie",
        "food",
        "service",
        "the",
        "a",
        "was",
        "is",
        "very",
        "not",
    ]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    keras.utils.set_random_seed(7)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(vocabulary),
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        max_sequence_length=32,
    )
    folder = tmp_path_factory.mktemp("preset")
    backbone.save_to_preset(str(folder))
    keras_hub.models.BertTokenizer(vocabulary, lowercase=True).save_to_preset(str(folder))
    return str(folder)


@pytest.fixture(scope="session")
def transform_output(build_transform_output: Callable[..., Any]) -> Any:
    """What Transform makes of three rows with `preprocessing_fn`, at most 12 pieces long: a TFTransformOutput."""
    import tensorflow as tf

    from models.tasks.interface.chosen_task import ChosenTask

    spec = {"text": tf.io.FixedLenFeature([1], tf.string), "label": tf.io.FixedLenFeature([1], tf.string)}
    rows = [
        {"text": ["A great movie, the food was not bad."], "label": ["good"]},
        {"text": ["awful"], "label": ["bad"]},
        {"text": ["Very POOR service!"], "label": ["bad"]},
    ]
    return build_transform_output(ChosenTask("text_classification"), spec, rows)


@pytest.fixture(scope="session")
def build_transform_output(tiny_preset: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Runs Transform on rows of a task, at most 12 pieces long."""
    import apache_beam as beam
    import tensorflow_transform as tft
    import tensorflow_transform.beam as tft_beam
    from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
    from tensorflow_transform.tf_metadata import dataset_metadata, schema_utils

    from models.preprocessing import Preprocessing, preprocessing_fn

    def build(
        task: Any, raw_spec: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], preset: str = tiny_preset
    ) -> Any:
        folder = tmp_path_factory.mktemp("transform")
        settings = Preprocessing(task.to_json(), preset, sequence_length=12)
        metadata = dataset_metadata.DatasetMetadata(schema_utils.schema_from_feature_spec(raw_spec))
        runner = FnApiRunner()
        with tft_beam.Context(temp_dir=str(folder / "temporary")), beam.Pipeline(runner=runner) as pipeline:
            created = pipeline | beam.Create(rows)
            transform_fn = (created, metadata) | tft_beam.AnalyzeDataset(
                lambda inputs: preprocessing_fn(inputs, settings.to_custom_config())
            )
            _ = transform_fn | tft_beam.WriteTransformFn(str(folder / "output"))
            _ = metadata | tft_beam.WriteMetadata(str(folder / "output" / "metadata"), pipeline)
        return tft.TFTransformOutput(str(folder / "output"))

    return build


TrainPieces = Callable[..., bytes]


@pytest.fixture(scope="session")
def train_pieces() -> TrainPieces:
    """Trains a SentencePiece model as ALBERT's or XLM-RoBERTa's is laid out, from some texts."""
    import sentencepiece

    layouts: dict[str, dict[str, Any]] = {
        "albert": {
            "pad_id": 0,
            "unk_id": 1,
            "bos_id": -1,
            "eos_id": -1,
            "control_symbols": ["[CLS]", "[SEP]", "[MASK]"],
            "user_defined_symbols": ["(", ")", "-"],
        },
        "xlm_roberta": {"unk_id": 0, "bos_id": 1, "eos_id": 2, "pad_id": -1},
    }

    def train(layout: str, texts: Iterable[str], **options: Any) -> bytes:
        model = io.BytesIO()
        settings = {"vocab_size": 400, "hard_vocab_limit": False, "character_coverage": 1.0, **options}
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts), model_writer=model, minloglevel=2, **layouts[layout], **settings
        )
        return model.getvalue()

    return train


@pytest.fixture(scope="session")
def tiny_xlm_roberta_preset(train_pieces: TrainPieces, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with an XLM-RoBERTa of two layers, 16 wide, over pieces of English and Chinese; random weights."""
    import keras
    import keras_hub

    words = [
        "good",
        "great",
        "fine",
        "bad",
        "awful",
        "poor",
        "film",
        "movie",
        "food",
        "service",
        "the",
        "a",
        "was",
        "is",
        "very",
        "not",
    ]
    texts = [*(f"{first} {second}" for first in words for second in words), *("北京", "上海", "我在", "他去了") * 20]
    tokenizer = keras_hub.models.XLMRobertaTokenizer(proto=train_pieces("xlm_roberta", texts, vocab_size=100))
    keras.utils.set_random_seed(7)
    backbone = keras_hub.models.XLMRobertaBackbone(
        vocabulary_size=tokenizer.vocabulary_size(),
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        max_sequence_length=32,
    )
    folder = tmp_path_factory.mktemp("xlm_roberta")
    backbone.save_to_preset(str(folder))
    tokenizer.save_to_preset(str(folder))
    return str(folder)


@pytest.fixture(scope="session")
def object_store() -> Iterator[str]:
    """The address of a bucket of a real S3 server on loopback; the environment names it, as it would name MinIO."""
    import fsspec
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "somebody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        fsspec.filesystem("s3").mkdir("models")
        yield "s3://models"
    server.stop()
