"""Texts in, answers out, over both wires."""

import random
import subprocess
import sys
import time
from typing import Any

import pytest

from models.tasks.answers.classification import Classification
from models.tasks.answers.embedding import Embedding
from serving.client import NO_RETRIES, Client, ClientError, ClientOptions, DeadlineError, RefusedError, UnavailableError


def test_answers_have_the_task_s_own_type(address: str) -> None:
    with Client[Classification](address, "labels", "text_classification") as client:
        (answer,) = client.predict(["fünf"])
    assert answer == Classification("short", 0.75, {"short": 0.25, "long": 0.75})
    with Client[Embedding](address, "vectors", "text_embedding") as client:
        # REST gives the one output of a signature without its name.
        assert client.predict(["abc", "ab"]) == [Embedding((3.0, -3.0)), Embedding((2.0, -2.0))]


def test_without_a_task_answers_are_the_model_s_outputs(address: str) -> None:
    with Client[Any](address, "pairs") as client:
        rows = [{"question": "ü", "context": "ab"}, {"question": "", "context": ""}]
        assert client.predict(rows) == [{"both_bytes": "ü/ab", "length": 2}, {"both_bytes": "/", "length": 0}]
        assert client.predict([]) == []


def test_columns_of_a_task(address: str) -> None:
    with Client[Any](address, "labels", "text_classification") as client:
        # What a row has besides is the caller's own.
        assert client.predict([{"text": "ab", "id": "7"}])[0].label == "short"
    with Client[Any](address, "pairs", "question_answering") as client:
        for row in ("which?", {"question": "which?"}):
            with pytest.raises(ClientError, match="the task reads question and context: each row is a mapping"):
                client.predict([row])
    with Client[Any](address, "pairs") as client, pytest.raises(ClientError, match="row 2 has the columns b, but"):
        client.predict([{"a": "x"}, {"b": "x"}])


def test_a_large_input_is_cut_and_keeps_its_order(address: str) -> None:
    numbers = random.Random(3)
    texts = ["x" * numbers.randrange(1, 50) for _ in range(1000)]
    options = ClientOptions(rows_per_request=7, max_in_flight=5)
    with Client[Embedding](address, "vectors", "text_embedding", options) as client:
        assert [answer.vector[0] for answer in client.predict(texts)] == [len(text) for text in texts]


def test_requests_in_flight_are_bounded() -> None:
    import threading

    class Counting:
        most = now = 0
        lock = threading.Lock()

        def predict(self, columns: Any, timeout_seconds: float) -> Any:
            with self.lock:
                self.now += 1
                self.most = max(self.most, self.now)
            time.sleep(0.01)
            with self.lock:
                self.now -= 1
            return {"length": [len(text) for text in columns["text"]]}

    client = Client[Any]("localhost:1", "x", options=ClientOptions(rows_per_request=1, max_in_flight=3))
    transport = client._transport = Counting()
    assert client.predict(["a"] * 20) == [{"length": 1}] * 20
    assert transport.most == 3


def test_a_refusal_is_not_repeated_and_says_why(address: str) -> None:
    with Client[Any](address, "labels") as client:
        with pytest.raises(RefusedError, match="bad is refused") as caught:
            client.predict(["good", "bad"])
        assert (caught.value.code, caught.value.concerns_rows) == ("INVALID_ARGUMENT", True)
        with pytest.raises(RefusedError, match="half a surrogate pair, which is no character"):
            client.predict(["a\ud800"])
    with Client[Any](address, "nothing") as client:
        with pytest.raises(RefusedError, match=r"Servable not found for request: Latest\(nothing\)") as caught:
            client.predict(["good"])
        assert not caught.value.concerns_rows


@pytest.mark.parametrize("version", [1, 7, "stable"])
def test_versions_and_labels_are_asked_for(address: str, version: int | str) -> None:
    with Client[Any](address, "vectors", options=ClientOptions(version=version)) as client:
        if version == 1:
            assert client.predict(["abc"]) == [{"embedding": [3, -3]}]
        else:
            with pytest.raises(
                RefusedError, match=r"Specific\(vectors, 7\)|Unrecognized servable version label: stable"
            ):
                client.predict(["abc"])


def test_a_deadline_ends_a_slow_answer(address: str) -> None:
    options = ClientOptions(deadline_seconds=0.3)
    with Client[Any](address, "labels", options=options) as client:
        started = time.monotonic()
        with pytest.raises(DeadlineError, match=r"localhost:\d+ gave no answer within 0.3 seconds"):
            client.predict(["slow"])
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("wrong", ["localhost:1", "http://localhost:1", "no-such-host.invalid:8500"])
def test_a_wrong_address_is_one_clear_sentence(wrong: str) -> None:
    options = ClientOptions(retries=NO_RETRIES)
    with (
        Client[Any](wrong, "x", options=options) as client,
        pytest.raises(UnavailableError, match=r"^no model server answers (gRPC|REST) at .*: .*") as caught,
    ):
        client.predict(["a"])
    assert "\n" not in str(caught.value)
    assert wrong in str(caught.value)


def test_the_other_wire_s_port_is_a_clear_sentence(served: Any) -> None:
    options = ClientOptions(retries=NO_RETRIES, deadline_seconds=5)
    crossed = (f"http://{served.grpc}", served.rest.removeprefix("http://"))
    for address in crossed:
        with Client[Any](address, "labels", options=options) as client, pytest.raises(ClientError, match="localhost"):
            client.predict(["a"])


def test_an_unknown_task_is_told() -> None:
    with pytest.raises(ClientError, match="no task 'text_clasification'; did you mean 'text_classification'"):
        Client[Any]("localhost:1", "x", "text_clasification")


def test_the_client_is_light() -> None:
    program = (
        "import sys; from serving.client import Client; from serving.client.messages import new_request; new_request();"
        "Client('localhost:1', 'x', 'token_classification');"
        "print([name for name in ('tensorflow', 'numpy', 'apache_beam', 'keras') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
