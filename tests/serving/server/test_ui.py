"""The files of the page to try models, over a real socket."""

import http.client
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
import setuptools

from serving.server.flags import parse_flags


@pytest.fixture(scope="module")
def served_with_page(serve: Any, exported: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    base = tmp_path_factory.mktemp("base")
    (base / "1").symlink_to(exported / "text")
    with serve(model_name="text", model_base_path=str(base), ui=True) as served:
        yield served


def _get(served: Any, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", served.rest_port, timeout=30)
    connection.request("GET", path)
    return connection.getresponse()


@pytest.mark.parametrize(
    ("path", "content_type", "part"),
    [
        ("/", "text/html; charset=utf-8", b"<!doctype html>"),
        ("/?from=mail", "text/html; charset=utf-8", b"<!doctype html>"),
        ("/page.js", "text/javascript; charset=utf-8", b'from "./views.js"'),
        ("/views.js", "text/javascript; charset=utf-8", b"export const view"),
        ("/page.css", "text/css; charset=utf-8", b"--paper"),
        ("/models.json", "application/json; charset=utf-8", b'["text"]'),
    ],
)
def test_a_browser_gets_the_files_under_a_strict_policy(
    served_with_page: Any, path: str, content_type: str, part: bytes
) -> None:
    response = _get(served_with_page, path)
    assert (response.status, response.headers["Content-Type"]) == (200, content_type)
    assert part in response.read()
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/page.py", "/__init__.py", "/../page.py", "/index.html", "/v1", "/favicon.ico"])
def test_nothing_else_is_there(served_with_page: Any, path: str) -> None:
    response = _get(served_with_page, path)
    assert (response.status, response.read()) == (404, b"")


def test_the_api_is_what_it_is_without_the_page(served_with_page: Any) -> None:
    assert served_with_page.raw("POST", "/")[0] == 404
    assert served_with_page.rest("GET", "/v1/models")[0] == 400
    answer = served_with_page.rest("POST", "/v1/models/text:predict", {"signature_name": "length", "inputs": ["ab"]})
    assert answer == (200, {"outputs": [2]})


def test_without_the_flag_there_is_no_page(served: Any) -> None:
    for path in ("/", "/page.js", "/models.json"):
        assert served.raw("GET", path) == (404, b"")


@pytest.mark.parametrize(("arguments", "port"), [((), 8501), (("--rest_api_port=9",), 9)])
def test_the_flag_opens_rest(arguments: tuple[str, ...], port: int) -> None:
    options = parse_flags(["--model_base_path=/b", "--ui", *arguments], "server")
    assert (options.ui, options.rest_api_port) == (True, port)


def test_the_distribution_carries_the_files() -> None:
    import tomllib

    root = pathlib.Path(__file__).resolve().parents[3]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["serving.server.ui"]
    carried = {path.name for pattern in patterns for path in (root / "serving/server/ui").glob(pattern)}
    assert carried == {"index.html", "page.js", "views.js", "page.css"}
    assert "serving.server.ui" in setuptools.find_packages(str(root), include=["serving*"])
