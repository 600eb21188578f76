"""Opens the database of a running instance, for commands that read or change it directly."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConfigurationError, OperationFailure

from refunds.adapters.mongo.client import connect, open_database
from refunds.cli.client.ready_file import DATABASE, Ready
from refunds.cli.errors import failure
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.texts import command_facts as facts

Database: TypeAlias = AsyncDatabase[Any]


REASON_CHARS_MAX = 300
NOT_AUTHENTICATED = frozenset({13, 18})
"""The server's error codes for a missing or wrong user or password."""


@asynccontextmanager
async def database_of(ready: Ready, application: str) -> AsyncIterator[Database]:
    """Yields the database of a running instance.

    Raises CommandFailed if the address cannot be used, the user is refused, or the database does not answer. Also
    raises CommandFailed if the outcome of a write is unknown.
    """
    try:
        client = connect(ready.mongodb_uri, application=application)
    except (ConfigurationError, ValueError) as error:
        reason = str(error)[:REASON_CHARS_MAX]
        raise failure(facts.UriUnusable(reason=reason)) from None
    async with client:
        try:
            yield open_database(client, DATABASE)
        except (StoreUnavailable, OutcomeUnknown) as error:
            if _is_not_authenticated(error):
                raise failure(facts.UserRefused()) from None
            if isinstance(error, StoreUnavailable):
                raise failure(facts.DatabaseUnavailable()) from None
            raise failure(facts.WriteUnknown()) from None


def _is_not_authenticated(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OperationFailure) and error.code in NOT_AUTHENTICATED:
            return True
        error = error.__cause__
    return False
