"""Where a server is, in words."""

import pytest

from serving.client.address import Address
from serving.client.errors import ClientError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("localhost:8500", Address("", "localhost", 8500)),
        ("10.0.0.7:80", Address("", "10.0.0.7", 80)),
        ("[::1]:8500", Address("", "[::1]", 8500)),
        ("http://tickets.svc:8501", Address("http", "tickets.svc", 8501)),
        ("http://[::1]:8501", Address("http", "[::1]", 8501)),
        ("https://models.example/bert/", Address("https", "models.example", None, "/bert")),
        ("unix:/run/model.sock", Address("", "unix:/run/model.sock", None)),
    ],
)
def test_addresses(text: str, expected: Address) -> None:
    assert Address.parse(text) == expected
    assert str(expected) == text.rstrip("/")


@pytest.mark.parametrize(
    "text",
    ["", "localhost", ":8500", "8500", "localhost:", "localhost:x", "localhost:99999", "ftp://a:1", "a:1/v1", "http://",
     "http://a:1?x", "http://user@a:1"],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ClientError, match="a server's address is HOST:PORT for gRPC, or http://HOST:PORT"):
        Address.parse(text)
