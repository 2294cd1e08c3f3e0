"""When a request is made again."""

import pathlib
import threading
import time
from typing import Any

import pytest

from serving.client import NO_RETRIES, Client, ClientOptions, DeadlineError, RefusedError, Retries, UnavailableError
from serving.client.retries import with_retries

QUICK = Retries(max_attempts=4, first_wait_seconds=0.001, max_wait_seconds=0.002)


def _attempts(failures: list[Exception], retries: Retries = QUICK, deadline_seconds: float = 5) -> tuple[Any, int]:
    left, made = list(failures), []

    def attempt(seconds: float) -> str:
        made.append(seconds)
        if left:
            raise left.pop(0)
        return "answer"

    try:
        return with_retries(attempt, retries, deadline_seconds), len(made)
    except Exception as error:  # noqa: BLE001 (what it gives is the test)
        return error, len(made)


@pytest.mark.parametrize("num_failures", [0, 1, 3])
def test_what_is_gone_soon_is_tried_again(num_failures: int) -> None:
    failures: list[Exception] = [UnavailableError("x")] * num_failures
    assert _attempts(failures) == ("answer", num_failures + 1)


def test_attempts_are_bounded() -> None:
    error, made = _attempts([UnavailableError(str(number)) for number in range(9)])
    assert (str(error), made) == ("3", 4)
    assert _attempts([UnavailableError("x")], NO_RETRIES)[1] == 1


@pytest.mark.parametrize("final", [RefusedError("x", "INVALID_ARGUMENT"), DeadlineError("x"), ValueError("x")])
def test_what_stays_is_not_tried_again(final: Exception) -> None:
    assert _attempts([final]) == (final, 1)


def test_waits_end_with_the_deadline() -> None:
    started = time.monotonic()
    error, made = _attempts([UnavailableError("x")] * 99, Retries(99, 0.1, 0.1), deadline_seconds=0.35)
    assert isinstance(error, UnavailableError)
    assert 2 <= made < 9
    assert time.monotonic() - started < 0.4


def test_waits_grow_up_to_the_longest_and_differ() -> None:
    retries = Retries(first_wait_seconds=1, max_wait_seconds=8)
    for num_failed, longest in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (5000, 8)):
        waits = {retries.wait_seconds(num_failed) for _ in range(50)}
        assert longest / 2 <= min(waits) < max(waits) <= longest


def test_a_server_that_goes_away_and_returns(models: pathlib.Path) -> None:
    """The process is killed under load and another takes its ports: every request is answered, on either wire."""
    from serving.server.process import ServerProcess

    flags = [f"--model_config_file={models / 'models.config'}"]
    first = ServerProcess(flags)
    port, rest_port = (address.rpartition(":")[2] for address in (first.grpc_address, first.rest_address))
    options = ClientOptions(retries=Retries(max_attempts=200, max_wait_seconds=0.5), rows_per_request=4)
    answers: dict[str, list[Any]] = {f"localhost:{port}": [], f"http://localhost:{rest_port}": []}
    is_over = threading.Event()

    def ask(address: str) -> None:
        with Client[Any](address, "vectors", options=options) as client:
            while not is_over.is_set():
                answers[address].append(client.predict(["abc"] * 8))

    asking = [threading.Thread(target=ask, args=[address]) for address in answers]

    def wait_for_answers(more: int) -> None:
        wanted = {address: len(given) + more for address, given in answers.items()}
        while any(len(answers[address]) < wanted[address] for address in answers):
            assert all(thread.is_alive() for thread in asking)
            time.sleep(0.01)

    try:
        for thread in asking:
            thread.start()
        wait_for_answers(3)
        first.stop(grace_seconds=0)
        with ServerProcess([*flags, f"--port={port}", f"--rest_api_port={rest_port}"]):
            wait_for_answers(3)
            is_over.set()
            for thread in asking:
                thread.join(30)
    finally:
        is_over.set()
        first.stop(grace_seconds=0)
    for given in answers.values():
        assert given == [[{"embedding": [3, -3]}] * 8] * len(given)
