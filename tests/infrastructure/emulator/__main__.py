"""Starts the emulator: `python -m tests.infrastructure.emulator --port 0 --ready-file F`.

The ready file appears once requests are answered; it holds the endpoint as JSON. It ends on SIGTERM or SIGINT,
or when its standard input is closed if `--until-stdin-closes` is given. Everything that it knows is forgotten then.
"""

import argparse
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from moto.moto_server.werkzeug_app import MotoRequestHandler
from tests.infrastructure.emulator.application import create_application
from tests.infrastructure.emulator.calls import KeptCalls
from werkzeug.serving import BaseWSGIServer, make_server


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="emulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--ready-file", type=Path, help="written when requests are answered: {endpoint, pid}")
    parser.add_argument("--calls-file", type=Path, help="gets a line of JSON for every signed request")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end with the program that started it")
    return parser.parse_args()


def _announce(server: BaseWSGIServer, ready_file: Path | None) -> None:
    endpoint = f"http://{server.host}:{server.port}"
    if ready_file:
        partial = ready_file.with_suffix(".partial")
        partial.write_text(json.dumps({"endpoint": endpoint, "pid": os.getpid()}), encoding="utf-8")
        partial.replace(ready_file)
    print(f"emulator: {endpoint}", flush=True)


def main() -> None:
    """Serve until told to stop."""
    options = _options()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    application = create_application()
    if options.calls_file:
        application = KeptCalls(application, options.calls_file)
    server = make_server(options.host, options.port, application, threaded=True, request_handler=MotoRequestHandler)
    os.environ["MOTO_PORT"] = str(server.port)  # moto calls itself for some of its services

    def stop(*_: object) -> None:
        threading.Thread(target=server.shutdown).start()

    def stop_with_parent() -> None:
        sys.stdin.buffer.read()
        stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if options.until_stdin_closes:
        threading.Thread(target=stop_with_parent, daemon=True).start()
    _announce(server, options.ready_file)
    server.serve_forever()


main()
