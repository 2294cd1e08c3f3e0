"""The HTTP server that carries the REST API."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiohttp import web

from models.user_error import UserError
from serving.server.monitoring.metrics import Metrics
from serving.server.monitoring.monitoring_config import metrics_path
from serving.server.options import ServerOptions
from serving.server.rest.rest_api import RestApi, error_answer
from serving.server.rest.route import is_api_path
from serving.server.serving_error import Code, ServingError, invalid_argument
from serving.server.ui.page import HEADERS, page_file

_Result = TypeVar("_Result")
_LOOKUP_THREADS = 2


class RestServer:
    """Answers HTTP on a port, with an event loop in a thread of its own; requests are worked on in other threads."""

    def __init__(self, api: RestApi, metrics: Metrics, options: ServerOptions) -> None:
        """Opens nothing yet.

        Args:
            api: Answers the requests.
            metrics: What a page tells, where the options say so.
            options: Where to listen, and how many requests are worked on at a time.

        Raises:
            UserError: The config of that page cannot be used.
        """
        self._api, self._metrics, self._options = api, metrics, options
        self._metrics_path = metrics_path(options.monitoring_config_file)
        self._num_requests = 0
        self._workers = concurrent.futures.ThreadPoolExecutor(options.rest_threads, thread_name_prefix="rest")
        # Probes ask for a model's status, and must be answered while all other threads have work.
        self._lookups = concurrent.futures.ThreadPoolExecutor(_LOOKUP_THREADS, thread_name_prefix="rest-lookup")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="rest-loop", daemon=True)
        self._runner: web.ServerRunner | None = None

    def start(self) -> int:
        """Opens the port.

        Returns:
            Its number.

        Raises:
            UserError: It is taken.
        """
        self._thread.start()
        try:
            return self._await(self._listen())
        except OSError as error:
            address = f"{self._options.host}:{self._options.rest_api_port}"
            raise UserError(f"REST cannot listen on {address}: {error.strerror}") from error

    def drain(self) -> None:
        """Accepts no more requests, waits for those that run, and closes; does nothing where nothing was opened."""
        if not self._thread.is_alive():
            return
        if self._runner:
            self._await(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._workers.shutdown(wait=False)
        self._lookups.shutdown(wait=False)

    async def _listen(self) -> int:
        self._runner = web.ServerRunner(
            web.Server(self._handle, access_log=None), shutdown_timeout=self._options.drain_seconds
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, self._options.host, self._options.rest_api_port).start()
        return int(self._runner.addresses[0][1])

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path
        if path == self._metrics_path:
            return web.Response(text=self._metrics.text())
        if not is_api_path(path):
            return self._page_file(request.method, path)
        if request.method == "GET":
            return await self._answer(request, path, self._lookups)
        if self._num_requests >= self._options.max_requests_in_flight:
            return _response(*error_answer(ServingError(Code.RESOURCE_EXHAUSTED, "Concurrent request limit exceeded!")))
        self._num_requests += 1
        try:
            return await self._answer(request, path, self._workers)
        finally:
            self._num_requests -= 1

    async def _answer(
        self, request: web.BaseRequest, path: str, threads: concurrent.futures.Executor
    ) -> web.StreamResponse:
        is_whole = True
        try:
            # Who sends it byte by byte holds one of the requests in flight.
            async with asyncio.timeout(self._options.rest_api_timeout_in_ms / 1000 or None):
                body = await _body(request, self._options.rest_api_max_body_bytes)
        except web.RequestPayloadError:
            # What says that it is compressed and is not; the stock server takes it for nothing too.
            body, is_whole = b"", False
            # Else aiohttp would look for the rest of it.
            request.content.feed_eof()
        except ServingError as error:
            return _last_response(413, error_answer(error)[1])
        except TimeoutError:
            late = f"the body did not arrive within {self._options.rest_api_timeout_in_ms} ms"
            return _last_response(408, error_answer(ServingError(Code.DEADLINE_EXCEEDED, late))[1])
        answered = self._loop.run_in_executor(threads, self._api.answer, request.method, path, body)
        return (_response if is_whole else _last_response)(*await answered)

    def _page_file(self, method: str, path: str) -> web.Response:
        found = page_file(method, path, self._api.model_names()) if self._options.ui else None
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found[0], content_type=found[1], charset="utf-8", headers=HEADERS)

    def _await(self, coroutine: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


async def _body(request: web.BaseRequest, max_bytes: int) -> bytes:
    # Not request.read(), whose own limit is a megabyte.
    parts, size = [], 0
    async for part in request.content.iter_any():
        size += len(part)
        if size > max_bytes:
            raise invalid_argument(f"the body has more than {max_bytes} bytes")
        parts.append(part)
    return b"".join(parts)


def _response(status: int, answer: bytes) -> web.Response:
    return web.Response(status=status, body=answer, content_type="application/json")


def _last_response(status: int, answer: bytes) -> web.Response:
    """A response after which the connection is closed: what else comes over it cannot be read as a request."""
    response = _response(status, answer)
    response.force_close()
    return response
