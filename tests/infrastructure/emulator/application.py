"""The web application of the emulator: moto's, with the services that the extension adds as a whole."""

import re
import threading
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from moto.core.utils import convert_to_flask_response
from moto.moto_api._internal.responses import MotoAPIResponse
from moto.moto_server.werkzeug_app import HTTP_METHODS, BackendRequest, DomainDispatcherApplication, create_backend_app
from tests.infrastructure.emulator import services
from tests.infrastructure.emulator.extend import ITSELF, forget, new_services, replaces

WAITS_FOR_MESSAGES = "AmazonSQS.ReceiveMessage"


def _create_app(service: str) -> Flask:
    """An application for one service: the action is found by AWS's own description of method and path."""
    if service not in new_services:
        return create_backend_app(service)  # type: ignore[arg-type]
    application = Flask(service)
    application.request_class = BackendRequest
    answer = convert_to_flask_response(new_services[service].dispatch)
    for path in ("/", "/<path:rest>"):
        application.add_url_rule(path, endpoint=path, methods=HTTP_METHODS, view_func=_without_arguments(answer))
    return application


def _without_arguments(answer):
    return lambda **_: answer()


class OneAtATime:
    """Lets one request in at a time: moto's back ends lose writes that meet.

    Its own questions pass, and so does whoever waits for a message, which would make all others wait as long.
    """

    def __init__(self, application: Callable[[Any, Any], Iterable[bytes]]) -> None:
        self._application = application
        self._turn = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        is_waiting = environ.get("HTTP_X_AMZ_TARGET") == WAITS_FOR_MESSAGES
        if is_waiting or ITSELF in environ.get("HTTP_USER_AGENT", ""):
            return self._application(environ, start_response)
        with self._turn:
            return self._application(environ, start_response)


def create_application() -> OneAtATime:
    """Everything that the emulator answers; call it once."""
    services.install()
    application = DomainDispatcherApplication(_create_app)
    added = [(name, re.compile(rf"https?://{name}\.(.+)\.amazonaws\.com")) for name in new_services]
    application.backend_url_patterns = [*application.backend_url_patterns, *added]
    return OneAtATime(application)


@replaces(MotoAPIResponse)
def reset_response(original, self, request, full_url, headers):
    """Moto's own reset forgets what the extension remembers, too."""
    forget()
    return original(self, request, full_url, headers)
