"""`make audit`: a database that does not answer, or not for all packages, is never taken for good news."""

import http.server
import importlib.util
import json
import pathlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "environment" / "audit.py"


@pytest.fixture(scope="module")
def audit() -> Any:
    spec = importlib.util.spec_from_file_location("audit", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _output(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


GOOD = {"name": "a", "version": "1", "vulns": []}
BAD = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": []}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "code", "line"),
    [
        ((GOOD,), 0, "1 packages, 0 known vulnerabilities"),
        ((GOOD, BAD), 1, "b 2: PYSEC-1, mended in 2.1"),
        ((GOOD, UNKNOWN), 4, "c was not checked: not found"),
        ((), 4, "0 packages, 0 known vulnerabilities"),
    ],
)
def test_what_pip_audit_says(audit: Any, packages: Any, code: int, line: str) -> None:
    lines, found = audit.verdict(_output(*packages))
    assert found == code
    assert line in lines


@pytest.mark.parametrize("output", ["", "Traceback", "[]", "{}"])
def test_what_is_no_result_is_none(audit: Any, output: str) -> None:
    assert audit.verdict(output) is None


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path[1:]))
        self.end_headers()

    def log_message(self, *arguments: object) -> None: ...


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_whether_a_database_answers(audit: Any, address: str) -> None:
    for status, fault in ((200, ""), (400, ""), (405, ""), (503, "HTTP 503"), (403, "HTTP 403")):
        assert audit.unreachable(f"{address}/{status}") == fault
    assert "refused" in audit.unreachable("http://127.0.0.1:9/")


def test_without_the_database_it_fails_in_words(tmp_path: pathlib.Path) -> None:
    script = tmp_path / "environment" / "audit.py"
    script.parent.mkdir()
    script.write_text(SCRIPT.read_text().replace("https://api.osv.dev/v1/query", "http://127.0.0.1:9/"))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 4
    assert "cannot be reached" in done.stderr
    assert "nothing was checked" in done.stderr
    assert done.stdout == ""
