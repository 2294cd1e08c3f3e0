"""The HTTP server around the store: it checks, answers and remembers each request."""

import dataclasses
import email.parser
import email.policy
import json
import pathlib
import ssl
import threading
import urllib.parse
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from .facts import ApiFacts
from .store import RefusedError, Store


@dataclasses.dataclass(frozen=True)
class Request:
    """A request that came.

    Attributes:
        method: Such as POST.
        path: Without the query.
        template: The spec's path, such as `/apis/v2beta1/runs/{run_id}`.
        query: The parameters in the address.
        headers: By name in lower case.
        body: The JSON value, or the bytes of the uploaded file.
    """

    method: str
    path: str
    template: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any


class ApiStub:
    """The server.

    Attributes:
        store: What it remembers.
        requests: All that came, in order.
        faults: What did not fit the spec, in requests and in its own answers; must stay empty.
        replies: Answers for the next requests to a method and template, instead of its own: status, body, type.
    """

    def __init__(self, facts: ApiFacts | None = None, certificate: pathlib.Path | None = None) -> None:
        self.facts = facts or ApiFacts()
        self.store = Store()
        self.requests: list[Request] = []
        self.faults: list[str] = []
        self.replies: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
        handler = type("Handler", (_Handler,), {"stub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.host = f"http{'s' if certificate else ''}://127.0.0.1:{self._server.server_address[1]}"
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def asked(self, method: str, template: str) -> list[Request]:
        """The requests of a method to a template, without its prefix."""
        return [each for each in self.requests if (each.method, each.template) == (method, f"/apis/v2beta1{template}")]

    def reply(self, method: str, template: str, status: int, body: str = "", type_: str = "application/json") -> None:
        """Answers the next request to a method and template so."""
        self.replies.setdefault((method, f"/apis/v2beta1{template}"), []).append((status, body, type_))

    def answer(self, method: str, address: str, headers: Mapping[str, str], content: bytes) -> tuple[int, str, str]:
        """Status, body and type of the answer."""
        split = urllib.parse.urlsplit(address)
        found = self.facts.operation(method, split.path)
        if found is None:
            self.faults.append(f"{method} {split.path}: not in the spec")
            return 404, "", "text/plain"
        template, values, operation = found
        query = urllib.parse.parse_qs(split.query, keep_blank_values=True)
        faults = list(self.facts.faults_of_query(operation, query))
        body, body_faults = self._body(operation, headers, content)
        request = Request(method, split.path, template, {key: each[0] for key, each in query.items()}, headers, body)
        self.requests.append(request)
        faults += body_faults
        self.faults += [f"{method} {template}: {fault}" for fault in faults]
        if faults:
            return 400, json.dumps({"code": 3, "message": "; ".join(faults)}), "application/json"
        waiting = self.replies.get((method, template))
        if waiting:
            return waiting.pop(0)
        try:
            answered = self._answer(request, values)
        except RefusedError as error:
            return error.status, json.dumps({"code": 2, "message": str(error)}), "application/json"
        self.faults += self.facts.faults(answered or {}, operation.get("answer", "object"), f"answer to {template}")
        return 200, json.dumps(answered or {}), "application/json"

    def _body(self, operation: Mapping[str, Any], headers: Mapping[str, str], content: bytes) -> tuple[Any, list[str]]:
        type_ = headers.get("content-type", "")
        if "file" in operation:
            return _uploaded(type_, content, operation["file"])
        if "body" not in operation:
            return None, [f"a body where the spec has none: {content!r}"] if content else []
        if type_ != "application/json":
            return None, [f"content type {type_}"]
        body = json.loads(content)
        return body, list(self.facts.faults(body, operation["body"], "body"))

    def _answer(self, request: Request, values: Mapping[str, str]) -> dict[str, Any] | None:
        store, query, body = self.store, request.query, request.body
        match request.method, request.template.removeprefix("/apis/v2beta1/"):
            case "GET", "healthz":
                return store.healthz()
            case "GET", "pipelines/{pipeline_id}/versions":
                mine = [each for each in store.versions if each["pipeline_id"] == values["pipeline_id"]]
                return store.listed(mine, "pipeline_versions", query)
            case "GET", "runs/{run_id}":
                return store.get_run(values["run_id"])
            case "GET", "recurringruns":
                return store.listed(store.recurring_runs, "recurringRuns", query)
            case "GET", things:
                return store.listed(getattr(store, things), things, query)
            case "POST", "pipelines/upload":
                return store.upload_pipeline(query, body)
            case "POST", "pipelines/upload_version":
                return store.upload_version(query, body)
            case "POST", "experiments":
                return store.create_experiment(body)
            case "POST", "runs":
                return store.create_run(body)
            case "POST", "runs/{run_id}:terminate":
                return store.terminate_run(values["run_id"])
            case "POST", "recurringruns":
                return store.create_recurring_run(body)
            case "DELETE", _:
                return store.delete_recurring_run(values["recurring_run_id"], query)
        raise AssertionError(request)


def _uploaded(type_: str, content: bytes, field: str) -> tuple[bytes, list[str]]:
    """The file in a multipart form, and what is wrong with the form."""
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        f"Content-Type: {type_}\r\n\r\n".encode() + content
    )
    parts = list(message.iter_parts()) if message.is_multipart() else []
    names = [part.get_param("name", header="content-disposition") for part in parts]
    if not type_.startswith("multipart/form-data") or names != [field]:
        return b"", [f"no form with the one file {field}: {type_}, {names}"]
    # The server tells the format by the name's end: `ReadPipelineFile` in server/util.go.
    named = parts[0].get_filename() or ""
    return parts[0].get_payload(decode=True), [] if named.endswith((".yaml", ".yml")) else [f"file name {named!r}"]


class _Handler(BaseHTTPRequestHandler):
    stub: ClassVar[ApiStub]
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            status, body, type_ = self.stub.answer(self.command, self.path, headers, content)
        except Exception as error:  # noqa: BLE001 (a test fails with it)
            self.stub.faults.append(f"{self.command} {self.path}: {error!r}")
            status, body, type_ = 500, "", "text/plain"
        self.send_response(status)
        self.send_header("Content-Type", type_)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_POST = do_DELETE = do_PATCH = do_PUT = _serve  # noqa: N815

    def log_message(self, *arguments: Any) -> None:
        """Says nothing."""
