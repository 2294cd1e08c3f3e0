"""TLS, certificates of clients, and tokens."""

import http.server
import pathlib
import ssl
import threading
from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest

from serving.client import NO_RETRIES, Client, ClientError, ClientOptions, Tls, UnavailableError


def _ssl_config(certificates: pathlib.Path, path: pathlib.Path) -> pathlib.Path:
    def quoted(name: str) -> str:
        return '"' + (certificates / name).read_text(encoding="utf-8").replace("\n", "\\n") + '"'

    lines = [f"server_key: {quoted('server.key')}", f"server_cert: {quoted('server.pem')}"]
    lines += [f"custom_ca: {quoted('ca.pem')}", "client_verify: true"]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _ask(address: str, tls: Tls | None = None, token: Any = None) -> list[Any]:
    options = ClientOptions(tls=tls, token=token, retries=NO_RETRIES, deadline_seconds=10)
    with Client[Any](address, "vectors", options=options) as client:
        return client.predict(["abc"])


def test_grpc_with_certificates_on_both_sides(serve: Any, certificates: pathlib.Path, tmp_path: pathlib.Path) -> None:
    ca, certificate, key = (certificates / name for name in ("ca.pem", "client.pem", "client.key"))
    with serve(ssl_config_file=_ssl_config(certificates, tmp_path / "ssl.config")) as addresses:
        assert _ask(addresses.grpc, Tls(ca, certificate, key)) == [{"embedding": [3, -3]}]
        for tls in (Tls(ca), Tls(), None):
            with pytest.raises(UnavailableError, match="no model server answers gRPC at localhost"):
                _ask(addresses.grpc, tls)


class _Ingress(http.server.BaseHTTPRequestHandler):
    """Stands before a server: wants a token, and answers with what it was sent."""

    def do_POST(self) -> None:
        if self.headers["Authorization"] != "Bearer secret":
            self.send_response(401)
            self.end_headers()
            self.wfile.write(b"<html>who are you?</html>")
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"outputs": {"path": ["%s"]}}' % self.path.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def ingress(certificates: pathlib.Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("localhost", 0), _Ingress)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    context.load_verify_locations(certificates / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever).start()
    yield f"https://localhost:{server.server_port}/behind"
    server.shutdown()
    server.server_close()


def test_rest_with_certificates_on_both_sides_and_a_token(ingress: str, certificates: pathlib.Path) -> None:
    ca, certificate, key = (certificates / name for name in ("ca.pem", "client.pem", "client.key"))
    known = Tls(ca, certificate, key)
    # A function gives the token of now.
    for token in ("secret", lambda: "secret"):
        assert _ask(ingress, known, token) == [{"path": "/behind/v1/models/vectors:predict"}]
    with pytest.raises(ClientError, match=r"refuses \(401\): <html>who are you\?</html>"):
        _ask(ingress, known, "wrong")
    for tls in (Tls(ca), None):
        with pytest.raises(UnavailableError, match="no model server answers REST at https://localhost"):
            _ask(ingress, tls, "secret")


def test_a_token_travels_as_metadata() -> None:
    seen = []

    class Service(grpc.GenericRpcHandler):
        def service(self, details: Any) -> Any:
            seen.append(dict(details.invocation_metadata).get("authorization"))
            return grpc.unary_unary_rpc_method_handler(lambda request, context: b"")

    server = grpc.server(futures.ThreadPoolExecutor(1), handlers=[Service()])
    port = server.add_insecure_port("localhost:0")
    server.start()
    try:
        assert _ask(f"localhost:{port}", token="secret") == [{}]
        assert _ask(f"localhost:{port}") == [{}]
    finally:
        server.stop(None)
    assert seen == ["Bearer secret", None]


def test_certificates_are_checked_before_anything_is_sent(certificates: pathlib.Path) -> None:
    with pytest.raises(ClientError, match="given together or not at all"):
        Tls(certificate=certificates / "client.pem")
    with pytest.raises(ClientError, match="TLS: there is no file /missing"):
        Tls(ca=pathlib.Path("/missing"))
    with pytest.raises(ClientError, match="is without TLS, though certificates are given"):
        Client("http://localhost:1", "x", options=ClientOptions(tls=Tls()))
    broken = certificates / "names"
    with pytest.raises(ClientError, match="TLS: a file is no certificate or key in PEM form"):
        Client("https://localhost:1", "x", options=ClientOptions(tls=Tls(ca=broken)))
