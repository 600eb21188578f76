"""Stands for a service or the sandbox gateway in tests of the launcher: it only says it is ready.

Run as `python fake_service.py NAME` with the environment that the launcher gives. `FAKE_<NAME>`
in the environment may hold the failing `end`: it ends at once.
"""

import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def main() -> None:
    name = sys.argv[1]
    if os.environ.get(f"FAKE_{name.upper()}") == "end":
        sys.exit(f"{name} has a mistake in its configuration")
    prefix = "REFUNDS_SANDBOX_" if name == "sandbox" else "REFUNDS_"
    address = (os.environ[f"{prefix}HOST"], int(os.environ[f"{prefix}PORT"]))
    server = ThreadingHTTPServer(address, _Health)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    server.serve_forever()


if __name__ == "__main__":
    main()
