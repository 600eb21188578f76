"""Keeps who called what: a line of JSON for every request, for tests that ask what a role must be allowed.

Wraps the whole application; never answers or changes a request. A body is kept only where AWS puts names into it.
"""

import json
import re
import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

_SIGNED_BY = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")


class KeptCalls:
    """Writes each request to `file` before it is answered."""

    def __init__(self, application: Callable[[Any, Any], Iterable[bytes]], file: Path) -> None:
        self._application = application
        self._lines = file.open("a", encoding="utf-8")
        self._turn = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        signed_by = _SIGNED_BY.search(environ.get("HTTP_AUTHORIZATION", ""))
        if signed_by:
            line = json.dumps({"key": signed_by[1], "region": signed_by[2], "service": signed_by[3], **_facts(environ)})
            with self._turn:
                self._lines.write(f"{line}\n")
                self._lines.flush()
        return self._application(environ, start_response)


def _facts(environ: dict[str, Any]) -> dict[str, str]:
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    return {
        "target": target,
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "query": environ.get("QUERY_STRING", ""),
        "body": _body(environ).decode() if target else "",
    }


def _body(environ: dict[str, Any]) -> bytes:
    """The body, which can be read once more."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(body)
    return body
