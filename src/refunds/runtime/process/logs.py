"""Writes logs as JSON lines. Each line has a constant event name and fields.

Every process sets up its logs once, at its start. Never log a token, a key, a card or account number, a person's name,
an e-mail or a request body. Log only chosen fields, never a whole object. If a field that `SECRET_FIELDS` names is
logged by mistake, its value is masked.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import TextIO

import msgspec
import structlog

SECRET_FIELDS = frozenset({"authorization", "token", "password", "secret", "body", "key", "email", "name"})


def set_up_logs(service: str, level: str = "info", stream: TextIO | None = None) -> None:
    """Makes all structlog loggers of the process write JSON lines to `stream`, by default standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("event"),
            _masked,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_encoded),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)


def _masked(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    for name in SECRET_FIELDS & event.keys():
        event[name] = "***"
    return event


def _encoded(event: object, **_options: object) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()
