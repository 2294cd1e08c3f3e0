"""Batching: what runs together, what is refused, and that every request gets its own answer."""

import concurrent.futures
import contextlib
import pathlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import grpc
import numpy as np
import pytest
from tensorflow_serving.apis import classification_pb2, predict_pb2

from models.user_error import UserError
from serving.server.batching.batching_parameters import BatchingParameters, read_batching_parameters
from serving.server.batching.length_bucket import length_bucket
from serving.server.batching.merging import merged, split
from serving.server.serving_error import ServingError


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model that tells of each row the number of rows that ran together, and their longest text; slowly."""
    import tensorflow as tf

    folder = tmp_path_factory.mktemp("batched")

    def answers(text: tf.Tensor) -> dict[str, tf.Tensor]:
        matrix = tf.eye(400)
        work = tf.while_loop(lambda i, _: i < 30, lambda i, m: (i + 1, m @ matrix), (0, matrix))[1]
        zeros = tf.zeros_like(text, tf.int32) + tf.cast(work[0, 1], tf.int32)
        lengths = tf.strings.length(text)
        longest = tf.reduce_max(tf.concat([lengths, [0]], 0))
        return {"echo": text, "rows": zeros + tf.size(text), "longest": zeros + longest}

    def numbers(x: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"y": x * 2, "rows": tf.zeros_like(x[:, 0], tf.int32) + tf.shape(x)[0]}

    def checked(x: tf.Tensor) -> dict[str, tf.Tensor]:
        with tf.control_dependencies([tf.debugging.assert_non_negative(x, "negative")]):
            return {"y": tf.identity(x)}

    text = tf.TensorSpec([None], tf.string, name="text")
    signatures = {
        "serving_default": tf.function(answers, autograph=False).get_concrete_function(text),
        "numbers": tf.function(numbers, autograph=False).get_concrete_function(tf.TensorSpec([None, None], name="x")),
        "checked": tf.function(checked, autograph=False).get_concrete_function(tf.TensorSpec([None], name="x")),
        "total": tf.function(lambda x: {"y": tf.reduce_sum(x)}).get_concrete_function(tf.TensorSpec([None], name="x")),
        "first": tf.function(lambda x: {"y": x[:1]}).get_concrete_function(tf.TensorSpec([None], name="x")),
    }
    tf.saved_model.save(tf.Module(), str(folder / "1"), signatures=signatures)
    return str(folder)


@pytest.fixture
def batching(serve: Any, base: str, tmp_path: pathlib.Path) -> Callable[..., Any]:
    """Serves it with the lines of a parameters file."""

    @contextlib.contextmanager
    def start(*lines: str, **options: Any) -> Iterator[Any]:
        path = tmp_path / "batching_parameters.txt"
        path.write_text("\n".join(lines), encoding="utf-8")
        given = {"enable_batching": True, "batching_parameters_file": path, "model_name": "m", "model_base_path": base}
        with serve(**given, **options) as served:
            yield served

    return start


def _request(texts: Sequence[str], signature: str = "", outputs: Sequence[str] = ()) -> Any:
    request = predict_pb2.PredictRequest(output_filter=outputs)
    request.model_spec.name, request.model_spec.signature_name = "m", signature
    tensor = request.inputs["text"]
    tensor.dtype = 7
    tensor.string_val.extend(text.encode() for text in texts)
    tensor.tensor_shape.dim.add(size=len(texts))
    return request


def _numbers(signature: str, values: Sequence[float], *shape: int) -> Any:
    request = predict_pb2.PredictRequest()
    request.model_spec.name, request.model_spec.signature_name = "m", signature
    tensor = request.inputs["x"]
    tensor.dtype = 1
    tensor.float_val.extend(values)
    for size in shape or (len(values),):
        tensor.tensor_shape.dim.add(size=size)
    return request


def _all_at_once(served: Any, requests: Sequence[Any], **options: Any) -> list[Any]:
    """Sends requests together; gives responses and errors in their order."""

    def ask(request: Any) -> Any:
        try:
            return served.prediction.Predict(request, **({"timeout": 30} | options))
        except grpc.RpcError as error:
            return error

    with concurrent.futures.ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(ask, requests))


def _echoes(response: Any) -> list[str]:
    return [text.decode() for text in response.outputs["echo"].string_val]


def _rows(response: Any) -> list[int]:
    return list(response.outputs["rows"].int_val)


_SIZES = ("max_batch_size { value: 8 }", "num_batch_threads { value: 2 }")
PATIENT = (*_SIZES, "batch_timeout_micros { value: 400000 }")
VERY_PATIENT = (*_SIZES, "batch_timeout_micros { value: 4000000 }")


def test_requests_run_together_and_get_their_own_answers(batching: Any) -> None:
    texts = [[f"text {number}"] * (1 + number % 3) for number in range(40)]
    with batching("max_batch_size { value: 16 }", "max_enqueued_batches { value: 100 }") as served:
        responses = _all_at_once(served, [_request(one) for one in texts])
        assert [_echoes(response) for response in responses] == texts
        assert max(max(_rows(response)) for response in responses) > 3
        # One after the other there is nobody to wait for.
        assert _rows(served.prediction.Predict(_request(["alone"]))) == [1]
        assert served.rest("POST", "/v1/models/m:predict", {"instances": ["a", "b"]})[1]["predictions"] == [
            {"echo": "a", "rows": 2, "longest": 1},
            {"echo": "b", "rows": 2, "longest": 1},
        ]


def test_a_batch_waits_for_others_only_until_it_is_full(batching: Any) -> None:
    with batching(*VERY_PATIENT) as served:
        started = time.monotonic()
        assert [_rows(one) for one in _all_at_once(served, [_request(["x"] * 4)] * 2)] == [[8] * 4] * 2
        assert time.monotonic() - started < 3
    with batching(*PATIENT) as served:
        started = time.monotonic()
        assert _rows(served.prediction.Predict(_request(["x"]))) == [1]
        assert time.monotonic() - started > 0.35


def test_batches_are_filled_up_to_an_allowed_size(batching: Any) -> None:
    with batching(*PATIENT, "allowed_batch_sizes: 2", "allowed_batch_sizes: 8") as served:
        assert [_rows(one) for one in _all_at_once(served, [_request(["x"])])] == [[2]]
        responses = _all_at_once(served, [_request(["a"]), _request(["b", "c"])])
        assert [(_echoes(one), _rows(one)) for one in responses] == [(["a"], [8]), (["b", "c"], [8, 8])]


def test_what_is_too_large_is_refused(batching: Any) -> None:
    with batching("max_batch_size { value: 8 }") as served:
        (error,) = _all_at_once(served, [_request(["x"] * 9)])
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert error.details() == "Task size 9 is larger than maximum input batch size 8"
        assert served.rest("POST", "/v1/models/m:predict", {"instances": ["x"] * 9}) == (
            400,
            {"error": "Task size 9 is larger than maximum input batch size 8"},
        )


def test_large_requests_are_cut_on_demand(batching: Any) -> None:
    texts = [[f"{number}.{row}" for row in range(5)] for number in range(6)]
    cutting = ("enable_large_batch_splitting { value: true }", "max_execution_batch_size { value: 4 }")
    with batching("max_batch_size { value: 8 }", *cutting) as served:
        responses = _all_at_once(served, [_request(one) for one in texts])
        assert [_echoes(response) for response in responses] == texts
        assert max(max(_rows(response)) for response in responses) <= 4


def test_a_full_queue_refuses(batching: Any) -> None:
    limits = ("max_batch_size { value: 1 }", "max_enqueued_batches { value: 2 }", "num_batch_threads { value: 1 }")
    with batching(*limits) as served:
        answers = _all_at_once(served, [_request(["x"])] * 30)
        refused = [answer for answer in answers if isinstance(answer, grpc.RpcError)]
        assert 0 < len(refused) < 30
        assert {error.code() for error in refused} == {grpc.StatusCode.UNAVAILABLE}
        assert all(
            error.details().startswith("The batch scheduling queue to which this task was submitted is full")
            for error in refused
        )
        assert _echoes(served.prediction.Predict(_request(["after"]))) == ["after"]


def test_who_waited_too_long_is_told(batching: Any) -> None:
    lines = ("max_batch_size { value: 2 }", "batch_timeout_micros { value: 300000 }")
    with batching(*lines, rest_api_timeout_in_ms=100) as served:
        assert served.rest("POST", "/v1/models/m:predict", {"instances": ["x"]}) == (
            429,
            {"error": "Run() timeout exceeded while waiting in batching queue"},
        )


def test_one_bad_request_does_not_spoil_its_batch(batching: Any) -> None:
    with batching(*PATIENT) as served:
        good, bad = _all_at_once(served, [_numbers("checked", [1, 2]), _numbers("checked", [-1])])
        assert list(good.outputs["y"].float_val) == [1, 2]
        assert bad.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "negative" in bad.details()
        other = _request(["x"])
        other.inputs["text"].dtype = 1
        good, bad = _all_at_once(served, [_request(["x"]), other])
        assert _echoes(good) == ["x"]
        assert bad.code() == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        ("pad_variable_length_inputs: true", [[2, 4, 6], [8, 8, 8]]),
        ("pad_variable_length_inputs: false", "have different shapes and padding is turned off"),
    ],
)
def test_rows_of_different_lengths(batching: Any, padding: str, expected: Any) -> None:
    with batching(*PATIENT, padding) as served:
        answers = _all_at_once(served, [_numbers("numbers", [1, 2, 3], 1, 3), _numbers("numbers", [4], 1, 1)])
        if isinstance(expected, str):
            assert {answer.code() for answer in answers} == {grpc.StatusCode.FAILED_PRECONDITION}
            assert expected in answers[0].details()
        else:
            assert [list(answer.outputs["y"].float_val) for answer in answers] == expected


@pytest.mark.parametrize(
    ("signature", "message"),
    [
        ("total", "Batched output tensor has 0 dimensions"),
        ("first", "Batched output tensor's 0th dimension does not equal the sum of the 0th dimension sizes"),
    ],
)
def test_models_that_cannot_be_batched(batching: Any, signature: str, message: str) -> None:
    with batching() as served:
        (error,) = _all_at_once(served, [_numbers(signature, [1, 2])])
        assert error.code() == grpc.StatusCode.FAILED_PRECONDITION
        assert message in error.details()


def test_what_is_no_whole_signature_or_empty_runs_by_itself(batching: Any) -> None:
    with batching(*VERY_PATIENT) as served:
        started = time.monotonic()
        response = served.prediction.Predict(_request(["x"], outputs=["rows"]))
        assert list(response.outputs) == ["rows"]
        assert _echoes(served.prediction.Predict(_request([]))) == []
        assert time.monotonic() - started < 3


def test_texts_are_batched_by_length(batching: Any) -> None:
    short, long = _request(["short"]), _request(["long " * 50])
    with batching(*PATIENT, batching_length_buckets=(32, 128)) as served:
        responses = _all_at_once(served, [short, long] * 4)
        assert {_rows(response)[0] for response in responses} == {4}
        assert [list(response.outputs["longest"].int_val) for response in responses] == [[5], [250]] * 4


def test_places_of_closed_queues_are_used_again() -> None:
    from serving.server.batching.tensorflow_batcher import BatchQueue, TensorFlowBatcher

    batcher = TensorFlowBatcher(BatchingParameters())
    for _ in range(3):
        seen: list[Any] = []
        queues = [BatchQueue(batcher, seen.extend), BatchQueue(batcher, seen.extend)]
        queues[0].submit("task", 2)
        assert [tuple(piece) for piece in seen] == [("task", 0, 2)]
        for queue in queues:
            queue.close()
    assert batcher._num_places == 2
    batcher.close()


def test_classify_is_batched_too(serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "1").symlink_to(exported / "examples")
    with serve(enable_batching=True, model_name="examples", model_base_path=str(tmp_path)) as served:

        def ask(number: int) -> float:
            request = classification_pb2.ClassificationRequest()
            request.model_spec.name = "examples"
            request.input.example_list.examples.add().features.feature["x"].float_list.value.append(number)
            return served.prediction.Classify(request).result.classifications[0].classes[0].score

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            assert list(pool.map(ask, range(100))) == list(range(100))


def test_versions_come_and_go_under_load(serve: Any, exported: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "1").symlink_to(exported / "half1")
    stop, errors, answers = threading.Event(), [], set()
    with serve(enable_batching=True, model_name="half", model_base_path=str(tmp_path)) as served:

        def work() -> None:
            while not stop.is_set():
                try:
                    answers.add(served.predict("half"))
                except grpc.RpcError as error:
                    errors.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for version in (2, 3):
            (tmp_path / str(version)).symlink_to(exported / f"half{version}")
            served.wait_for("half", {version: "AVAILABLE", **dict.fromkeys(range(1, version), "END")})
        stop.set()
        for thread in threads:
            thread.join()
    assert (errors, answers) == ([], {2.0, 3.0, 4.0})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max_batch_size: 8", "Error parsing text-format tensorflow.serving.BatchingParameters"),
        ("x { value: 1 }", "Error parsing"),
        ("max_batch_size { value: 0 }", "max_batch_size is 0, but must be at least 1"),
        ("allowed_batch_sizes: 4", "last entry was 4; expected 1000"),
        ("max_batch_size { value: 4 } allowed_batch_sizes: [4, 4]", "monotonically increasing"),
        ("max_batch_size { value: 4 } allowed_batch_sizes: [0, 4]", "must be positive"),
        (
            "max_batch_size { value: 4 } max_execution_batch_size { value: 5 } "
            "enable_large_batch_splitting { value: true }",
            "must not be larger than max_batch_size",
        ),
        (None, "cannot be read"),
    ],
)
def test_bad_parameters_are_told(tmp_path: pathlib.Path, text: str | None, message: str) -> None:
    path = tmp_path / "parameters.txt"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=message):
        read_batching_parameters(path)


def test_parameters_are_read(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "parameters.txt"
    path.write_text(
        "max_batch_size { value: 8 } batch_timeout_micros { value: 5 } max_enqueued_batches { value: 6 } "
        'num_batch_threads { value: 7 } thread_pool_name { value: "x" } allowed_batch_sizes: [2, 8] '
        "pad_variable_length_inputs: true enable_large_batch_splitting { value: true }",
        encoding="utf-8",
    )
    assert read_batching_parameters(path) == BatchingParameters(8, 5, 6, 7, (2, 8), True, True)
    path.write_text("", encoding="utf-8")
    read = read_batching_parameters(path)
    assert (read.max_batch_size, read.batch_timeout_micros, read.max_enqueued_batches) == (1000, 0, 10)


def _texts(*texts: bytes) -> np.ndarray:
    return np.array(texts, np.object_)


@pytest.mark.parametrize(
    ("feeds", "bucket"),
    [
        ({"a": _texts(b"")}, 0),
        ({"a": _texts(b"1234", b"1")}, 0),
        ({"a": _texts(b"1", b"12345")}, 1),
        ({"a": _texts(b"123"), "b": _texts(b"45")}, 1),
        ({"a": _texts(b"123456789")}, 2),
        ({"a": np.zeros(9, np.float32)}, 0),
        ({"a": np.array([[b"123456789"]], np.object_)}, 0),
    ],
)
def test_length_buckets(feeds: dict[str, np.ndarray], bucket: int) -> None:
    assert length_bucket(feeds, (4, 8)) == bucket
    assert length_bucket(feeds, ()) == 0


def test_merging_and_splitting() -> None:
    parameters = BatchingParameters(allowed_batch_sizes=(4, 8))
    batch = merged([{"x": np.array([1, 2])}, {"x": np.array([3])}], parameters)
    assert batch["x"].tolist() == [1, 2, 3, 3]
    assert [[array.tolist() for array in one] for one in split([batch["x"]], [2, 1], 4)] == [[[1, 2]], [[3]]]
    with pytest.raises(ServingError, match="0th dimension"):
        split([batch["x"]], [2, 1], 3)
