"""Asks a served model: texts in, answers of the task's own type out."""

import concurrent.futures
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from serving.client.address import Address
from serving.client.errors import ClientError, RefusedError
from serving.client.options import ClientOptions
from serving.client.retries import with_retries

if TYPE_CHECKING:
    from models.tasks.interface.task import Task
    from serving.client.transport import Transport

Answer = TypeVar("Answer")

_TEXT = "text"
_NO_TEXT = "INVALID_ARGUMENT"


class Client(Generic[Answer]):
    """One model of a server, TensorFlow's or `bertline serve`; for several threads at once.

    Usable as a context manager, which closes it. The type of its answers can be told to a type checker:
    `Client[Classification]("localhost:8500", "tickets", "text_classification")`.
    """

    def __init__(
        self,
        address: str,
        model_name: str,
        task: "Task | str | None" = None,
        options: ClientOptions | None = None,
    ) -> None:
        """Connects when the first request is made.

        Args:
            address: `HOST:PORT` for gRPC; `http://HOST:PORT` or `https://HOST:PORT` for REST.
            model_name: The name under which the model is served.
            task: What the model was trained for, as the config names it; says of what type answers are. Without one
                they are dictionaries of the model's outputs.
            options: Deadline, retries, TLS, token, size of requests.

        Raises:
            ClientError: The address is none, or a certificate cannot be used.
        """
        self._options = options or ClientOptions()
        self._task = _built(task)
        self._columns = self._task.signatures()[self._options.signature].columns if self._task else (_TEXT,)
        self._transport = _transport(Address.parse(address), model_name, self._options)

    def predict(self, texts: Sequence[str | Mapping[str, str]]) -> list[Answer]:
        """Answers texts, in their order.

        Large inputs are cut into requests of texts of like length, a few of which are on their way at once.

        Args:
            texts: Strings; where the task reads several columns, a mapping of column to string for each row.

        Raises:
            RefusedError: The server refuses a request; nothing is answered then.
            UnavailableError: There is no server, or an overloaded one, also after the retries.
            DeadlineError: A request was not answered in time.
        """
        rows = [self._row(text) for text in texts]
        _check_equal_columns(rows)
        # Texts of a like length make batches with little padding.
        by_length = sorted(range(len(rows)), key=lambda index: sum(map(len, rows[index].values())))
        size = self._options.rows_per_request
        chunks = [by_length[start : start + size] for start in range(0, len(rows), size)]
        answers: dict[int, Answer] = {}
        for chunk, answered in zip(chunks, self._answered([[rows[i] for i in chunk] for chunk in chunks]), strict=True):
            answers.update(zip(chunk, answered, strict=True))
        return [answers[index] for index in range(len(rows))]

    def close(self) -> None:
        """Closes the connection."""
        self._transport.close()

    def __enter__(self) -> Self:
        """It connects by itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Closes the connection."""
        self.close()

    def _row(self, text: str | Mapping[str, str]) -> Mapping[str, str]:
        if isinstance(text, str):
            row: Mapping[str, str] = {self._columns[0]: text}
        else:
            # Without a task it is the server that knows which columns there are.
            row = {name: text[name] for name in self._columns if name in text} if self._task else text
        if len(row) < len(self._columns):
            raise ClientError(f"the task reads {' and '.join(self._columns)}: each row is a mapping with these strings")
        return row

    def _answered(self, requests: Sequence[Sequence[Mapping[str, str]]]) -> Iterator[list[Answer]]:
        if len(requests) < 2 or self._options.max_in_flight < 2:
            yield from map(self._ask, requests)
            return
        pool = concurrent.futures.ThreadPoolExecutor(min(self._options.max_in_flight, len(requests)))
        try:
            yield from pool.map(self._ask, requests)
        finally:
            # Where one failed, those that have not begun are not made.
            pool.shutdown(cancel_futures=True)

    def _ask(self, rows: Sequence[Mapping[str, str]]) -> list[Answer]:
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        try:
            outputs = with_retries(
                lambda seconds: self._transport.predict(columns, seconds),
                self._options.retries,
                self._options.deadline_seconds,
            )
        except UnicodeEncodeError as error:
            raise RefusedError("a text holds half a surrogate pair, which is no character", _NO_TEXT) from error
        for name, values in outputs.items():
            if not isinstance(values, list) or len(values) != len(rows):
                raise ClientError(f"the model does not answer row by row: its output {name} has no value for each row")
        return [self._typed({name: values[i] for name, values in outputs.items()}) for i in range(len(rows))]

    def _typed(self, outputs: Mapping[str, Any]) -> Any:
        return self._task.typed_answer(outputs) if self._task else outputs


def _check_equal_columns(rows: Sequence[Mapping[str, str]]) -> None:
    for number, row in enumerate(rows, start=1):
        if row.keys() != rows[0].keys():
            raise ClientError(f"row {number} has the columns {', '.join(row)}, but the first {', '.join(rows[0])}")


def _built(task: "Task | str | None") -> "Task | None":
    if not isinstance(task, str):
        return task
    from models.tasks.interface.registry import task_named

    try:
        return task_named(task)
    except ValueError as error:
        raise ClientError(str(error)) from error


def _transport(address: Address, model_name: str, options: ClientOptions) -> "Transport":
    if address.scheme:
        from serving.client.rest_transport import RestTransport

        return RestTransport(address, model_name, options)
    from serving.client.grpc_transport import GrpcTransport

    return GrpcTransport(address, model_name, options)
