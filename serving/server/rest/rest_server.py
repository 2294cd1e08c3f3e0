"""The HTTP server that carries the REST API."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiohttp import web

from models.user_error import UserError
from serving.server.options import ServerOptions
from serving.server.rest.rest_api import RestApi
from serving.server.rest.route import is_api_path

_Result = TypeVar("_Result")


class RestServer:
    """Answers HTTP on a port, with an event loop in a thread of its own; requests are worked on in other threads."""

    def __init__(self, api: RestApi, options: ServerOptions) -> None:
        """Opens nothing yet.

        Args:
            api: Answers the requests.
            options: Where to listen, and how many requests are worked on at a time.
        """
        self._api, self._options = api, options
        self._workers = concurrent.futures.ThreadPoolExecutor(options.rest_api_num_threads, thread_name_prefix="rest")
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

    async def _listen(self) -> int:
        self._runner = web.ServerRunner(
            web.Server(self._handle, access_log=None), shutdown_timeout=self._options.drain_seconds
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, self._options.host, self._options.rest_api_port).start()
        return int(self._runner.addresses[0][1])

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.raw_path
        if not is_api_path(path):
            return web.Response(status=404)
        try:
            # Not request.read(), which refuses bodies of more than a megabyte.
            body = await request.content.read()
        except web.RequestPayloadError:
            # What says that it is compressed and is not; the stock server takes it for nothing too.
            body = b""
        status, answer = await self._loop.run_in_executor(self._workers, self._api.answer, request.method, path, body)
        return web.Response(status=status, body=answer, content_type="application/json")

    def _await(self, coroutine: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()
