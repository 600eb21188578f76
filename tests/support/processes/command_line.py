"""Runs a command of `refunds` in this process, as a person would type it."""

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from refunds.cli.app import app
from refunds.runtime.auth.tokens import IssuerKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What it said as JSON."""
        return json.loads(self.out)


def refunds(*words: str) -> Ran:
    """The command's outcome; usage errors are outcomes too."""
    out, err = StringIO(), StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = app(list(words), result_action="return_value")
        except SystemExit as ending:
            code = int(ending.code or 0)
    return Ran(code=code or 0, out=out.getvalue(), err=err.getvalue())


def write_instance(folder: Path, url: str) -> Path:
    """A ready file with an issuer's key, for an instance at `url`."""
    key_file = folder / "issuer.jwk.json"
    key_file.write_bytes(IssuerKey.create().to_json())
    ready_file = folder / "ready.json"
    ready = {
        "url": url,
        "sandbox_url": "http://127.0.0.1:1",
        "mongodb_uri": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50",
        "redis_uri": "redis://127.0.0.1:1",
        "pid": 1,
        "services": {},
        "children": {},
        "issuer_key_file": str(key_file),
        "data_dir": str(folder),
        "console_url": None,
    }
    ready_file.write_text(json.dumps(ready))
    return ready_file
