"""Tries a model as a served model."""

import dataclasses
import pathlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from components.evaluator.text_slices import length_bucket
from components.serving_validator.latency import check_latency, measure_batches, measure_latency
from components.serving_validator.parity import check_parity
from components.serving_validator.validation import Check, Validation
from models.export.expected_answers import ExpectedAnswer
from models.tasks.interface.task import Task
from serving.op_compatibility import ops_unknown_to, parse_release

if TYPE_CHECKING:
    from serving.client import ClientOptions

_NAME = "candidate"
_ROWS_PER_REQUEST = 16
_NUM_REST_ROWS = 32


@dataclasses.dataclass(frozen=True)
class Demands:
    """What a served model has to be.

    Attributes:
        tensorflow_serving_version: The release that must be able to load it.
        latency_p99_ms: What the 99th percentile of single requests may be, in milliseconds; None for no bound.
        quotes_texts: Whether findings may quote a text and its answers.
    """

    tensorflow_serving_version: str
    latency_p99_ms: float | None = None
    quotes_texts: bool = True


def try_model(
    saved_model: pathlib.Path, expected: Sequence[ExpectedAnswer], task: Task, demands: Demands
) -> Validation:
    """Serves a model in a process of its own, and asks it what the trained network has answered.

    Args:
        saved_model: The model, with its warm-up requests.
        expected: Texts and what it has to answer to them.
        task: Knows which parts of answers only fill tensors up.
        demands: What it has to be.

    Returns:
        All checks up to the first that fails.
    """
    found = Validation()
    for part in _checks(saved_model, expected, task, demands):
        found = found.joined_with(part)
        if not found.passed:
            break
    return found


def _checks(
    saved_model: pathlib.Path, expected: Sequence[ExpectedAnswer], task: Task, demands: Demands
) -> Iterator[Validation]:
    from serving.server.process import ServerProcess, ServerProcessError

    yield _found(_check_ops(saved_model, demands.tensorflow_serving_version))
    with tempfile.TemporaryDirectory() as base:
        (pathlib.Path(base) / "1").symlink_to(saved_model.resolve())
        try:
            server = ServerProcess.of_model(_NAME, pathlib.Path(base))
        except ServerProcessError as error:
            # The server's own words, without the log before them.
            said = str(error).rpartition("Failed to start server. Error: ")[2].strip()
            yield _found(Check("load", False, f"a server cannot load it: {said}"))
            return
        with server:
            yield _found(Check("load", True, "a server loads it and replays its warm-up requests"))
            yield from _checks_of_answers(server.grpc_address, server.rest_address, expected, task, demands)


def _check_ops(saved_model: pathlib.Path, version: str) -> Check:
    unknown = ops_unknown_to(parse_release(version), saved_model)
    if not unknown:
        return Check("ops", True, f"TensorFlow Serving {version} has all of its ops")
    listed = ", ".join(f"{op} (needs {needed})" for op, needed in unknown.items())
    return Check("ops", False, f"TensorFlow Serving {version} lacks {listed}; see serving.tensorflow_serving_version")


def _checks_of_answers(
    grpc_address: str, rest_address: str, expected: Sequence[ExpectedAnswer], task: Task, demands: Demands
) -> Iterator[Validation]:
    from serving.client import Client, ClientError

    # What only fills tensors up differs between batches.
    wanted = [ExpectedAnswer(row.texts, task.plain_answer(row.answer)) for row in expected]
    texts = [row.texts for row in expected]
    batches = [texts[start : start + _ROWS_PER_REQUEST] for start in range(0, len(texts), _ROWS_PER_REQUEST)]
    asked_for = "parity"
    with Client[Mapping[str, Any]](grpc_address, _NAME, options=_client_options()) as client:
        try:
            served = [task.plain_answer(answer) for batch in batches for answer in client.predict(batch)]
            yield _found(check_parity(wanted, served, "gRPC", demands.quotes_texts))
            some = wanted[:: max(1, len(wanted) // _NUM_REST_ROWS)]
            yield _found(_check_rest(rest_address, some, task, demands.quotes_texts))
            asked_for = "latency"
            latencies = measure_latency(client.predict, texts, demands.latency_p99_ms)
            yield Validation("", (check_latency(latencies, demands.latency_p99_ms),), tuple(latencies))
            yield Validation(batch_ms=measure_batches(client.predict, texts))
        except ClientError as error:
            yield _found(Check(asked_for, False, f"gRPC answers an error: {error}"))


def _found(check: Check) -> Validation:
    return Validation(checks=(check,))


def _check_rest(address: str, wanted: Sequence[ExpectedAnswer], task: Task, quotes_texts: bool) -> Check:
    from serving.client import Client, ClientError

    try:
        with Client[Mapping[str, Any]](f"http://{address}", _NAME, options=_client_options()) as client:
            answers = client.predict([row.texts for row in wanted])
    except ClientError as error:
        return Check("rest", False, f"REST answers an error: {error}")
    served = [task.plain_answer(row) for row in answers]
    return dataclasses.replace(check_parity(wanted, served, "REST", quotes_texts), name="rest")


def _client_options() -> "ClientOptions":
    """A server that has to be asked twice is not fit to serve; and one request is one batch, as it is measured."""
    from serving.client import NO_RETRIES, ClientOptions

    return ClientOptions(retries=NO_RETRIES, max_in_flight=1)


def one_row_of_each_length(rows: Sequence[Mapping[str, str]]) -> list[list[Mapping[str, str]]]:
    """Batches of one row, one for each length that occurs."""
    found = {length_bucket(list(row.values())): row for row in rows}
    return [[row] for row in found.values()]
