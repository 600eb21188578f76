"""The canary's package is its source, and it is content with a good answer only."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import ModuleType
from urllib.error import HTTPError
from zipfile import ZipFile

import pytest
from tests.infrastructure.third_party.third_party_source import ROOT

CANARY = ROOT / "infrastructure/terraform/modules/observability/canary"


class Health(BaseHTTPRequestHandler):
    """Answers with what the test asks for: /<http status>/<health status>."""

    def do_GET(self) -> None:
        status, said = self.path.strip("/").split("/")
        body = json.dumps({"status": said}).encode()
        self.send_response(int(status))
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Health)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def canary() -> ModuleType:
    spec = importlib.util.spec_from_file_location("canary_health", CANARY / "python/health.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_package_is_the_source() -> None:
    with ZipFile(CANARY / "health.zip") as package:
        packed = {name: package.read(name) for name in package.namelist()}

    assert packed == {f"python/{path.name}": path.read_bytes() for path in CANARY.glob("python/*.py")}


def test_a_good_answer_is_good(canary: ModuleType, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTH_URL", f"{address}/200/ok")

    assert canary.handler({}, None) == "ok"


def test_a_service_that_is_down_fails(canary: ModuleType, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEALTH_URL", f"{address}/503/down")

    with pytest.raises(HTTPError):
        canary.handler({}, None)


def test_success_status_with_another_body_fails(
    canary: ModuleType, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEALTH_URL", f"{address}/200/down")

    with pytest.raises(RuntimeError):
        canary.handler({}, None)
